/** The order in which accounts are processed: as they are listed, and the management account last. */
import type { Account } from '../core/model/model.ts';

export interface ListedAccounts {
  accountsListed: number;
  listed: boolean;
}

/** Yields each account with its index, and counts them in `progress` as they come. */
export async function* managementLast(
  accounts: AsyncIterable<Account>,
  managementAccount: string,
  progress: ListedAccounts,
): AsyncIterable<{ readonly account: Account; readonly index: number }> {
  let management: Account | null = null;
  let index = 0;
  for await (const account of accounts) {
    progress.accountsListed += 1;
    if (account.id === managementAccount) management = account;
    else {
      yield { account, index };
      index += 1;
    }
  }
  progress.listed = true;
  if (management !== null) yield { account: management, index };
}
