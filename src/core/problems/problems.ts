/** The problems that planners and the engine find by themselves; those of AWS's answers are made where the answers are read. */
import { hintFor } from './reasons.ts';
import type { CommandError } from '../model/errors.ts';
import {
  ofOneAccount,
  type Owner,
  type Problem,
  type Setting,
  type SettingState,
} from '../model/model.ts';

const problem = (code: Problem['code'], message: string, hint: string): Problem => ({
  code,
  message,
  hint,
  requestId: null,
});

const credentialCodes: ReadonlySet<Problem['code']> = new Set([
  'credentials-missing',
  'credentials-invalid',
  'credentials-expired',
  'clock-skew',
]);

/** Whether AWS refused the credentials of a call, whoever they belong to. */
export const isCredentialProblem = ({ code }: Problem): boolean => credentialCodes.has(code);

/** Whether the caller's own credentials failed, so that no account can be reached any more. */
export const isCallerProblem = (found: Problem): boolean =>
  isCredentialProblem(found) && found[ofOneAccount] !== true;

/** Who set it and when, as far as AWS says. */
export const attribution = (setting: Pick<Setting, 'modifiedBy' | 'modifiedAt'>): string =>
  setting.modifiedBy === null
    ? setting.modifiedAt === null
      ? 'AWS does not say by whom or when'
      : `set on ${setting.modifiedAt}; AWS does not say by whom`
    : `set by ${setting.modifiedBy}${setting.modifiedAt === null ? '' : ` on ${setting.modifiedAt}`}`;

export const namesAnother = (
  setting: Setting,
  state: SettingState,
  kind: 'foreign' | 'quick-setup' | 'broken',
  isMissing: boolean,
): Problem =>
  problem(
    'names-another-role',
    `The setting names ${setting.value ?? 'another role'}${state !== 'broken' ? '' : isMissing ? ', a role that does not exist' : ', a role whose trust policy does not let Systems Manager assume it'} (${attribution(setting)}).`,
    `Replace it with --overwrite=${kind}, or leave it as it is.`,
  );

export const namesReserved = (setting: Setting): Problem =>
  problem(
    'reserved-value',
    `The setting names ${setting.value ?? 'a role'}, a role of AWS's own (${attribution(setting)}).`,
    'dhmc never takes over settings that name roles under aws-reserved/ or aws-service-role/: its owner must reset it first.',
  );

export const roleOfOthers = (arn: string, why: string): Problem =>
  problem(
    'role-of-others',
    `dhmc did not make ${arn}, and ${why}.`,
    'Use the role anyway with --overwrite=foreign, or name another role with --dhmc-role.',
  );

export const trustStillDenied = (arn: string): Problem =>
  problem(
    'trust-denied',
    `The trust policy of ${arn} has a Deny for Systems Manager, or is not a policy that dhmc can extend.`,
    `Remove the Deny from the trust policy of ${arn}, or name another role with --dhmc-role.`,
  );

export const privilegedRole = (arn: string, policies: readonly string[]): Problem =>
  problem(
    'privileged-role',
    `${arn} carries ${policies.join('; ')}: every managed instance can obtain its rights.`,
    'Remove these policies from the role, name another with --dhmc-role, or accept it with --allow-privileged-role.',
  );

/** What a role allows could not be read, so it may be privileged. */
export const privilegeUnknown = (arn: string, cause: Problem): Problem => ({
  ...cause,
  message: `What the policies of ${arn} allow could not be read: ${cause.message}`,
  hint: `Allow iam:ListRolePolicies, iam:GetRolePolicy, iam:GetPolicy and iam:GetPolicyVersion in the account, or look at the role and accept it with --allow-privileged-role.`,
});

export const boundaryMissing = (arn: string, account: string): Problem =>
  problem(
    'boundary-missing',
    `The permissions boundary ${arn} does not exist.`,
    `Create the policy ${arn} in account ${account}, or name another with --permissions-boundary.`,
  );

