/** Service control policies, as Organizations lists and describes them. */
import type { Scp } from '../../state/organization.ts';
import { text } from '../../protocols/shape.ts';
import type { Call, Operation, Output } from '../service.ts';
import { arnOf, fail, inOrganization, paging, unitOrAccount } from './shared.ts';

const filter = text({
  required: true,
  oneOf: [
    'SERVICE_CONTROL_POLICY',
    'RESOURCE_CONTROL_POLICY',
    'TAG_POLICY',
    'BACKUP_POLICY',
    'AISERVICES_OPT_OUT_POLICY',
  ],
});

const describedScp = (scp: Scp): Output => ({
  Id: scp.id,
  Arn: scp.arn,
  Name: scp.name,
  Description: scp.awsManaged ? 'Allows access to every operation' : '',
  Type: 'SERVICE_CONTROL_POLICY',
  AwsManaged: scp.awsManaged,
});

const listPolicies = inOrganization({
  members: { Filter: filter, ...paging },
  handle(call, input) {
    const all =
      input.Filter === 'SERVICE_CONTROL_POLICY' ? [...call.state.organization.scps.values()] : [];
    return call.page({ member: 'Policies', all, describe: describedScp }, input);
  },
});

const listPoliciesForTarget = inOrganization({
  members: {
    TargetId: text({ required: true, max: 100, pattern: `(r-[0-9a-z]{4,32})|${unitOrAccount}` }),
    Filter: filter,
    ...paging,
  },
  resource: (call, input) => arnOf(call, input.TargetId),
  handle(call, input) {
    const { organization } = call.state;
    const id = input.TargetId;
    if (
      id !== organization.rootId &&
      !organization.units.has(id) &&
      !organization.accounts.has(id)
    ) {
      throw fail('TargetNotFoundException', "You specified a target that doesn't exist.");
    }
    const all = input.Filter === 'SERVICE_CONTROL_POLICY' ? organization.scpsOf(id) : [];
    return call.page({ member: 'Policies', all, describe: describedScp, of: id }, input);
  },
});

const scpById = (call: Call, id: string): Scp | undefined =>
  [...call.state.organization.scps.values()].find((scp) => scp.id === id);

const listTargetsForPolicy = inOrganization({
  members: {
    PolicyId: text({ required: true, max: 130, pattern: 'p-[0-9a-zA-Z_]{8,128}' }),
    ...paging,
  },
  resource: (call, { PolicyId: id }) =>
    scpById(call, id)?.arn ?? call.state.organization.arn('policy', `service_control_policy/${id}`),
  handle(call, input) {
    const scp = scpById(call, input.PolicyId);
    if (scp === undefined)
      throw fail('PolicyNotFoundException', "You specified a policy that doesn't exist.");
    const { organization } = call.state;
    const targets = [
      { id: organization.rootId, name: 'Root', type: 'ROOT' },
      ...[...organization.units.values()].map(({ id, name }) => ({
        id,
        name,
        type: 'ORGANIZATIONAL_UNIT',
      })),
      ...[...organization.accounts.values()].map(({ id, name }) => ({ id, name, type: 'ACCOUNT' })),
    ].filter(({ id }) => organization.scpsOf(id).some((each) => each.id === scp.id));
    return call.page(
      {
        member: 'Targets',
        all: targets,
        describe: ({ id, name, type }) => ({
          TargetId: id,
          Arn: arnOf(call, id),
          Name: name,
          Type: type,
        }),
        of: scp.id,
      },
      input,
    );
  },
});

const describePolicy = inOrganization({
  members: { PolicyId: text({ required: true, max: 130, pattern: 'p-[0-9a-zA-Z_]{8,128}' }) },
  resource: (call, { PolicyId: id }) =>
    scpById(call, id)?.arn ?? call.state.organization.arn('policy', `service_control_policy/${id}`),
  handle(call, input) {
    const scp = scpById(call, input.PolicyId);
    if (scp === undefined)
      throw fail('PolicyNotFoundException', "You specified a policy that doesn't exist.");
    return {
      Policy: { PolicySummary: describedScp(scp), Content: JSON.stringify(scp.document) },
    };
  },
});

export const policyOperations: Readonly<Record<string, Operation>> = {
  ListPolicies: listPolicies,
  ListPoliciesForTarget: listPoliciesForTarget,
  ListTargetsForPolicy: listTargetsForPolicy,
  DescribePolicy: describePolicy,
};
