/** IAM's operations on a role's attached and inline policies. */
import { managedPolicy, putRole } from '../../state/state.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { text } from '../../protocols/shape.ts';
import type { Operation } from '../service.ts';
import {
  encodeDocument,
  nameOf,
  noSuchEntity,
  onRole,
  paging,
  policyArn,
  policyDocument,
  policyName,
  readDocument,
  requireArn,
  roleName,
} from './shared.ts';

const attachRolePolicy = onRole({
  members: { RoleName: roleName, PolicyArn: policyArn },
  changes: true,
  context: (input) => ({
    'iam:PolicyARN': input.PolicyArn,
  }),
  handle(call, input, { account, role }) {
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
  },
});

const detachRolePolicy = onRole({
  members: { RoleName: roleName, PolicyArn: policyArn },
  changes: true,
  context: (input) => ({
    'iam:PolicyARN': input.PolicyArn,
  }),
  handle(call, input, { account, role }) {
    requireArn(input.PolicyArn);
    const { attachedPolicies: attached = [], ...rest } = role;
    if (!attached.includes(input.PolicyArn))
      throw noSuchEntity(`Policy ${input.PolicyArn} was not found.`);
    const left = attached.filter((arn) => arn !== input.PolicyArn);
    putRole(call.state, account, left.length === 0 ? rest : { ...rest, attachedPolicies: left });
    return undefined;
  },
});

const listAttachedRolePolicies = onRole({
  members: {
    RoleName: roleName,
    PathPrefix: text({ min: 1, max: 512, pattern: '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/' }),
    ...paging,
  },
  handle(call, input, { role }) {
    const all = (role.attachedPolicies ?? [])
      .filter((arn) => arn.slice(arn.indexOf(':policy/') + 7).startsWith(input.PathPrefix ?? '/'))
      .map((arn) => ({ PolicyName: nameOf(arn), PolicyArn: arn }));
    return call.page({ member: 'AttachedPolicies', all }, input);
  },
});

const putRolePolicy = onRole({
  members: { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument },
  changes: true,
  handle(call, input, { account, role }) {
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
});

const noInlinePolicy = (name: string): AwsError =>
  noSuchEntity(`The role policy with name ${name} cannot be found.`);

const getRolePolicy = onRole({
  members: { RoleName: roleName, PolicyName: policyName },
  handle(_call, input, { role }) {
    const document = role.inlinePolicies?.[input.PolicyName];
    if (document === undefined) throw noInlinePolicy(input.PolicyName);
    return {
      RoleName: role.name,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(document),
    };
  },
});

const deleteRolePolicy = onRole({
  members: { RoleName: roleName, PolicyName: policyName },
  changes: true,
  handle(call, input, { account, role }) {
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
});

const listRolePolicies = onRole({
  members: { RoleName: roleName, ...paging },
  handle(call, input, { role }) {
    const names = Object.keys(role.inlinePolicies ?? {});
    return call.page({ member: 'PolicyNames', all: names }, input);
  },
});

export const rolePolicyOperations: Readonly<Record<string, Operation>> = {
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  PutRolePolicy: putRolePolicy,
  GetRolePolicy: getRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  ListRolePolicies: listRolePolicies,
};
