/** IAM's operations on managed policies: AWS's, and the account's own. */
import { stableId } from '../../state/principals.ts';
import { accountOf, managedPolicy } from '../../state/state.ts';
import { text } from '../../protocols/shape.ts';
import type { PolicyDocument } from '../../world.ts';
import { operation } from '../service.ts';
import type { Call, Operation } from '../service.ts';
import { encodeDocument, nameOf, noSuchEntity, policyArn, requireArn } from './shared.ts';

/** The right is needed for the policy itself; throws for an ARN that is not one of a policy. */
function thePolicy(_call: Call, { PolicyArn: arn }: { readonly PolicyArn: string }): string {
  requireArn(arn);
  return arn;
}

/** The policy's document; throws NoSuchEntity. */
function findPolicy(call: Call, arn: string): PolicyDocument {
  const document = managedPolicy(call.state, accountOf(call.state, call.principal.account), arn);
  if (document === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return document;
}

const longAgo = '2020-02-20T20:20:20Z';

const getPolicy = operation({
  members: { PolicyArn: policyArn },
  resource: thePolicy,
  handle(call, { PolicyArn: arn }) {
    findPolicy(call, arn);
    const account = accountOf(call.state, call.principal.account);
    const roles = [...account.roles.now.values()];
    return {
      Policy: {
        PolicyName: nameOf(arn),
        PolicyId: stableId('ANPA', arn),
        Arn: arn,
        Path: arn.slice(arn.indexOf(':policy/') + 7, arn.lastIndexOf('/') + 1),
        DefaultVersionId: 'v1',
        AttachmentCount: roles.filter((role) => role.attachedPolicies?.includes(arn) === true)
          .length,
        PermissionsBoundaryUsageCount: roles.filter((role) => role.boundary === arn).length,
        IsAttachable: true,
        CreateDate: longAgo,
        UpdateDate: longAgo,
      },
    };
  },
});

const getPolicyVersion = operation({
  members: { PolicyArn: policyArn, VersionId: text({ required: true, pattern: 'v[1-9][0-9]*' }) },
  resource: thePolicy,
  handle(call, { PolicyArn: arn, VersionId: version }) {
    const document = findPolicy(call, arn);
    if (version !== 'v1')
      throw noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
    return {
      PolicyVersion: {
        Document: encodeDocument(document),
        VersionId: 'v1',
        IsDefaultVersion: true,
        CreateDate: longAgo,
      },
    };
  },
});

export const managedPolicyOperations: Readonly<Record<string, Operation>> = {
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
};
