/** SimulatePrincipalPolicy: what a principal's policies decide, with or without some of them. */
import { evaluationRequest, principalPolicies, rolePolicies } from '../../auth/authorize.ts';
import type { Context } from '../../auth/authorize.ts';
import { evaluate } from '../../policy/evaluate.ts';
import type { Policies } from '../../policy/evaluate.ts';
import { unsupported } from '../../protocols/aws-error.ts';
import type { InputOf } from '../../protocols/shape.ts';
import { list, structure, text } from '../../protocols/shape.ts';
import type { Principal } from '../../state/principals.ts';
import { accountOf, roleArn, roleNamed } from '../../state/state.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';
import { excludedFrom, exclusionMembers } from './exclusions.ts';
import type { Exclusion } from './exclusions.ts';
import { invalidInput, noSuchEntity, paging, policyArn } from './shared.ts';

interface Simulated {
  readonly principal: Principal;
  readonly policies: Policies;
}

/** The principal to simulate, with its policies: a role of the caller's account, or the caller itself. */
function simulated(call: Call, arn: string, exclusions: readonly Exclusion[]): Simulated {
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (role !== undefined) {
    const found = roleNamed(account, role);
    if (found === undefined || roleArn(state, account.id, found) !== arn)
      throw noSuchEntity(`The principal ${arn} cannot be found.`);
    const session = `arn:${state.partition}:sts::${account.id}:assumed-role/${found.name}/simulation`;
    const { holder, scps } = excludedFrom(found, exclusions);
    const policies = rolePolicies(state, account, holder);
    return {
      principal: {
        ...principal,
        kind: 'assumed-role',
        arn: session,
        role: found.name,
        tags: {},
        sessionPolicies: null,
        user: null,
      },
      policies: scps ? { ...policies, scps: [] } : policies,
    };
  }
  if (principal.user !== null && arn === principal.arn && exclusions.length === 0)
    return { principal, policies: principalPolicies(state, principal) };
  throw arn.startsWith('arn:')
    ? unsupported(`the simulation of ${arn}`)
    : invalidInput(`Invalid Entity Arn: ${arn}`);
}

const members = {
  PolicySourceArn: policyArn,
  PolicyExclusionList: exclusionMembers,
  ActionNames: list(text({ min: 3, max: 128 }), { required: true }),
  ResourceArns: list(text({ min: 1, max: 2048 }), {}),
  CallerArn: text({ min: 1, max: 2048 }),
  ContextEntries: list(
    structure({
      ContextKeyName: text({ min: 5, max: 256 }),
      ContextKeyValues: list(text({}), {}),
      ContextKeyType: text({}),
    }),
    {},
  ),
  ...paging,
} as const;

function contextOf(entries: InputOf<typeof members>['ContextEntries']): Context {
  const context: Record<string, string | readonly string[]> = {};
  for (const {
    ContextKeyName: name = '',
    ContextKeyValues: values = [],
    ContextKeyType: type = '',
  } of entries ?? []) {
    context[name] = type.endsWith('List') ? values : (values[0] ?? '');
  }
  return context;
}

const principalTag = 'aws:PrincipalTag/';

/** The principal's tags from context entries for `aws:PrincipalTag/`. */
const tagsOf = (context: Context): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) =>
      name.toLowerCase().startsWith(principalTag.toLowerCase()) && typeof value === 'string'
        ? [[name.slice(principalTag.length), value]]
        : [],
    ),
  );

interface Verdict {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  readonly organizations: boolean;
  /** Null without a boundary. */
  readonly boundary: boolean | null;
}

const allowAll = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
} as const;

function judge(
  call: Call,
  { principal, policies }: Simulated,
  question: { readonly action: string; readonly resource: string; readonly context: Context },
): Verdict {
  const request = evaluationRequest(
    {
      ...call,
      principal: { ...principal, tags: { ...principal.tags, ...tagsOf(question.context) } },
    },
    question.action,
    question.resource,
    question.context,
  );
  const decision = evaluate(request, policies);
  const open = { ...policies, identity: [allowAll], session: null };
  return {
    decision: decision.allowed
      ? 'allowed'
      : decision.reason === 'explicit'
        ? 'explicitDeny'
        : 'implicitDeny',
    organizations: evaluate(request, { ...open, boundary: null }).allowed,
    boundary: policies.boundary === null ? null : evaluate(request, { ...open, scps: [] }).allowed,
  };
}

const details = ({ organizations, boundary }: Verdict): Output => ({
  OrganizationsDecisionDetail: { AllowedByOrganizations: organizations },
  ...(boundary === null
    ? {}
    : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundary } }),
});

const strictness = ['allowed', 'implicitDeny', 'explicitDeny'] as const;

/** The result for one action: the strictest decision, with the decision for each resource if there are several. */
function resultOf(action: string, verdicts: ReadonlyMap<string, Verdict>): Output {
  const all = [...verdicts.values()];
  const strictest = all.reduce((a, b) =>
    strictness.indexOf(b.decision) > strictness.indexOf(a.decision) ? b : a,
  );
  return {
    EvalActionName: action,
    EvalResourceName: verdicts.size === 1 ? [...verdicts.keys()][0] : '*',
    EvalDecision: strictest.decision,
    MatchedStatements: [],
    MissingContextValues: [],
    ...details(strictest),
    ...(verdicts.size === 1
      ? {}
      : {
          ResourceSpecificResults: [...verdicts].map(([resource, verdict]) => ({
            EvalResourceName: resource,
            EvalResourceDecision: verdict.decision,
            MatchedStatements: [],
            MissingContextValues: [],
            ...(verdict.boundary === null
              ? {}
              : {
                  PermissionsBoundaryDecisionDetail: {
                    AllowedByPermissionsBoundary: verdict.boundary,
                  },
                }),
          })),
        }),
  };
}

const simulatePrincipalPolicy = operation({
  members,
  resource: (_call, input) => input.PolicySourceArn,
  handle(call, input) {
    const served = call.state.behavior.policyExclusionList !== 'ignored';
    const exclusions = served ? (input.PolicyExclusionList ?? []) : [];
    const of = simulated(call, input.PolicySourceArn, exclusions);
    const context = contextOf(input.ContextEntries);
    const all = input.ActionNames.map((action) =>
      resultOf(
        action,
        new Map(
          (input.ResourceArns ?? ['*']).map((resource) => [
            resource,
            judge(call, of, { action, resource, context }),
          ]),
        ),
      ),
    );
    return call.page({ member: 'EvaluationResults', all }, input);
  },
});

export const simulationOperations: Readonly<Record<string, Operation>> = {
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};
