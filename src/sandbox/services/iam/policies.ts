/** IAM's operations on policies: attached, inline, managed, simulated; and the instance profiles that hold a role. */
import {
  authorize,
  evaluationRequest,
  principalPolicies,
  rolePolicies,
} from '../../auth/authorize.ts';
import { evaluate } from '../../policy/evaluate.ts';
import type { Policies } from '../../policy/evaluate.ts';
import { stableId } from '../../state/principals.ts';
import type { Principal } from '../../state/principals.ts';
import { accountOf, managedPolicy, putRole, roleArn, roleNamed } from '../../state/state.ts';
import { dialects } from '../../protocols/dialect.ts';
import { AwsError, unsupported } from '../../protocols/aws-error.ts';
import { list, structure, text } from '../../protocols/shape.ts';
import {
  encodeDocument,
  findRole,
  findRoleToChange,
  iamPage,
  invalidInput,
  isoTime,
  noSuchEntity,
  paging,
  policyArn,
  policyDocument,
  policyName,
  readDocument,
  roleName,
} from './shared.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

function requireArn(arn: string): void {
  if (!/^arn:[^:]+:iam::(aws|\d{12}):policy\/\S+$/.test(arn))
    throw new AwsError('ValidationError', `ARN ${arn} is not valid.`);
}

const attachRolePolicy = operation({ RoleName: roleName, PolicyArn: policyArn }, (call, input) => {
  const { account, role } = findRoleToChange(call, 'AttachRolePolicy', input.RoleName, {
    'iam:PolicyARN': input.PolicyArn,
  });
  requireArn(input.PolicyArn);
  if (managedPolicy(call.state, account, input.PolicyArn) === undefined) {
    throw noSuchEntity(`Policy ${input.PolicyArn} does not exist or is not attachable.`);
  }
  const attached = role.attachedPolicies ?? [];
  if (attached.includes(input.PolicyArn)) return undefined;
  if (attached.length >= 10)
    throw new AwsError('LimitExceeded', 'Cannot exceed quota for PoliciesPerRole: 10', 409);
  putRole(call.state, account, { ...role, attachedPolicies: [...attached, input.PolicyArn] });
  return undefined;
});

const detachRolePolicy = operation({ RoleName: roleName, PolicyArn: policyArn }, (call, input) => {
  const { account, role } = findRoleToChange(call, 'DetachRolePolicy', input.RoleName, {
    'iam:PolicyARN': input.PolicyArn,
  });
  requireArn(input.PolicyArn);
  const { attachedPolicies: attached = [], ...rest } = role;
  if (!attached.includes(input.PolicyArn))
    throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
  const left = attached.filter((arn) => arn !== input.PolicyArn);
  putRole(call.state, account, left.length === 0 ? rest : { ...rest, attachedPolicies: left });
  return undefined;
});

