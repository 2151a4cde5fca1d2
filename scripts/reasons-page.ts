/** Writes `docs/reasons.md` from the table that the program's hints are made from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { problemCodes, type ProblemCode } from '../src/core/model/model.ts';
import { reasons, type Reason } from '../src/core/problems/reasons.ts';

export const reasonsPagePath = join(import.meta.dirname, '../docs/reasons.md');

const all: readonly Reason[] = Object.values(reasons);

/** The general meaning of each code, in one line. */
const inGeneral: Readonly<Record<ProblemCode, string>> = {
  'role-not-assumable': 'dhmc could not get into the account.',
  'account-not-ready': 'The account is not ready yet.',
  'session-policy-too-large': 'The session policy and the tags are too large.',
  'session-too-long': 'The requested session is too long.',
  'denied-by-scp': 'A service control policy of the organization denies it.',
  'denied-by-rcp': 'A resource control policy of the organization denies it.',
  'denied-by-boundary': 'A permissions boundary denies it.',
  'denied-by-session-policy': 'The policy of the session denies it.',
  'denied-by-endpoint-policy': 'The policy of a VPC endpoint denies it.',
  denied: 'Permissions are missing.',
  'region-not-enabled': 'The region is not enabled in the account.',
  'region-without-dhmc': 'The region does not have the setting.',
  throttled: 'Too many calls at once.',
  superseded: 'A later change has replaced it.',
  'names-another-role': 'The setting belongs to someone else.',
  'reserved-value': 'The setting belongs to AWS.',
  'role-of-others': 'The role belongs to someone else.',
  'role-in-use': 'The role is still needed.',
  'trust-denied': 'The role does not let Systems Manager assume it.',
  'owned-by-stackset': 'The setting belongs to a stack set.',
  'changed-since': 'It changed since the plan or the run.',
  'privileged-role': 'The role has administrative rights.',
  'credentials-missing': 'No credentials were found, or their source failed.',
  'credentials-invalid': 'AWS does not accept the credentials.',
  'credentials-expired': 'The credentials have expired.',
  'clock-skew': "This machine's clock is wrong.",
  'role-not-propagated': 'IAM needs more time.',
  'former-role-gone': 'The previous value cannot be restored.',
  'boundary-missing': 'The permissions boundary does not exist.',
  'concurrent-update': 'Someone else is changing the same thing.',
  'quota-exceeded': 'A quota is used up.',
  'not-read-back': 'The change is not visible yet.',
  network: 'AWS could not be reached.',
  'invalid-response': 'The response did not come from the service.',
  'aws-error': 'AWS reported another error.',
  interrupted: 'The run ended first.',
  'internal-error': 'A bug in dhmc.',
};

const cell = (text: string): string => text.replace(/\{(\w+)\}/g, '*$1*').replaceAll('|', '\\|');

const section = (code: ProblemCode): string =>
  [
    `## \`${code}\``,
    '',
    inGeneral[code],
    '',
    '| what it means | what to do |',
    '| --- | --- |',
    ...all
      .filter((reason) => reason.code === code)
      .map(({ meaning, fix }) => `| ${cell(meaning)} | ${cell(fix)} |`),
  ].join('\n');

export const reasonsPage = (): string =>
  `${[
    '# Reasons and fixes',
    "<!-- Made by `npm run generate` from src/core/problems/reasons.ts, the table of the program's own hints. -->",
    "Everything that is not in the desired state has a `problem` in the report: a `code` from this list, the `message` (AWS's own where there is one), a `hint` that says what to do, and the `requestId` to quote to AWS. Words in *italics* are filled in with what is known of the case: the account, the role, the action.",
    'A problem does not say how bad it is; the [verdict](reference.md#verdicts) beside it does. `blocked` and `failed` need action. `conflict` needs a decision. `skipped` needs nothing.',
    ...problemCodes.map(section),
  ].join('\n\n')}\n`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(reasonsPagePath, reasonsPage());
}
