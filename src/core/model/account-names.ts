/** The names of accounts, for texts that mention accounts. */
import type { Account } from './model.ts';

/** Names by account id. */
export type AccountNames = ReadonlyMap<string, string>;

export const namesOf = (accounts: readonly Pick<Account, 'id' | 'name'>[]): AccountNames =>
  new Map(accounts.map(({ id, name }) => [id, name]));

/** `Shop Dev (210987650301)`, or the id alone. */
export const nameAndId = (id: string, names: AccountNames): string => {
  const name = names.get(id);
  return name === undefined || name === '' ? id : `${name} (${id})`;
};
