/**
 * Whether a role has rights that no instance should have, according to what its policies allow, not to their names.
 * Every instance that Systems Manager manages can obtain the DHMC role's credentials.
 */
import { evaluatePermission } from './policy-evaluation.ts';
import { parsePolicy } from './policy-document.ts';
import type { IdentityPolicy, PolicyCondition, PolicyStatement } from './policy-document.ts';
import type { PolicyText } from '../model/model.ts';
import { lastSegment } from './role-names.ts';

export interface Privileges {
  /** Policies that make the role privileged, each with what it allows, in words. */
  readonly powers: readonly string[];
  /** Policies that may pass any role, but only to the services in a condition. */
  readonly limited: readonly string[];
  /** A policy that could not be evaluated; null if all were. */
  readonly unread: PolicyText | null;
}

interface Power {
  readonly allows: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A name that no real policy mentions. */
const any = 'dhmc-privilege-probe';

const powersIn = (account: string): readonly Power[] => [
  { allows: 'every action', actions: [`${any}:Any`], resources: ['*'] },
  {
    allows: 'changing IAM',
    actions: [
      'AddUserToGroup',
      'AttachGroupPolicy',
      'AttachRolePolicy',
      'AttachUserPolicy',
      'CreateAccessKey',
      'CreateLoginProfile',
      'CreatePolicyVersion',
      'DeleteRolePermissionsBoundary',
      'PutGroupPolicy',
      'PutRolePolicy',
      'PutUserPolicy',
      'SetDefaultPolicyVersion',
      'UpdateAssumeRolePolicy',
      'UpdateLoginProfile',
      'UploadSigningCertificate',
    ].map((name) => `iam:${name}`),
    resources: ['role', 'user', 'group', 'policy'].map(
      (kind) => `arn:aws:iam::${account}:${kind}/${any}`,
    ),
  },
  {
    allows: 'assuming any role',
    actions: ['sts:AssumeRole'],
    resources: [`arn:aws:iam::${account}:role/${any}`, `arn:aws:iam::999999999999:role/${any}`],
  },
  {
    allows: 'passing any role',
    actions: [passRole],
    resources: [`arn:aws:iam::${account}:role/${any}`],
  },
];

const passRole = 'iam:PassRole';

/** AWS managed policies that make a role privileged, known even if their documents cannot be read. */
const knownPowers: Readonly<Record<string, string>> = {
  AdministratorAccess: 'every action',
  PowerUserAccess: 'every action',
  IAMFullAccess: 'changing IAM',
  SystemAdministrator: 'changing IAM',
};

/** Whether a condition names the services that a role may be passed to. */
const narrowsPassing = ({ operator, key, values }: PolicyCondition): boolean =>
  key === 'iam:passedtoservice' &&
  /^(?:stringequals|stringequalsignorecase|stringlike)$/.test(operator) &&
  values.every((value) => /^[\w-]+(?:\.[\w-]+)+$/.test(value));

/** Other conditions are not reliable: those of an Allow count as met, and a Deny with a condition is ignored. */
function unconditional(policy: IdentityPolicy, passing: 'narrowed' | 'any'): IdentityPolicy {
  const kept = (policy.statements ?? []).filter(({ effect, conditions }) =>
    effect === 'Deny'
      ? conditions.length === 0
      : passing === 'narrowed' || !conditions.some(narrowsPassing),
  );
  return {
    name: policy.name,
    statements: kept.map((statement): PolicyStatement => ({ ...statement, conditions: [] })),
  };
}

function holders(
  { actions, resources }: Power,
  policies: readonly IdentityPolicy[],
): readonly string[] {
  const names = new Set<string>();
  for (const action of actions)
    for (const resource of resources) {
      const answer = evaluatePermission({ policies, boundary: null }, { action, resource });
      if (answer.result === 'allowed') for (const name of answer.policies) names.add(name);
    }
  return [...names];
}

/** A policy's name in messages. */
export const shownName = (name: string): string =>
  name.startsWith('inline:')
    ? `the inline policy ${name.slice('inline:'.length)}`
    : name.includes(':iam::aws:policy/')
      ? lastSegment(name)
      : name;

/** Evaluates the policies of a role in an account, in any partition. */
export function privilegesOf(texts: readonly PolicyText[], account: string): Privileges {
  const policies = texts.map(({ name, text }) =>
    // The probes are in the partition `aws`, so ARNs of other partitions are changed to it.
    parsePolicy(name, text.known ? text.value.replaceAll(/arn:aws-[a-z-]+:/g, 'arn:aws:') : null),
  );
  const all = powersIn(account);
  const found = new Map<string, string[]>();
  const limited = new Set<string>();
  const note = (name: string, allows: string): void => {
    const allowed = found.get(name) ?? [];
    if (!allowed.includes(allows) && !allowed.includes('every action'))
      found.set(name, [...allowed, allows]);
  };
  for (const { name } of texts) {
    const allows = name.includes(':iam::aws:policy/') ? knownPowers[lastSegment(name)] : undefined;
    if (allows !== undefined) note(name, allows);
  }
  for (const power of all) {
    const isPassing = power.actions.includes(passRole);
    const judged = policies.map((one) => unconditional(one, isPassing ? 'any' : 'narrowed'));
    for (const name of holders(power, judged)) note(name, power.allows);
    if (!isPassing) continue;
    const widest = policies.map((one) => unconditional(one, 'narrowed'));
    for (const name of holders(power, widest)) if (!found.has(name)) limited.add(name);
  }
  const unread = texts.find(
    ({ name, text }, index) =>
      !found.has(name) && (!text.known || policies[index]?.statements === null),
  );
  return {
    powers: [...found].map(([name, allows]) => `${shownName(name)} (allows ${allows.join(', ')})`),
    limited: [...limited].map(
      (name) => `${shownName(name)} may pass any role, to the services that it names`,
    ),
    unread: unread ?? null,
  };
}
