/** Checks a call against every policy that applies to its caller, and writes AWS's text for a denial. */
import { evaluate } from '../policy/evaluate.ts';
import type { Decision, EvaluationRequest, Policies, Policy } from '../policy/evaluate.ts';
import type { Scp } from '../state/organization.ts';
import type { Principal } from '../state/principals.ts';
import { accountOf, managedPolicy, roleArn, roleNamed } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { AccountState } from '../state/account.ts';
import { fullAccessScp } from '../state/policies.ts';
import { unsupported } from '../protocols/aws-error.ts';
import type { PolicyDocument, Role } from '../world.ts';

export type Context = Readonly<Record<string, string | readonly string[]>>;

/** The principal that makes a call, and the call's region. */
export interface Caller {
  readonly state: State;
  readonly principal: Principal;
  readonly region: string;
}

/** The identity policies of a role or user: inline documents, and the documents of managed policies. */
function documentsOf(
  state: State,
  account: AccountState,
  holder: {
    readonly attachedPolicies?: readonly string[];
    readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>>;
  },
): PolicyDocument[] {
  const documents = (holder.attachedPolicies ?? []).map((arn) => {
    const document = managedPolicy(state, account, arn);
    if (document === undefined) throw unsupported(`the managed policy ${arn}`);
    return document;
  });
  return [...documents, ...Object.values(holder.inlinePolicies ?? {})];
}

const gather = (state: State, account: AccountState, role: Role): readonly PolicyDocument[] => {
  let documents = account.gathered.get(role);
  if (documents === undefined)
    account.gathered.set(role, (documents = documentsOf(state, account, role)));
  return documents;
};

const boundaryOf = (
  state: State,
  account: AccountState,
  arn: string | undefined,
): PolicyDocument | null => {
  if (arn === undefined) return null;
  const document = managedPolicy(state, account, arn);
  if (document === undefined) throw unsupported(`the permissions boundary ${arn}`);
  return document;
};

const levelPolicies = new WeakMap<readonly (readonly Scp[])[], readonly (readonly Policy[])[]>();
function scpPolicies(state: State, accountId: string): readonly (readonly Policy[])[] {
  const levels = state.organization.levelsOf(accountId);
  let policies = levelPolicies.get(levels);
  if (policies === undefined) {
    policies = levels.map((level) => level.map(({ arn, document }) => ({ arn, document })));
    levelPolicies.set(levels, policies);
  }
  return policies;
}

/** The policies of a role without a session, as SimulatePrincipalPolicy evaluates them. */
export const rolePolicies = (state: State, account: AccountState, role: Role): Policies => ({
  identity: gather(state, account, role),
  session: null,
  boundary: boundaryOf(state, account, role.boundary),
  scps: scpPolicies(state, account.id),
});

export function principalPolicies(state: State, principal: Principal): Policies {
  const account = accountOf(state, principal.account);
  const scps = scpPolicies(state, principal.account);
  if (principal.kind === 'root')
    return { identity: [fullAccessScp], session: null, boundary: null, scps };
  if (principal.user !== null) {
    return {
      identity: documentsOf(state, account, principal.user),
      session: null,
      boundary: boundaryOf(state, account, principal.user.boundary),
      scps,
    };
  }
  const role = principal.role === null ? undefined : roleNamed(account, principal.role);
  if (role === undefined)
    return { identity: [], session: principal.sessionPolicies, boundary: null, scps };
  return { ...rolePolicies(state, account, role), session: principal.sessionPolicies };
}

/** The request that policies evaluate, with the condition keys that every request has. */
export function evaluationRequest(
  call: Caller,
  action: string,
  resource: string,
  context?: Context,
): EvaluationRequest {
  const { state, principal, region } = call;
  const role =
    principal.role === null
      ? undefined
      : roleNamed(accountOf(state, principal.account), principal.role);
  const inOrganization = state.organization.accounts.has(principal.account);
  return {
    principalArn: principal.arn,
    ...(role === undefined ? {} : { roleArn: roleArn(state, principal.account, role) }),
    principalTags: role?.tags === undefined ? principal.tags : { ...role.tags, ...principal.tags },
    action,
    resource,
    context: {
      'aws:RequestedRegion': region,
      ...(inOrganization ? { 'aws:PrincipalOrgID': state.organization.id } : {}),
      ...(principal.sourceIdentity === null
        ? {}
        : { 'aws:SourceIdentity': principal.sourceIdentity }),
      ...context,
    },
  };
}

const owners = {
  identity: 'identity-based policy',
  scp: 'service control policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
} as const;

/** AWS's text for a denial, from https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function denialText(
  call: Caller,
  action: string,
  resource: string,
  decision: Exclude<Decision, { allowed: true }>,
): string {
  if (call.state.behavior.denialText === 'terse') return 'Access denied.';
  const what = `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  const owner = owners[decision.by];
  if (decision.reason === 'implicit')
    return `${what} because no ${owner} allows the ${action} action`;
  const name =
    call.state.behavior.namePolicies === true && decision.policyArn !== undefined
      ? `: ${decision.policyArn}`
      : '';
  return `${what} with an explicit deny in a${owner.startsWith('i') ? 'n' : ''} ${owner}${name}`;
}

/** AWS's text for a denial; null if the caller is allowed. */
export function authorize(
  call: Caller,
  action: string,
  resource: string,
  context?: Context,
): string | null {
  const decision = evaluate(
    evaluationRequest(call, action, resource, context),
    principalPolicies(call.state, call.principal),
  );
  return decision.allowed ? null : denialText(call, action, resource, decision);
}
