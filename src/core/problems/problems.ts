/**
 * The problems that planners and the engine find themselves; problems from AWS's responses are made where these are
 * read.
 */
import type { ReasonFacts } from './fill.ts';
import { problemFor, type ReasonedProblem, type ReasonName } from './hints.ts';
import {
  ofOneAccount,
  type Facts,
  type Owner,
  type Problem,
  type Setting,
  type SettingState,
  type TargetKind,
  type PolicyText,
} from '../model/model.ts';
import { shownName } from '../iam/privilege.ts';

const credentialCodes: ReadonlySet<Problem['code']> = new Set([
  'credentials-missing',
  'credentials-invalid',
  'credentials-expired',
  'clock-skew',
]);

/** Whether AWS refused the credentials of a call, the caller's or a session's. */
export const isCredentialProblem = ({ code }: Problem): boolean => credentialCodes.has(code);

/** Whether the caller's own credentials failed, so that no account can be reached any more. */
export const isCallerProblem = (found: Problem): boolean =>
  isCredentialProblem(found) && found[ofOneAccount] !== true;

type Writer = Pick<Setting, 'modifiedBy' | 'modifiedAt'>;

/** Who set it and when, as far as AWS says; `until`: of several, when the last of them was set. */
export const attribution = (setting: Writer, until: string | null = null): string => {
  const { modifiedBy, modifiedAt } = setting;
  const when =
    modifiedAt === null
      ? ''
      : until === null
        ? ` on ${modifiedAt}`
        : ` between ${modifiedAt} and ${until}`;
  if (modifiedBy !== null) return `set by ${modifiedBy}${when}`;
  return modifiedAt === null
    ? 'AWS does not say by whom or when'
    : `set${when}; AWS does not say by whom`;
};

/** The same as facts: who it was makes another case, when it was does not. */
const writerFacts = ({ modifiedBy, modifiedAt }: Writer) => ({
  by: modifiedBy ?? undefined,
  at: modifiedAt ?? undefined,
});

/** What is found follows from a problem that AWS or another look gave: its code and request id stay. */
export const because = (
  cause: Problem,
  name: ReasonName,
  facts: ReasonFacts,
  message = cause.message,
): Problem => {
  const found = problemFor(name, message, facts, cause);
  return { ...cause, ...found, facts: { ...cause.facts, ...found.facts, cause: causeOf(cause) } };
};

/** What tells causes apart: a reason with its facts, which are kept, or a text. */
const causeOf = ({ reason, message }: Problem): string => reason ?? message;

const brokenWords = {
  none: '',
  missing: ', a role that does not exist',
  distrusting: ', a role whose trust policy does not let Systems Manager assume it',
} as const;

const brokenBy = (state: SettingState, isMissing: boolean): keyof typeof brokenWords => {
  if (state !== 'broken') return 'none';
  return isMissing ? 'missing' : 'distrusting';
};

export const namesAnother = (
  setting: Setting,
  {
    state,
    kind,
    isMissing,
  }: {
    readonly state: SettingState;
    readonly kind: 'foreign' | 'quick-setup' | 'broken';
    /** Whether the role that it names is not there. */
    readonly isMissing: boolean;
  },
): Problem => {
  const value = setting.value ?? 'another role';
  const broken = brokenBy(state, isMissing);
  return problemFor(
    'names-another-role',
    `The setting names ${value}${brokenWords[broken]} (${attribution(setting)}).`,
    { kind, value, broken, ...writerFacts(setting) },
  );
};

export const namesReserved = (setting: Setting): Problem => {
  const value = setting.value ?? 'a role';
  return problemFor(
    'reserved-value',
    `The setting names ${value}, a role of AWS's own (${attribution(setting)}).`,
    { value, ...writerFacts(setting) },
  );
};

export const roleOfOthers = (role: string, why: string): Problem =>
  problemFor('role-of-others', `dhmc did not create ${role}, and ${why}.`, { role, why });

export const reservedRole = (role: string): Problem =>
  problemFor('reserved-role', `${role} is a role of AWS's own.`, { role });

export const trustStillDenied = (role: string): Problem =>
  problemFor(
    'trust-denied',
    `The trust policy of ${role} has a Deny for Systems Manager, or is not a policy that dhmc can extend.`,
    { role },
  );

export const privilegedRole = (role: string, policies: readonly string[]): Problem => {
  const named = policies.join('; ');
  return problemFor(
    'privileged-role',
    `${role} has ${named}: every managed instance can obtain its rights.`,
    { role, policies: named },
  );
};

/** Why it is not known what a policy allows: it could not be read, or its document cannot be understood. */
export const policyUnread = ({ name, text }: PolicyText): Problem =>
  text.known
    ? problemFor(
        'policy-not-understood',
        `The document of ${shownName(name)} cannot be understood.`,
        { policy: shownName(name) },
      )
    : text.problem;

/** What a role allows could not be read, so it may be privileged. */
export const privilegeUnknown = (role: string, cause: Problem): Problem =>
  because(
    cause,
    'privileges-unread',
    { role },
    `What the policies of ${role} allow could not be read: ${cause.message}`,
  );

export const boundaryMissing = (policy: string, account: string): Problem =>
  problemFor('boundary-missing', `The permissions boundary ${policy} does not exist.`, {
    policy: `the policy ${policy}`,
    account,
  });