export const regionNotEnabled = (region: string, account: string): Problem =>
  problem(
    'region-not-enabled',
    `Region ${region} is not enabled in account ${account}.`,
    hintFor('region-not-enabled', { region, account }),
  );

/** ListRegions calls the region enabled, so the refusal is about the session. */
export const sessionRefusedIn = (region: string, account: string, cause: Problem): Problem => ({
  ...cause,
  code: 'credentials-invalid',
  message: `Region ${region} is enabled in account ${account}, but AWS refuses the session there: ${cause.message}`,
  hint: `If ${region} was enabled a few minutes ago, run the command again later; otherwise check that the session tokens in use are valid in all regions (those of the global STS endpoint are not).`,
});

export const regionsUnproven = (cause: Problem): Problem => ({
  ...cause,
  message: `The list of enabled regions could not be read; the partition's default regions were tried: ${cause.message}`,
});

export const changedSincePlanned = (
  was: string,
  is: string,
  setting: Pick<Setting, 'modifiedBy' | 'modifiedAt'> | null,
): Problem =>
  problem(
    'changed-since',
    `It was ${was} when it was planned and is ${is} now${setting === null ? '' : ` (${attribution(setting)})`}.`,
    'Find out who changed it, and plan again.',
  );

export const notReadBack = (is: string): Problem =>
  problem(
    'not-read-back',
    `AWS accepted the change, but 15 seconds later it still returns ${is}.`,
    'Run `dhmc status` to see whether it has taken effect, and `dhmc resume` if it has not.',
  );

export const keptRole = (why: string, hint: string): Problem =>
  problem('role-in-use', `The role is kept: ${why}.`, hint);

export const propagation = (cause: Problem): Problem => ({
  ...cause,
  code: 'role-not-propagated',
  hint: 'Run `dhmc resume` in a few minutes: IAM propagates changes with a delay.',
});

export const concurrent = (cause: Problem): Problem => ({
  ...cause,
  code: 'concurrent-update',
  hint: 'Wait until the other change has finished, and run the command again.',
});

/** A problem of the kind `changed-since` with its own words. */
export const changedSince = (message: string, hint: string): Problem =>
  problem('changed-since', message, hint);

/** A later run changed it again: what to do first is for the caller to say. */
export const superseded = (message: string, hint: string): Problem =>
  problem('superseded', message, hint);

/** The setting is a stack set's: a reset would be undone, and CloudFormation would not notice it. */
export const ownedByStackSet = (owner: Owner): Problem =>
  problem(
    'owned-by-stackset',
    `The setting belongs to the CloudFormation stack set ${owner.name}${owner.evidence === 'writer' ? ', which set it last' : ''}.`,
    'Take it back with `dhmc stackset remove` if the stack set is one of dhmc, or change the stack set of others; to reset it anyway, use --overwrite=stackset.',
  );

/** It was handed over after the run that is rolled back. */
export const handedOver = (stackSet: string): Problem =>
  problem(
    'superseded',
    `The setting was handed over to the stack set ${stackSet} since the run.`,
    'Leave it to the stack set, or take it back with `dhmc stackset remove` first.',
  );

export const accountGone = (account: string, action: 'enable' | 'disable' | 'rollback'): Problem =>
  problem(
    'role-not-assumable',
    `Account ${account} has left the organization, or the caller cannot see it.`,
    action === 'rollback'
      ? `Put it back from within account ${account}, with the values of this report.`
      : `Leave account ${account} out, or use credentials of the organization that it is in now.`,
  );

export const formerRoleGone = (value: string): Problem =>
  problem(
    'former-role-gone',
    `The previous value names ${value}, a role that no longer exists.`,
    `Create the role ${value} again and repeat the rollback, or leave the setting as it is.`,
  );

/** A value in a sentence. */
export const displayValue = (value: string | null): string => value ?? "AWS's default";

/** The error that would end a command, as a reading's problem. */
export const problemOfCommand = ({ code, message, hint }: CommandError): Problem =>
  problem(code, message, hint);
