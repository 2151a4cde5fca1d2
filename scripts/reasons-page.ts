/** Writes `docs/reasons.md` from the table that the program's hints are made from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { problemCodes, type ProblemCode } from '../src/core/model/model.ts';
import { reasons, type Reason } from '../src/core/problems/reasons.ts';

export const reasonsPagePath = join(import.meta.dirname, '../docs/reasons.md');

const all: readonly Reason[] = Object.values(reasons);

/** What a code says in general, in one line. */
const inGeneral: Readonly<Record<ProblemCode, string>> = {
  'role-not-assumable': 'The account could not be entered.',
  'account-not-ready': 'AWS does not serve the account yet.',
  'session-policy-too-large': 'The session would carry too much.',
  'session-too-long': 'The session would last too long.',
  'denied-by-scp': 'A policy of the organization stands against it.',
  'denied-by-boundary': 'A permissions boundary stands against it.',
  'denied-by-session-policy': 'The policy of the session stands against it.',
  denied: 'Permissions are missing.',
  'region-not-enabled': 'The region is closed for the account.',
  'region-without-dhmc': 'There is no such setting in the region.',
  throttled: 'Too many calls at once.',
  'changed-since': "Somebody else's hand: left alone.",
  'privileged-role': 'The role would hand out too much.',
  'credentials-missing': 'No credentials were found, or their source failed.',
  'credentials-invalid': 'AWS does not accept the credentials.',
  'credentials-expired': 'The credentials have expired.',
  'clock-skew': "This machine's clock is wrong.",
  'role-not-propagated': 'Too early.',
  'concurrent-update': 'Two at once.',
  network: 'No answer, or no way to one.',
  'invalid-response': 'An answer that is none.',
  'aws-error': 'Anything else that AWS answers.',
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
    "Whatever is not as asked bears a `problem` in the report: a `code` from this list, the `message` (AWS's own where there is one), a `hint` that says what to do, and the `requestId` to quote to AWS. Words in *italics* are filled in with what is known of the case: the account, the role, the action.",
    'A problem does not say how bad it is; the [verdict](../README.md#verdicts) beside it does. `blocked` and `failed` want somebody to act. `conflict` wants a decision. `skipped` wants nothing.',
    ...problemCodes.map(section),
  ].join('\n\n')}\n`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(reasonsPagePath, reasonsPage());
}
