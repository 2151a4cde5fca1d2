/** GetAccountAuthorizationDetails: roles, users and policies of an account, with their documents. */
import { list, text } from '../../protocols/shape.ts';
import type { AccountState } from '../../state/account.ts';
import { stableId } from '../../state/principals.ts';
import { accountOf, managedPolicy, roleArn } from '../../state/state.ts';
import type { CallerIdentity, Role } from '../../world.ts';
import { operation } from '../service.ts';
import type { Call, Operation, Output } from '../service.ts';
import { describedProfile, profilesWith } from './instance-profiles.ts';
import { describedPolicy, policyVersion } from './managed-policies.ts';
import {
  describedRole,
  encodeDocument,
  isoTime,
  longAgo,
  nameOf,
  paging,
  tagsOut,
} from './shared.ts';

type Kind = 'User' | 'Role' | 'Group' | 'LocalManagedPolicy' | 'AWSManagedPolicy';
const kinds: readonly Kind[] = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'];

type Entry =
  | { readonly kind: 'User'; readonly user: User }
  | { readonly kind: 'Role'; readonly role: Role }
  | { readonly kind: 'Policy'; readonly arn: string };

type User = Extract<CallerIdentity, { kind: 'user' }>;

const attached = (arns: readonly string[] | undefined): readonly Output[] =>
  (arns ?? []).map((arn) => ({ PolicyName: nameOf(arn), PolicyArn: arn }));

const inline = (policies: Role['inlinePolicies']): readonly Output[] =>
  Object.entries(policies ?? {}).map(([name, document]) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(document),
  }));

function roleDetail(call: Call, account: AccountState, role: Role): Output {
  const arn = roleArn(call.state, account.id, role);
  const {
    Description: _description,
    MaxSessionDuration: _duration,
    ...described
  } = describedRole(account, role, arn, { whole: true });
  return {
    ...described,
    InstanceProfileList: profilesWith(account, role.name).map((profile) =>
      describedProfile(call, profile),
    ),
    RolePolicyList: inline(role.inlinePolicies),
    AttachedManagedPolicies: attached(role.attachedPolicies),
  };
}

function userDetail({ state }: Call, user: User): Output {
  const path = user.path ?? '/';
  const arn = `arn:${state.partition}:iam::${user.account}:user${path}${user.name}`;
  return {
    Path: path,
    UserName: user.name,
    UserId: stableId('AIDA', arn),
    Arn: arn,
    CreateDate: isoTime(longAgo),
    UserPolicyList: inline(user.inlinePolicies),
    GroupList: [],
    AttachedManagedPolicies: attached(user.attachedPolicies),
    ...(user.tags === undefined ? {} : { Tags: tagsOut(user.tags) }),
  };
}

/** A policy with its document as the only version. */
function policyDetail(call: Call, account: AccountState, arn: string): Output {
  const document = managedPolicy(call.state, account, arn);
  return {
    ...describedPolicy(account, arn),
    PolicyVersionList: document === undefined ? [] : [policyVersion(document)],
  };
}

/** The entries of the requested kinds, in a fixed order. AWS's policies are included if a role or user has them. */
function entriesOf(call: Call, account: AccountState, wanted: readonly string[]): Entry[] {
  const { state } = call;
  const roles = [...account.roles.now.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const users = state.world.callers.flatMap(({ identity }) =>
    identity.kind === 'user' && identity.account === account.id ? [identity] : [],
  );
  const used = [...roles, ...users].flatMap(({ attachedPolicies = [], boundary }) => [
    ...attachedPolicies,
    ...(boundary === undefined ? [] : [boundary]),
  ]);
  const ofAws = [...new Set(used)].filter((arn) => arn.includes(':iam::aws:policy/')).sort();
  const own = (account.given?.policies ?? []).map(
    ({ name, path = '/' }) => `arn:${state.partition}:iam::${account.id}:policy${path}${name}`,
  );
  const has = (kind: Kind): boolean => wanted.includes(kind);
  return [
    ...(has('User') ? users.map((user): Entry => ({ kind: 'User', user })) : []),
    ...(has('Role') ? roles.map((role): Entry => ({ kind: 'Role', role })) : []),
    ...(has('LocalManagedPolicy') ? own : []).map((arn): Entry => ({ kind: 'Policy', arn })),
    ...(has('AWSManagedPolicy') ? ofAws : []).map((arn): Entry => ({ kind: 'Policy', arn })),
  ];
}

const getAccountAuthorizationDetails = operation({
  members: { Filter: list(text({ oneOf: kinds }), {}), ...paging },
  handle(call, input) {
    const account = accountOf(call.state, call.principal.account);
    const all = entriesOf(call, account, input.Filter ?? kinds);
    const { items: page, rest } = call.slice({ all }, input);
    return {
      UserDetailList: page.flatMap((entry) =>
        entry.kind === 'User' ? [userDetail(call, entry.user)] : [],
      ),
      GroupDetailList: [],
      RoleDetailList: page.flatMap((entry) =>
        entry.kind === 'Role' ? [roleDetail(call, account, entry.role)] : [],
      ),
      Policies: page.flatMap((entry) =>
        entry.kind === 'Policy' ? [policyDetail(call, account, entry.arn)] : [],
      ),
      ...rest,
    };
  },
});

export const accountDetailOperations: Readonly<Record<string, Operation>> = {
  GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
};