export const regionNotEnabled = (region: string, account: string): ReasonedProblem =>
  problemFor('region-not-enabled', `Region ${region} is not enabled in account ${account}.`, {
    region,
    account,
  });

/** ListRegions calls the region enabled, so the refusal is about the session. */
export const sessionRefusedIn = (region: string, account: string, cause: Problem): Problem => ({
  ...because(
    cause,
    'session-refused-in-region',
    { region, account },
    `Region ${region} is enabled in account ${account}, but AWS refuses the session there: ${cause.message}`,
  ),
  code: 'credentials-invalid',
});

export const regionsUnproven = (cause: Problem): Problem => ({
  ...cause,
  message: `The list of enabled regions could not be read; the partition's default regions were tried: ${cause.message}`,
  ...(cause.facts === undefined ? {} : { facts: { ...cause.facts, about: 'list of regions' } }),
});

export const changedSincePlanned = (was: string, is: string, setting: Writer | null): Problem =>
  problemFor(
    'changed-since-planned',
    `It was ${was} when it was planned and is ${is} now${setting === null ? '' : ` (${attribution(setting)})`}.`,
    { was, is, ...(setting === null ? {} : writerFacts(setting)) },
  );

export const changedSinceRun = (was: string, is: string, setting: Writer): Problem =>
  problemFor(
    'changed-since-run',
    `The run set it to ${was}; it is ${is} now (${attribution(setting)}).`,
    {
      was,
      is,
      ...writerFacts(setting),
    },
  );

export const notReadBack = (is: string): Problem =>
  problemFor(
    'not-read-back',
    `AWS accepted the change, but 15 seconds later it still returns ${is}.`,
    { is },
  );

/** Why the role is kept: the reason, the words for it, and its facts. */
export const keptRole = (
  name: Extract<ReasonName, `role-${string}`>,
  why: string,
  facts: Facts = {},
): Problem => problemFor(name, `The role is kept: ${why}.`, facts);

/** Whether other regions name the role could not be read, so it is kept. */
export function maybeNamedIn(regions: readonly string[], cause: Problem): Problem {
  const listed = regions.join(', ');
  const isOne = regions.length === 1;
  return because(
    cause,
    'role-maybe-named-in-regions',
    { regions: listed },
    `The role is kept: whether ${listed} still ${isOne ? 'names' : 'name'} it could not be read: ${cause.message}`,
  );
}

export const propagation = (cause: Problem): Problem => ({
  ...because(cause, 'role-not-propagated', {}),
  code: 'role-not-propagated',
});

export const concurrent = (cause: Problem): Problem => ({
  ...because(cause, 'concurrent-update', {}),
  code: 'concurrent-update',
});

/** A setting has the value of the run, and someone else wrote it after the run did. */
export const writtenAgain = (setting: Writer): Problem =>
  problemFor('written-again', `It was written again since the run (${attribution(setting)}).`, {
    ...writerFacts(setting),
  });

/** Someone made the change of a run again after it was rolled back; `setting`: who wrote it, where AWS keeps that. */
export const madeAgain = (setting: Writer | null): Problem =>
  problemFor(
    'made-again',
    `The run was rolled back here already, and someone made the change again${setting === null ? '' : ` (${attribution(setting)})`}.`,
    { rolledBack: 'yes', ...(setting === null ? {} : writerFacts(setting)) },
  );

/** A role or grant is not what it was, at the moment that the reason names. */
export const kindChanged = (
  name: 'changed-since-left' | 'changed-since-saved' | 'not-as-left',
  kind: TargetKind,
): Problem => {
  const since = {
    'changed-since-left': 'it was when the run left it',
    'changed-since-saved': 'it was when the plan was made',
    'not-as-left': 'the run left',
  }[name];
  return problemFor(name, `The ${kind} is not what ${since}.`, { kind });
};

/** The setting is a stack set's: a reset would be undone, and CloudFormation would not notice it. */
export const ownedByStackSet = ({ name, evidence }: Owner): Problem =>
  problemFor(
    'owned-by-stackset',
    `The setting belongs to the CloudFormation stack set ${name}${evidence === 'writer' ? ', which set it last' : ''}.`,
    { owner: name, evidence },
  );

/** It was handed over after the run that is rolled back. */
export const handedOver = (stackSet: string): Problem =>
  problemFor(
    'handed-over',
    `The setting was transferred to the stack set ${stackSet} since the run.`,
    { stackSet },
  );

/** A stack set wrote it after the run and gave it back, and nobody knows what became of it between. */
export const givenBackUnproven = (stackSet: string): Problem =>
  problemFor(
    'given-back-unproven',
    `A stack set (${stackSet}) wrote the setting after the run and no longer has it; the journals do not show that it still held what the run set.`,
    { stackSet },
  );

/** The caller may not read the organization. */
export const organizationDenied = (cause: Problem, action: string, principal: string): Problem =>
  problemFor('organization-denied', cause.message, { action, principal }, cause);

export const accountGone = (account: string, action: 'enable' | 'disable' | 'rollback'): Problem =>
  problemFor(
    action === 'rollback' ? 'account-gone-since-run' : 'account-gone',
    `Account ${account} has left the organization, or the caller cannot see it.`,
    { account },
  );

export const formerRoleGone = (value: string): Problem =>
  problemFor(
    'former-role-gone',
    `The previous value names ${value}, a role that no longer exists.`,
    { role: `the role ${value}` },
  );

/** A value in a sentence. */
export const displayValue = (value: string | null): string => value ?? "AWS's default";
