/** IAM's operations on managed policies: AWS's and the account's own. */
import { stableId } from '../../state/principals.ts';
import { accountOf, managedPolicy } from '../../state/state.ts';
import { text } from '../../protocols/shape.ts';
import type { PolicyDocument } from '../../world.ts';
import { operation } from '../service.ts';
import type { AccountState } from '../../state/account.ts';
import type { Call, Operation, Output } from '../service.ts';
import { encodeDocument, nameOf, noSuchEntity, paging, policyArn, requireArn } from './shared.ts';

/** The ARN that needs the permission: the policy's. Throws if it is not a policy's ARN. */
function thePolicy(_call: Call, { PolicyArn: arn }: { readonly PolicyArn: string }): string {
  requireArn(arn);
  return arn;
}

/** The policy's document. Throws NoSuchEntity. */
function findPolicy(call: Call, arn: string): PolicyDocument {
  const document = managedPolicy(call.state, accountOf(call.state, call.principal.account), arn);
  if (document === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return document;
}

const since = '2020-02-20T20:20:20Z';

/** A policy as GetPolicy returns it. */
export function describedPolicy(account: AccountState, arn: string): Output {
  const roles = [...account.roles.now.values()];
  return {
    PolicyName: nameOf(arn),
    PolicyId: stableId('ANPA', arn),
    Arn: arn,
    Path: arn.slice(arn.indexOf(':policy/') + 7, arn.lastIndexOf('/') + 1),
    DefaultVersionId: 'v1',
    AttachmentCount: roles.filter((role) => role.attachedPolicies?.includes(arn) === true).length,
    PermissionsBoundaryUsageCount: roles.filter((role) => role.boundary === arn).length,
    IsAttachable: true,
    CreateDate: since,
    UpdateDate: since,
  };
}

/** The only version of a policy. */
export const policyVersion = (document: PolicyDocument): Output => ({
  Document: encodeDocument(document),
  VersionId: 'v1',
  IsDefaultVersion: true,
  CreateDate: since,
});

const getPolicy = operation({
  members: { PolicyArn: policyArn },
  resource: thePolicy,
  handle(call, { PolicyArn: arn }) {
    findPolicy(call, arn);
    return { Policy: describedPolicy(accountOf(call.state, call.principal.account), arn) };
  },
});

const getPolicyVersion = operation({
  members: { PolicyArn: policyArn, VersionId: text({ required: true, pattern: 'v[1-9][0-9]*' }) },
  resource: thePolicy,
  handle(call, { PolicyArn: arn, VersionId: version }) {
    const document = findPolicy(call, arn);
    if (version !== 'v1')
      throw noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
    return { PolicyVersion: policyVersion(document) };
  },
});

const listEntitiesForPolicy = operation({
  members: {
    PolicyArn: policyArn,
    EntityFilter: text({
      oneOf: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'],
    }),
    PathPrefix: text({ min: 1, max: 512, pattern: '\\u002F[\\u0021-\\u007F]*' }),
    PolicyUsageFilter: text({ oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] }),
    ...paging,
  },
  resource: thePolicy,
  handle(call, input) {
    const { PolicyArn: arn, EntityFilter: kind, PathPrefix: prefix = '/' } = input;
    findPolicy(call, arn);
    const account = accountOf(call.state, call.principal.account);
    const uses = ({ attachedPolicies = [], boundary }: PolicyHolder): boolean =>
      (input.PolicyUsageFilter !== 'PermissionsBoundary' && attachedPolicies.includes(arn)) ||
      (input.PolicyUsageFilter !== 'PermissionsPolicy' && boundary === arn);
    const roles = [...account.roles.now.values()]
      .filter((role) => uses(role) && (role.path ?? '/').startsWith(prefix))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name }) => ({
        RoleName: name,
        RoleId: stableId('AROA', `${account.id}/${name.toLowerCase()}`),
      }));
    const page = call.page(
      { member: 'PolicyRoles', all: kind === undefined || kind === 'Role' ? roles : [], of: arn },
      input,
    );
    return { PolicyGroups: [], PolicyUsers: [], ...page };
  },
});

interface PolicyHolder {
  readonly attachedPolicies?: readonly string[];
  readonly boundary?: string;
}

export const managedPolicyOperations: Readonly<Record<string, Operation>> = {
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListEntitiesForPolicy: listEntitiesForPolicy,
};
