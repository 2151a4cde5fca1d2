/** Changes to the membership of the organization while a sandbox runs: accounts join, move and leave. */
import { accessRole } from '../worlds/fixtures.ts';
import type { Account, AccountState, Role } from '../world.ts';
import { organizationTree } from './organization.ts';
import { forgetAccount } from './state.ts';
import type { State } from './state.ts';

/** A change to the organization that cannot be made. The message gives the reason. */
export class MembershipError extends Error {
  override readonly name = 'MembershipError';
}

function replaceAccounts(state: State, accounts: readonly Account[]): void {
  const world = { ...state.world, accounts };
  state.organization = organizationTree(world);
  state.world = world;
}

/** A fixture role converted to the state's partition. Fixtures have ARNs of the partition `aws`. */
const inPartition = (role: Role, { partition }: State): Role =>
  JSON.parse(JSON.stringify(role).replaceAll('arn:aws:', `arn:${partition}:`)) as Role;

function requireParent({ organization }: State, parent: string): void {
  if (parent !== organization.rootId && !organization.units.has(parent))
    throw new MembershipError(`Unknown root or unit: ${parent}.`);
}

function requireMember({ organization }: State, id: string): Account {
  const account = organization.accounts.get(id);
  if (account === undefined) throw new MembershipError(`Unknown account: ${id}.`);
  return account;
}

/**
 * Adds an account at the end of ListAccounts. If Organizations created it and it has no given roles, it gets the role
 * OrganizationAccountAccessRole.
 */
export function joinAccount(state: State, given: Account): void {
  const { organization } = state;
  if (organization.accounts.has(given.id))
    throw new MembershipError(`The account ${given.id} is in the organization already.`);
  requireParent(state, given.parent);
  for (const name of given.scps ?? [])
    if (!organization.scps.has(name))
      throw new MembershipError(`Unknown service control policy: ${name}.`);
  const created = given.joinedMethod !== 'INVITED' && given.roles === undefined;
  const account: Account = created
    ? { ...given, roles: [inPartition(accessRole(organization.managementAccount), state)] }
    : given;
  forgetAccount(state, account.id);
  replaceAccounts(state, [...state.world.accounts, account]);
}

export function moveAccount(state: State, id: string, parent: string): void {
  const account = requireMember(state, id);
  requireParent(state, parent);
  replaceAccounts(
    state,
    state.world.accounts.map((each) => (each === account ? { ...account, parent } : each)),
  );
}

/** Removes an account from the organization. Its contents stay. */
export function removeAccount(state: State, id: string): void {
  const account = requireMember(state, id);
  if (id === state.organization.managementAccount)
    throw new MembershipError('The management account cannot leave its organization.');
  replaceAccounts(
    state,
    state.world.accounts.filter((each) => each !== account),
  );
}

/** Suspends, closes or reactivates an account. Its contents stay. */
export function changeAccountState(state: State, id: string, next: AccountState): void {
  const account = requireMember(state, id);
  if (id === state.organization.managementAccount && next !== 'ACTIVE')
    throw new MembershipError('The management account cannot be suspended or closed here.');
  replaceAccounts(
    state,
    state.world.accounts.map((each) => (each === account ? { ...account, state: next } : each)),
  );
}
