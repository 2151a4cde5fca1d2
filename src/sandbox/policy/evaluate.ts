/**
 * IAM's decision on a request. An explicit deny in any policy wins. Otherwise the identity's policies, its boundary,
 * its session policies and every level of service control policies must each allow the request, and a role's trust
 * policy must name the caller.
 */
import { accountOf } from './context.ts';
import type { EvaluationRequest } from './context.ts';
import type { PolicyDocument } from './document.ts';
import { strongest } from './principal.ts';
import { decide, decideTrust } from './statement.ts';

export type { EvaluationRequest } from './context.ts';
export { MalformedPolicy, parsePolicyDocument, UnsupportedPolicyElement } from './document.ts';
export type { PolicyDocument, PolicyStatement } from './document.ts';

/** A document, optionally with the ARN that an explicit denial reports. */
export type Policy = PolicyDocument | { readonly arn: string; readonly document: PolicyDocument };

export interface Policies {
  readonly identity: readonly Policy[];
  /** Inline and managed session policies together; null without session policies. */
  readonly session: readonly Policy[] | null;
  readonly boundary: Policy | null;
  /** One list per level, from the root to the account; empty where none apply, as in the management account. */
  readonly scps: readonly (readonly Policy[])[];
  /** The trust policy of the role to assume. */
  readonly resource?: PolicyDocument;
}

export type PolicyType = 'identity' | 'scp' | 'boundary' | 'session' | 'resource';

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly reason: 'implicit' | 'explicit';
      readonly by: PolicyType;
      /** The ARN of the policy that denies explicitly, if it was given. */
      readonly policyArn?: string;
    };

/** Decides on a request. Throws `UnsupportedPolicyElement` or `MalformedPolicy` if a policy cannot be evaluated. */
export function evaluate(request: EvaluationRequest, policies: Policies): Decision {
  const action = request.action.toLowerCase();
  const levels = policies.scps.map((level) => combine(level, action, request));
  const trust =
    policies.resource === undefined
      ? null
      : decideTrust(policies.resource, action, request, { request });
  const identity = combine(policies.identity, action, request);
  const boundary =
    policies.boundary === null ? null : combine([policies.boundary], action, request);
  const session = policies.session === null ? null : combine(policies.session, action, request);

  for (const level of levels) if (level.deny) return explicit('scp', level.arn);
  if (trust === 'deny') return explicit('resource');
  if (identity.deny) return explicit('identity', identity.arn);
  if (boundary?.deny === true) return explicit('boundary', boundary.arn);
  if (session?.deny === true) return explicit('session', session.arn);

  if (!levels.every((level) => level.allow)) return implicit('scp');
  const needs =
    trust === null
      ? everything
      : stillNeeded(trust, accountOf(request.principalArn) === accountOf(request.resource));
  if (needs === null) return implicit('resource');
  if (needs.identity && !identity.allow) return implicit('identity');
  if (needs.boundary && boundary?.allow === false) return implicit('boundary');
  if (needs.session && session?.allow === false) return implicit('session');
  return { allowed: true };
}

/** Whether a trust policy lets an AWS service, such as `ssm.amazonaws.com`, assume the role. */
export function trustsService(
  trust: PolicyDocument,
  service: string,
  context: EvaluationRequest['context'] = {},
): boolean {
  const request: EvaluationRequest = {
    principalArn: service,
    principalTags: {},
    action: 'sts:AssumeRole',
    resource: '*',
    context,
  };
  const matches = decideTrust(trust, 'sts:assumerole', request, { service });
  return matches !== 'deny' && matches.length > 0;
}

interface Combined {
  readonly allow: boolean;
  readonly deny: boolean;
  readonly arn: string | undefined;
}

/** The decision of all policies of one type: deny if any denies, otherwise allow if any allows. */
function combine(
  policies: readonly Policy[],
  action: string,
  request: EvaluationRequest,
): Combined {
  let allow = false;
  for (const policy of policies) {
    const named = 'document' in policy;
    const decision = decide(named ? policy.document : policy, action, request);
    if (decision === 'deny')
      return { allow: false, deny: true, arn: named ? policy.arn : undefined };
    if (decision === 'allow') allow = true;
  }
  return { allow, deny: false, arn: undefined };
}

interface Needs {
  readonly identity: boolean;
  readonly boundary: boolean;
  readonly session: boolean;
}

const everything: Needs = { identity: true, boundary: true, session: true };

/**
 * The caller's own policies that must allow as well when a trust policy allows; null if the trust policy does not
 * name the caller. Between accounts both sides must allow. Within an account, a statement that names the caller is
 * enough, but one that names the account is not (IAM User Guide, "Policy evaluation for requests within a single
 * account").
 */
function stillNeeded(
  matches: Exclude<ReturnType<typeof decideTrust>, 'deny'>,
  sameAccount: boolean,
): Needs | null {
  const match = strongest(matches);
  if (match === null) return null;
  if (!sameAccount || match === 'account') return everything;
  if (match === 'role') return { identity: false, boundary: true, session: true };
  return { identity: false, boundary: false, session: match === 'anyone' };
}

function explicit(by: PolicyType, policyArn?: string): Decision {
  return policyArn === undefined
    ? { allowed: false, reason: 'explicit', by }
    : { allowed: false, reason: 'explicit', by, policyArn };
}

function implicit(by: PolicyType): Decision {
  return { allowed: false, reason: 'implicit', by };
}
