/** SimulatePrincipalPolicy: what a principal's policies would say. */
import { evaluationRequest, principalPolicies, rolePolicies } from '../../auth/authorize.ts';
import { evaluate } from '../../policy/evaluate.ts';
import type { Policies } from '../../policy/evaluate.ts';
import { unsupported } from '../../protocols/aws-error.ts';
import { list, structure, text } from '../../protocols/shape.ts';
import type { Principal } from '../../state/principals.ts';
import { accountOf, roleArn, roleNamed } from '../../state/state.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';
import { invalidInput, noSuchEntity, paging, policyArn } from './shared.ts';

/** Whose policies are simulated: a role or a user of the caller's account, by ARN. */
function simulated(
  call: Call,
  arn: string,
): { readonly principal: Principal; readonly policies: Policies } {
  const { state, principal } = call;
  const account = accountOf(state, principal.account);
  const role = /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  if (role !== undefined) {
    const found = roleNamed(account, role);
    if (found === undefined || roleArn(state, account.id, found) !== arn)
      throw noSuchEntity(`The principal ${arn} cannot be found.`);
    const session = `arn:${state.partition}:sts::${account.id}:assumed-role/${found.name}/simulation`;
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
      policies: rolePolicies(state, account, found),
    };
  }
  if (principal.user !== null && arn === principal.arn)
    return { principal, policies: principalPolicies(state, principal) };
  throw arn.startsWith('arn:')
    ? unsupported(`the simulation of ${arn}`)
    : invalidInput(`Invalid Entity Arn: ${arn}`);
}

const simulatePrincipalPolicy = operation({
  members: {
    PolicySourceArn: policyArn,
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
  },
  resource: (_call, input) => input.PolicySourceArn,
  handle(call, input) {
    const { principal, policies } = simulated(call, input.PolicySourceArn);
    const context: Record<string, string | readonly string[]> = {};
    for (const {
      ContextKeyName: name = '',
      ContextKeyValues: values = [],
      ContextKeyType: type = '',
    } of input.ContextEntries ?? []) {
      context[name] = type.endsWith('List') ? values : (values[0] ?? '');
    }
    const everything = {
      ...policies,
      identity: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      ],
    } as const;
    const results = input.ActionNames.flatMap((action) =>
      (input.ResourceArns ?? ['*']).map((resource): Output => {
        const request = evaluationRequest({ ...call, principal }, action, resource, context);
        const decision = evaluate(request, policies);
        const byScp = evaluate(request, { ...everything, boundary: null, session: null });
        const byBoundary = evaluate(request, { ...everything, scps: [], session: null });
        return {
          EvalActionName: action,
          EvalResourceName: resource,
          EvalDecision: decision.allowed
            ? 'allowed'
            : decision.reason === 'explicit'
              ? 'explicitDeny'
              : 'implicitDeny',
          MatchedStatements: [],
          MissingContextValues: [],
          OrganizationsDecisionDetail: { AllowedByOrganizations: byScp.allowed },
          ...(policies.boundary === null
            ? {}
            : {
                PermissionsBoundaryDecisionDetail: {
                  AllowedByPermissionsBoundary: byBoundary.allowed,
                },
              }),
        };
      }),
    );
    return call.page({ member: 'EvaluationResults', all: results }, input);
  },
});

export const simulationOperations: Readonly<Record<string, Operation>> = {
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};
