/**
 * The problems that planners and the engine find themselves. Problems from AWS's responses are made where the responses
 * are parsed.
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

/** Whether AWS refused the credentials of a call, whether the caller's or a session's. */
export const isCredentialProblem = ({ code }: Problem): boolean => credentialCodes.has(code);

/** Whether the caller's own credentials failed, so no account can be reached any more. */
export const isCallerProblem = (found: Problem): boolean =>
  isCredentialProblem(found) && found[ofOneAccount] !== true;

type Writer = Pick<Setting, 'modifiedBy' | 'modifiedAt'>;

/** Who set the setting and when, as far as AWS shows. `until`: for several settings, when the last one was set. */
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

/** The writer and the time as facts. Only the writer distinguishes cases. */
const writerFacts = ({ modifiedBy, modifiedAt }: Writer) => ({
  by: modifiedBy ?? undefined,
  at: modifiedAt ?? undefined,
});

/** A problem that follows from another one, `cause`: it keeps that one's code and request id. */
export const because = (
  cause: Problem,
  name: ReasonName,
  facts: ReasonFacts,
  message = cause.message,
): Problem => {
  const found = problemFor(name, message, facts, cause);
  return { ...cause, ...found, facts: { ...cause.facts, ...found.facts, cause: causeOf(cause) } };
};

/** What distinguishes causes: the reason, beside its facts, or the message. */
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
    /** Whether the role that it names does not exist. */
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

/** Why a policy's rights are unknown: it could not be read, or its document cannot be parsed. */
export const policyUnread = ({ name, text }: PolicyText): Problem =>
  text.known
    ? problemFor(
        'policy-not-understood',
        `The document of ${shownName(name)} cannot be understood.`,
        { policy: shownName(name) },
      )
    : text.problem;

/** The role's policies could not be read, so it may be privileged. */
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

/** ListRegions shows that the region is enabled, so the session is the cause of the refusal. */
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

/** The role is kept; `why` ends the sentence. */
export const keptRole = (
  name: Extract<ReasonName, `role-${string}`>,
  why: string,
  facts: Facts = {},
): Problem => problemFor(name, `The role is kept: ${why}.`, facts);

/** The role is kept, because some regions could not be read and may name it. */
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

/** A setting has the run's value, but someone wrote it again after the run. */
export const writtenAgain = (setting: Writer): Problem =>
  problemFor('written-again', `It was written again since the run (${attribution(setting)}).`, {
    ...writerFacts(setting),
  });

/** Someone repeated a run's change after its rollback. `setting` shows the writer, if AWS stores that. */
export const madeAgain = (setting: Writer | null): Problem =>
  problemFor(
    'made-again',
    `The run was rolled back here already, and someone made the change again${setting === null ? '' : ` (${attribution(setting)})`}.`,
    { rolledBack: 'yes', ...(setting === null ? {} : writerFacts(setting)) },
  );

/** A role or grant changed since the moment that the reason names. */
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

/**
 * The setting belongs to a stack set: CloudFormation would not notice a reset, and an update of the set could undo it.
 */
export const ownedByStackSet = ({ name, evidence }: Owner): Problem =>
  problemFor(
    'owned-by-stackset',
    `The setting belongs to the CloudFormation stack set ${name}${evidence === 'writer' ? ', which set it last' : ''}.`,
    { owner: name, evidence },
  );

/** The setting was transferred to a stack set after the run that is rolled back. */
export const handedOver = (stackSet: string): Problem =>
  problemFor(
    'handed-over',
    `The setting was transferred to the stack set ${stackSet} since the run.`,
    { stackSet },
  );

/** A stack set wrote the setting after the run and gave it back; what happened in between is unknown. */
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

/** A setting's value within a sentence. */
export const displayValue = (value: string | null): string => value ?? "AWS's default";
