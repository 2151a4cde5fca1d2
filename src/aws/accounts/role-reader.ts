/** One role, profile or policy at a time, for accounts where GetAccountAuthorizationDetails is denied. */
import { known, type Reading } from '../../core/model/model.ts';
import { isRoleName } from '../../core/iam/role-names.ts';
import {
  attachedOf,
  inlinePolicyOf,
  policyVersionOf,
  profileOf,
  type ListedPolicy,
  type ListedProfile,
  type ListedRole,
} from '../responses/authorization.ts';
import { collectPages } from '../responses/pagination.ts';
import { optionalList, requireObject, requireString, roleOf } from '../responses/validate.ts';
import { iamModule } from '../sdk/index.ts';
import { accountCalls, markerOf, startAt, type AccessOptions } from './calls.ts';

export interface RoleReader {
  /** Null where there is none. Without its inline policies' documents where these are denied. */
  role(name: string): Promise<Reading<ListedRole | null>>;
  profile(name: string): Promise<Reading<ListedProfile | null>>;
  /** The default version of a policy; null where it could not be read. */
  policy(arn: string): Promise<ListedPolicy | null>;
}

export const openRoleReader = (options: AccessOptions): RoleReader => {
  const { wire, homeRegion, account, partition } = options;
  const { reading, orMissing, call } = accountCalls(options);
  const policies = new Map<string, Promise<ListedPolicy | null>>();

  const readAttached = async (RoleName: string): Promise<readonly string[]> => {
    const { ListAttachedRolePoliciesCommand } = await iamModule();
    const client = await wire.client('iam', homeRegion);
    return collectPages(async (token) => {
      const input = { RoleName, ...startAt(token) };
      const answer = await call('ListAttachedRolePolicies', homeRegion, input, (given) =>
        client.send(new ListAttachedRolePoliciesCommand(given)),
      );
      return {
        items: attachedOf(answer.AttachedPolicies),
        next: markerOf(answer, answer.AttachedPolicies),
      };
    });
  };

  const readInline = async (RoleName: string): Promise<ListedRole['inline']> => {
    const { GetRolePolicyCommand, ListRolePoliciesCommand } = await iamModule();
    const client = await wire.client('iam', homeRegion);
    const names = await collectPages(async (token) => {
      const input = { RoleName, ...startAt(token) };
      const answer = await call('ListRolePolicies', homeRegion, input, (given) =>
        client.send(new ListRolePoliciesCommand(given)),
      );
      const items = optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
        requireString(name, 'A policy name'),
      );
      return { items, next: markerOf(answer, answer.PolicyNames) };
    });
    return Promise.all(
      names.map(async (PolicyName) =>
        inlinePolicyOf(
          await call('GetRolePolicy', homeRegion, { RoleName, PolicyName }, (given) =>
            client.send(new GetRolePolicyCommand(given)),
          ),
        ),
      ),
    );
  };

  const readPolicy = async (PolicyArn: string): Promise<ListedPolicy | null> => {
    const policy = await reading('GetPolicyVersion', homeRegion, async () => {
      const { GetPolicyCommand, GetPolicyVersionCommand } = await iamModule();
      const client = await wire.client('iam', homeRegion);
      const { Policy } = await call('GetPolicy', homeRegion, { PolicyArn }, (given) =>
        client.send(new GetPolicyCommand(given)),
      );
      const VersionId = requireString(
        requireObject(Policy, 'Policy')['DefaultVersionId'],
        'DefaultVersionId',
      );
      const answer = await call('GetPolicyVersion', homeRegion, { PolicyArn, VersionId }, (given) =>
        client.send(new GetPolicyVersionCommand(given)),
      );
      return policyVersionOf(answer.PolicyVersion, PolicyArn);
    });
    return policy.known ? policy.value : null;
  };

  return {
    role: async (RoleName) => {
      if (!isRoleName(RoleName)) return known(null);
      const found = await reading('GetRole', homeRegion, async () => {
        const { GetRoleCommand } = await iamModule();
        const client = await wire.client('iam', homeRegion);
        const answer = await orMissing(() =>
          call('GetRole', homeRegion, { RoleName }, (given) =>
            client.send(new GetRoleCommand(given)),
          ),
        );
        return answer === null ? null : roleOf(answer, { account, partition, name: RoleName });
      });
      if (!found.known || found.value === null) return found.known ? known(null) : found;
      const role = found.value;
      const attached = await reading('ListAttachedRolePolicies', homeRegion, () =>
        readAttached(role.name),
      );
      if (!attached.known) return attached;
      const inline = await reading('GetRolePolicy', homeRegion, () => readInline(role.name));
      if (!inline.known) return inline;
      return known({
        role,
        createdAt: null,
        profiles: [],
        inline: inline.value,
        attached: attached.value,
      });
    },

    profile: (InstanceProfileName) =>
      reading('GetInstanceProfile', homeRegion, async () => {
        const { GetInstanceProfileCommand } = await iamModule();
        const client = await wire.client('iam', homeRegion);
        const answer = await orMissing(() =>
          call('GetInstanceProfile', homeRegion, { InstanceProfileName }, (given) =>
            client.send(new GetInstanceProfileCommand(given)),
          ),
        );
        return answer === null ? null : profileOf(answer.InstanceProfile);
      }),

    policy: (arn) => {
      let policy = policies.get(arn);
      if (policy === undefined) {
        policy = readPolicy(arn);
        policies.set(arn, policy);
      }
      return policy;
    },
  };
};
