/** Accounts that join the organization, move in it and leave it while a sandbox runs. */
import { accessRole } from '../worlds/fixtures.ts';
import type { Account, AccountState, Role } from '../world.ts';
import { organizationTree } from './organization.ts';
import { forgetAccount } from './state.ts';
import type { State } from './state.ts';

/** What cannot be done to the organization; the message says why. */
export class MembershipError extends Error {
  override readonly name = 'MembershipError';
}

function replaceAccounts(state: State, accounts: readonly Account[]): void {
  const world = { ...state.world, accounts };
  state.organization = organizationTree(world);
  state.world = world;
}

/** A role of the fixtures, which are of the partition `aws`. */
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
 * A new account, last in ListAccounts. One that Organizations created has the role OrganizationAccountAccessRole, unless
 * its roles are given.
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

/** What is in the account stays there; it is in no organization any more. */
export function removeAccount(state: State, id: string): void {
  const account = requireMember(state, id);
  if (id === state.organization.managementAccount)
    throw new MembershipError('The management account cannot leave its organization.');
  replaceAccounts(
    state,
    state.world.accounts.filter((each) => each !== account),
  );
}

/** An account is suspended, closed or active again. What is in it stays there. */
export function changeAccountState(state: State, id: string, next: AccountState): void {
  const account = requireMember(state, id);
  if (id === state.organization.managementAccount && next !== 'ACTIVE')
    throw new MembershipError('The management account cannot be suspended or closed here.');
  replaceAccounts(
    state,
    state.world.accounts.map((each) => (each === account ? { ...account, state: next } : each)),
  );
}
