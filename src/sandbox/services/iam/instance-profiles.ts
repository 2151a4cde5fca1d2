/** IAM's instance profiles: what an instance has a role by. */
import { stableId } from '../../state/principals.ts';
import type { Operation, Output } from '../service.ts';
import { isoTime, onRole, paging, roleName } from './shared.ts';

const listInstanceProfilesForRole = onRole({
  members: { RoleName: roleName, ...paging },
  handle(call, input, { account, role }) {
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
    return call.page({ member: 'InstanceProfiles', all }, input);
  },
});

export const instanceProfileOperations: Readonly<Record<string, Operation>> = {
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
};
