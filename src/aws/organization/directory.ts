/** Reads accounts, units and tags from AWS Organizations, and checks them. A failed listing ends the command. */
import { CommandError } from '../../core/model/errors.ts';
import {
  accountOf,
  optionalList,
  requireObject,
  optionalText,
  requireString,
  requireList,
  type ListedAccount,
} from '../responses/validate.ts';
import { parseSdkError } from '../http/sdk-error.ts';
import { collectPages, pagesOf, type Page } from '../responses/pagination.ts';
import { InvalidResponse, problemOf } from '../responses/problems.ts';
import type { OperationName } from '../permissions/operations.ts';
import { secretsOf } from '../responses/redact.ts';
import { organizationDenied } from '../../core/problems/problems.ts';
import type { CallerIdentity } from '../accounts/sessions.ts';
import type { SdkClients } from '../http/sdk-clients.ts';
import {
  organizationCalls,
  type InputOf,
  type OrganizationCall,
  type OutputOf,
} from './commands.ts';

/** A root or an organizational unit. */
export interface NamedUnit {
  readonly id: string;
  readonly name: string;
}

export interface Directory {
  /** All accounts, page by page (ListAccounts). */
  accounts(): AsyncGenerator<readonly ListedAccount[]>;
  /** Null if the account is not in the organization. */
  account(id: string): Promise<ListedAccount | null>;
  roots(): Promise<readonly NamedUnit[]>;
  /** The units directly in a root or unit. Read once. */
  unitsUnder(parent: string): Promise<readonly NamedUnit[]>;
  /** The accounts directly in a root or unit, page by page. */
  accountsUnder(parent: string): AsyncGenerator<readonly ListedAccount[]>;
  /** Null if the unit does not exist. */
  unit(id: string): Promise<NamedUnit | null>;
  /** The ids from the root down to the parent of the account or unit; null if that does not exist. */
  parentsOf(child: string): Promise<readonly string[] | null>;
  tags(account: string): Promise<Readonly<Record<string, string>>>;
  /** When a listed account was created, in milliseconds by AWS's clock; null if unknown. */
  createdAt(account: string): number | null;
}

export interface DirectoryOptions {
  readonly wire: SdkClients;
  readonly caller: CallerIdentity;
  readonly callerAccount: string;
  readonly callerArn: string;
  readonly homeRegion: string;
}

const deepest = 20;

const unitOf = (value: unknown): NamedUnit => {
  const unit = requireObject(value, 'A unit');
  return {
    id: requireString(unit['Id'], "A unit's Id"),
    name: optionalText(unit['Name'], "A unit's Name") ?? '',
  };
};

/** Caches a function's results by argument, except failures. */
const once = <T>(ask: (key: string) => Promise<T>): ((key: string) => Promise<T>) => {
  const answers = new Map<string, Promise<T>>();
  return (key) => {
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = ask(key);
      answers.set(key, answer);
      answer.catch(() => answers.delete(key));
    }
    return answer;
  };
};

