/** Reads single roles, profiles and policies in accounts that deny GetAccountAuthorizationDetails. */
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
import { accountCalls, markerOf, startAt, type AccessOptions } from './calls.ts';

export interface RoleReader {
  /** Null if the role does not exist; unknown if any of its policies cannot be read. */
  role(name: string): Promise<Reading<ListedRole | null>>;
  profile(name: string): Promise<Reading<ListedProfile | null>>;
  /** The default version of a policy; null if it could not be read. */
  policy(arn: string): Promise<ListedPolicy | null>;
}

export const openRoleReader = (options: AccessOptions): RoleReader => {
  const { homeRegion, account, partition } = options;
  const { reading, orMissing, send } = accountCalls(options);
  const policies = new Map<string, Promise<ListedPolicy | null>>();

  const readAttached = async (RoleName: string): Promise<readonly string[]> => {
    return collectPages(async (token) => {
      const input = { RoleName, ...startAt(token) };
      const answer = await send('ListAttachedRolePolicies', homeRegion, input);
      return {
        items: attachedOf(answer.AttachedPolicies),
        next: markerOf(answer, answer.AttachedPolicies),
      };
    });
  };

  const readInline = async (RoleName: string): Promise<ListedRole['inline']> => {
    const names = await collectPages(async (token) => {
      const input = { RoleName, ...startAt(token) };
      const answer = await send('ListRolePolicies', homeRegion, input);
      const items = optionalList(answer.PolicyNames, 'PolicyNames').map((name) =>
        requireString(name, 'A policy name'),
      );
      return { items, next: markerOf(answer, answer.PolicyNames) };
    });
    return Promise.all(
      names.map(async (PolicyName) =>
        inlinePolicyOf(await send('GetRolePolicy', homeRegion, { RoleName, PolicyName })),
      ),
    );
  };

  const readPolicy = async (PolicyArn: string): Promise<ListedPolicy | null> => {
    const policy = await reading('GetPolicyVersion', homeRegion, async () => {
      const { Policy } = await send('GetPolicy', homeRegion, { PolicyArn });
      const VersionId = requireString(
        requireObject(Policy, 'Policy')['DefaultVersionId'],
        'DefaultVersionId',
      );
      const answer = await send('GetPolicyVersion', homeRegion, { PolicyArn, VersionId });
      return policyVersionOf(answer.PolicyVersion, PolicyArn);
    });
    return policy.known ? policy.value : null;
  };

  return {
    role: async (RoleName) => {
      if (!isRoleName(RoleName)) return known(null);
      const found = await reading('GetRole', homeRegion, async () => {
        const answer = await orMissing(() => send('GetRole', homeRegion, { RoleName }));
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
        const answer = await orMissing(() =>
          send('GetInstanceProfile', homeRegion, { InstanceProfileName }),
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