const listAttachedRolePolicies = operation(
  {
    RoleName: roleName,
    PathPrefix: text({ min: 1, max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' }),
    ...paging,
  },
  (call, input) => {
    const { role } = findRole(call, 'ListAttachedRolePolicies', input.RoleName);
    const all = (role.attachedPolicies ?? [])
      .filter((arn) => arn.slice(arn.indexOf(':policy/') + 7).startsWith(input.PathPrefix ?? '/'))
      .map((arn) => ({ PolicyName: nameOf(arn), PolicyArn: arn }));
    return {
      ListAttachedRolePoliciesResult: iamPage(
        call,
        'ListAttachedRolePolicies',
        'AttachedPolicies',
        all,
        input,
      ),
    };
  },
);

const putRolePolicy = operation(
  { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument },
  (call, input) => {
    const { account, role } = findRoleToChange(call, 'PutRolePolicy', input.RoleName);
    const inlinePolicies = {
      ...role.inlinePolicies,
      [input.PolicyName]: readDocument(input.PolicyDocument, 'permissions'),
    };
    if (
      Object.values(inlinePolicies).reduce(
        (sum, document) => sum + JSON.stringify(document).length,
        0,
      ) > 10240
    ) {
      throw new AwsError(
        'LimitExceeded',
        `Maximum policy size of 10240 bytes exceeded for role ${role.name}`,
        409,
      );
    }
    putRole(call.state, account, { ...role, inlinePolicies });
    return undefined;
  },
);

const noInlinePolicy = (name: string): AwsError =>
  noSuchEntity(`The role policy with name ${name} cannot be found.`);

const getRolePolicy = operation({ RoleName: roleName, PolicyName: policyName }, (call, input) => {
  const { role } = findRole(call, 'GetRolePolicy', input.RoleName);
  const document = role.inlinePolicies?.[input.PolicyName];
  if (document === undefined) throw noInlinePolicy(input.PolicyName);
  return {
    GetRolePolicyResult: {
      RoleName: role.name,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(document),
    },
  };
});

const deleteRolePolicy = operation(
  { RoleName: roleName, PolicyName: policyName },
  (call, input) => {
    const { account, role } = findRoleToChange(call, 'DeleteRolePolicy', input.RoleName);
    const { inlinePolicies = {}, ...rest } = role;
    const { [input.PolicyName]: gone, ...left } = inlinePolicies;
    if (gone === undefined) throw noInlinePolicy(input.PolicyName);
    putRole(
      call.state,
      account,
      Object.keys(left).length === 0 ? rest : { ...rest, inlinePolicies: left },
    );
    return undefined;
  },
);

const listRolePolicies = operation({ RoleName: roleName, ...paging }, (call, input) => {
  const { role } = findRole(call, 'ListRolePolicies', input.RoleName);
  const names = Object.keys(role.inlinePolicies ?? {});
  return { ListRolePoliciesResult: iamPage(call, 'ListRolePolicies', 'PolicyNames', names, input) };
});

const listInstanceProfilesForRole = operation({ RoleName: roleName, ...paging }, (call, input) => {
  const { account, role } = findRole(call, 'ListInstanceProfilesForRole', input.RoleName);
  const all = (role.instanceProfiles ?? []).map((name): Output => {
    const arn = `arn:${call.state.partition}:iam::${account.id}:instance-profile/${name}`;
    return {
      Path: '/',
      InstanceProfileName: name,
      InstanceProfileId: stableId('AIPA', arn),
      Arn: arn,
      CreateDate: isoTime(role.createdAt ?? '2024-02-29T12:00:00Z'),
      Roles: [],
    };
  });
  return {
    ListInstanceProfilesForRoleResult: iamPage(
      call,
      'ListInstanceProfilesForRole',
      'InstanceProfiles',
      all,
      input,
    ),
  };
});

/** A managed policy's document for a caller who may read it. */
function findPolicy(
  call: Call,
  action: string,
  arn: string,
): NonNullable<ReturnType<typeof managedPolicy>> {
  requireArn(arn);
  authorize(call, dialects.query, `iam:${action}`, arn);
  const document = managedPolicy(call.state, accountOf(call.state, call.principal.account), arn);
  if (document === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return document;
}

const longAgo = '2020-02-20T20:20:20Z';

const getPolicy = operation({ PolicyArn: policyArn }, (call, input) => {
  findPolicy(call, 'GetPolicy', input.PolicyArn);
  const account = accountOf(call.state, call.principal.account);
  const roles = [...account.roles.now.values()];
  return {
    GetPolicyResult: {
      Policy: {
        PolicyName: nameOf(input.PolicyArn),
        PolicyId: stableId('ANPA', input.PolicyArn),
        Arn: input.PolicyArn,
        Path: input.PolicyArn.slice(
          input.PolicyArn.indexOf(':policy/') + 7,
          input.PolicyArn.lastIndexOf('/') + 1,
        ),
        DefaultVersionId: 'v1',
        AttachmentCount: roles.filter(
          (role) => role.attachedPolicies?.includes(input.PolicyArn) === true,
        ).length,
        PermissionsBoundaryUsageCount: roles.filter((role) => role.boundary === input.PolicyArn)
          .length,
        IsAttachable: true,
        CreateDate: longAgo,
        UpdateDate: longAgo,
      },
    },
  };
});

const getPolicyVersion = operation(
  { PolicyArn: policyArn, VersionId: text({ required: true, pattern: 'v[1-9][0-9]*' }) },
  (call, input) => {
    const document = findPolicy(call, 'GetPolicyVersion', input.PolicyArn);
    if (input.VersionId !== 'v1')
      throw noSuchEntity(
        `Policy ${input.PolicyArn} version ${input.VersionId} does not exist or is not attachable.`,
      );
    return {
      GetPolicyVersionResult: {
        PolicyVersion: {
          Document: encodeDocument(document),
          VersionId: 'v1',
          IsDefaultVersion: true,
          CreateDate: longAgo,
        },
      },
    };
  },
);

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

const simulatePrincipalPolicy = operation(
  {
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
  (call, input) => {
    authorize(call, dialects.query, 'iam:SimulatePrincipalPolicy', input.PolicySourceArn);
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
    return {
      SimulatePrincipalPolicyResult: iamPage(
        call,
        'SimulatePrincipalPolicy',
        'EvaluationResults',
        results,
        input,
      ),
    };
  },
);

export const policyOperations: Readonly<Record<string, Operation>> = {
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  PutRolePolicy: putRolePolicy,
  GetRolePolicy: getRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  ListRolePolicies: listRolePolicies,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};