export const makeDirectory = (options: DirectoryOptions): Directory => {
  const { wire, caller, callerAccount, callerArn, homeRegion } = options;
  const failed = (error: unknown, operation: OperationName): CommandError => {
    const problem = problemOf(error, {
      service: 'organizations',
      operation,
      region: homeRegion,
      account: callerAccount,
      principal: callerArn,
      secrets: secretsOf(caller.current()),
    });
    return new CommandError(
      problem.code === 'denied'
        ? organizationDenied(problem, `organizations:${operation}`, callerArn)
        : problem,
    );
  };
  const send = organizationCalls({ wire, identity: caller, account: callerAccount, homeRegion });
  const ask = async <Name extends OrganizationCall, T>(
    operation: Name,
    input: InputOf<Name>,
    read: (answer: OutputOf<Name>) => T,
  ): Promise<T> => {
    try {
      return read(await send(operation, input));
    } catch (error) {
      throw failed(error, operation);
    }
  };
  /** Like `ask`, but returns null for the error named `absent`. */
  const find = async <Name extends OrganizationCall, T>(
    { operation, absent, input }: { operation: Name; absent: string; input: InputOf<Name> },
    read: (answer: OutputOf<Name>) => T,
  ): Promise<T | null> => {
    try {
      return read(await send(operation, input));
    } catch (error) {
      if (parseSdkError(error).name === absent) return null;
      throw failed(error, operation);
    }
  };
  const created = new Map<string, number>();
  const readAccount = (value: unknown): ListedAccount => {
    const account = accountOf(value);
    if (account.createdAt !== null) created.set(account.id, account.createdAt);
    return account;
  };
  /** Turns an invalid listing, such as one with a repeated token, into an error that ends the command. */
  async function* checked<T>(
    operation: OperationName,
    pages: AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    try {
      yield* pages;
    } catch (error) {
      throw error instanceof InvalidResponse ? failed(error, operation) : error;
    }
  }
  const startAt = (token: string | undefined): { readonly NextToken?: string } =>
    token === undefined ? {} : { NextToken: token };
  const everyOf = async <T>(
    operation: OperationName,
    page: (token: string | undefined) => Promise<Page<T>>,
  ): Promise<readonly T[]> => {
    try {
      return await collectPages(page);
    } catch (error) {
      throw error instanceof InvalidResponse ? failed(error, operation) : error;
    }
  };

  const parentOf = once(async (child: string): Promise<string | null> => {
    const parents = await everyOf('ListParents', async (token): Promise<Page<string | null>> => {
      const page = await find(
        {
          operation: 'ListParents',
          absent: 'ChildNotFound',
          input: { ChildId: child, ...startAt(token) },
        },
        (answer) => ({
          items: requireList(answer.Parents, 'Parents').map((parent) =>
            requireString(requireObject(parent, 'A parent')['Id'], "A parent's Id"),
          ),
          next: answer.NextToken,
        }),
      );
      return page ?? { items: [null], next: undefined };
    });
    const [id] = parents;
    if (id === undefined)
      throw failed(new InvalidResponse(`${child} has no parent.`), 'ListParents');
    return id;
  });
  /** The parents of accounts that were listed with their path. */
  const listedParents = new Map<string, readonly string[]>();
  const listed = (value: unknown): ListedAccount => {
    const account = readAccount(value);
    if (account.parents !== null) listedParents.set(account.id, account.parents);
    return account;
  };

  return {
    createdAt: (account) => created.get(account) ?? null,
    accounts: () =>
      checked(
        'ListAccounts',
        pagesOf(async (token) => {
          return ask('ListAccounts', { MaxResults: 20, ...startAt(token) }, (answer) => ({
            items: requireList(answer.Accounts, 'Accounts').map(listed),
            next: answer.NextToken,
          }));
        }),
      ),
    account: async (id) => {
      return find(
        { operation: 'DescribeAccount', absent: 'AccountNotFound', input: { AccountId: id } },
        (answer) => {
          const account = listed(answer.Account);
          if (account.id !== id)
            throw new InvalidResponse(
              `DescribeAccount answered with account ${account.id} instead of ${id}.`,
            );
          return account;
        },
      );
    },
    roots: once(() =>
      everyOf('ListRoots', async (token) => {
        return ask('ListRoots', startAt(token), (answer) => ({
          items: requireList(answer.Roots, 'Roots').map(unitOf),
          next: answer.NextToken,
        }));
      }),
    ).bind(null, ''),
    unitsUnder: once((parent) =>
      everyOf('ListOrganizationalUnitsForParent', async (token) => {
        const input = { ParentId: parent, MaxResults: 20, ...startAt(token) };
        return ask('ListOrganizationalUnitsForParent', input, (answer) => ({
          items: requireList(answer.OrganizationalUnits, 'OrganizationalUnits').map(unitOf),
          next: answer.NextToken,
        }));
      }),
    ),
    accountsUnder: (parent) =>
      checked(
        'ListAccountsForParent',
        pagesOf(async (token) => {
          const input = { ParentId: parent, MaxResults: 20, ...startAt(token) };
          return ask('ListAccountsForParent', input, (answer) => ({
            items: requireList(answer.Accounts, 'Accounts').map(listed),
            next: answer.NextToken,
          }));
        }),
      ),
    unit: once(async (id) => {
      return find(
        {
          operation: 'DescribeOrganizationalUnit',
          absent: 'OrganizationalUnitNotFound',
          input: { OrganizationalUnitId: id },
        },
        (answer) => unitOf(answer.OrganizationalUnit),
      );
    }),
    parentsOf: async (child) => {
      const known = listedParents.get(child);
      if (known !== undefined) return known;
      const parents: string[] = [];
      let at = child;
      while (!at.startsWith('r-')) {
        const parent = await parentOf(at);
        if (parent === null) return null;
        if (parents.length >= deepest)
          throw failed(new InvalidResponse(`${child} has parents without end.`), 'ListParents');
        parents.unshift(parent);
        at = parent;
      }
      return parents;
    },
    tags: async (account) => {
      const list = await everyOf('ListTagsForResource', async (token) => {
        const input = { ResourceId: account, ...startAt(token) };
        return ask('ListTagsForResource', input, (answer) => ({
          items: optionalList(answer.Tags, 'Tags').map((item) => {
            const tag = requireObject(item, 'A tag');
            return [
              requireString(tag['Key'], "A tag's Key"),
              requireString(tag['Value'], "A tag's Value"),
            ] as const;
          }),
          next: answer.NextToken,
        }));
      });
      return Object.fromEntries(list);
    },
  };
};
