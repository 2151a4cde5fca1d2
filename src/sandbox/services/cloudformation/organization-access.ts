/** Trusted access for StackSets, and the targets of automatic deployment. */
import { AwsError } from '../../protocols/aws-error.ts';
import { operation } from '../service.ts';
import type { Call, Operation as ServiceOperation } from '../service.ts';
import { hasOrganizationsAccess, storeOf } from './model.ts';
import { callAs, findStackSet, onStackSet, paging, requireOwner, stackSetName } from './shared.ts';

const describeOrganizationsAccess = operation({
  members: { CallAs: callAs },
  handle(call, input) {
    requireOwner(call, input.CallAs);
    return { Status: hasOrganizationsAccess(call.state) ? 'ENABLED' : 'DISABLED' };
  },
});

function requireManagement({ state, principal }: Call): void {
  if (principal.account !== state.organization.managementAccount)
    throw new AwsError(
      'InvalidOperationException',
      'Only the management account of an organization can do this.',
    );
  if (state.partition === 'aws-cn')
    throw new AwsError(
      'InvalidOperationException',
      'Trusted access for StackSets is not available in the regions of China.',
    );
}

type OrganizationsAccess = 'on' | 'off';

const setAccess = (to: OrganizationsAccess): ServiceOperation =>
  operation({
    members: {},
    handle(call) {
      requireManagement(call);
      storeOf(call.state).organizationsAccess = to === 'on';
      return {};
    },
  });

const listStackSetAutoDeploymentTargets = operation({
  members: { StackSetName: stackSetName, ...paging, CallAs: callAs },
  resource: onStackSet,
  handle(call, input) {
    const set = findStackSet(call, input);
    const answer = call.page(
      {
        member: 'Summaries',
        all: [...set.autoTargets],
        of: set.uuid,
        describe: ([unit, regions]) => ({
          OrganizationalUnitId: unit,
          Regions: [...regions],
        }),
      },
      input,
    );
    // Unlike other lists, the last page has an empty token.
    return { ...answer, NextToken: answer['NextToken'] ?? '' };
  },
});

export const organizationAccessOperations: Readonly<Record<string, ServiceOperation>> = {
  DescribeOrganizationsAccess: describeOrganizationsAccess,
  ActivateOrganizationsAccess: setAccess('on'),
  DeactivateOrganizationsAccess: setAccess('off'),
  ListStackSetAutoDeploymentTargets: listStackSetAutoDeploymentTargets,
};
