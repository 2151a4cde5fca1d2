import { describe, expect, it } from 'vitest';
import type { AccountSelection } from '../../../src/core/model/scope.ts';
import { both, member, selecting, smallWorld } from '../small-world.ts';

const all = [
  '100000000001',
  '100000000002',
  '100000000003',
  '100000000004',
  '100000000005',
  '100000000006',
  '100000000007',
];
const without = (...ids: string[]) => all.filter((id) => !ids.includes(id));

const idsOf = async (
  selection: Partial<AccountSelection>,
  world: Parameters<typeof both>[0] = {},
) => {
  const { cloud, sandbox } = await both(world);
  const ids: string[] = [];
  for await (const account of cloud.accounts(selecting(selection))) ids.push(account.id);
  expect(sandbox.complaints()).toEqual([]);
  return ids.sort();
};

const { organization } = smallWorld();
const noPaths = { organization: { ...organization, gives: { paths: false } } };

describe.each([
  ['that come with paths', {}],
  ['that come without paths', noPaths],
  ['that have a State only', { organization: { ...organization, gives: { status: false } } }],
  ['that have a Status only', { organization: { ...organization, gives: { state: false } } }],
])('accounts %s', (_, world) => {
  it.each<[string, Partial<AccountSelection>, readonly string[]]>([
    ['the whole organization', { org: true }, all],
    [
      'a unit by id, with all units below it',
      { ous: ['ou-abcd-prod0000'] },
      ['100000000002', '100000000003'],
    ],
    [
      'a unit by its path',
      { ous: ['Workloads'] },
      ['100000000002', '100000000003', '100000000005'],
    ],
    ['a unit inside one of the same name', { ous: ['Workloads/Prod/Prod'] }, ['100000000003']],
    ['the root', { ous: ['r-abcd'] }, all],
    [
      'nested units, each account once',
      { ous: ['Workloads', 'ou-abcd-deep0000'] },
      ['100000000002', '100000000003', '100000000005'],
    ],
    [
      'a list of units',
      { ous: ['ou-abcd-deep0000,ou-abcd-sandbox0'] },
      ['100000000003', '100000000004'],
    ],
    ['a unit with a comma in its name', { ous: ['Sandbox, old'] }, ['100000000004']],
    [
      'a list of unit paths',
      { ous: ['Workloads/Prod,Workloads/Prod/Prod'] },
      ['100000000002', '100000000003'],
    ],
    [
      'accounts by id',
      { accounts: ['100000000002', '100000000004,100000000005'] },
      ['100000000002', '100000000004', '100000000005'],
    ],
    ['an account by name', { accounts: ['web'] }, ['100000000002']],
    ['an account with a comma in its name', { accounts: ['one, two'] }, ['100000000007']],
    ['a list of account names', { accounts: ['web, db'] }, ['100000000002', '100000000003']],
    [
      'units and accounts together',
      { ous: ['Sandbox, old'], accounts: ['100000000002'] },
      ['100000000002', '100000000004'],
    ],
    [
      'all accounts except those of a unit',
      { org: true, excludeOus: ['Workloads/Prod'] },
      without('100000000002', '100000000003'),
    ],
    [
      'all accounts except one by id',
      { org: true, excludeAccounts: ['100000000002'] },
      without('100000000002'),
    ],
    [
      'all accounts except one by name',
      { org: true, excludeAccounts: ['web'] },
      without('100000000002'),
    ],
    [
      'a unit without one below it',
      { ous: ['Workloads'], excludeOus: ['ou-abcd-prod0000'] },
      ['100000000005'],
    ],
    [
      'all accounts with a tag',
      { org: true, tags: [{ key: 'stage', value: 'prod' }] },
      ['100000000002', '100000000003'],
    ],
    [
      'all accounts with several tags',
      {
        org: true,
        tags: [
          { key: 'stage', value: 'prod' },
          { key: 'data', value: 'yes' },
        ],
      },
      ['100000000003'],
    ],
  ])('are selected by %s', async (_name, selection, expected) => {
    expect(await idsOf(selection, world)).toEqual([...expected].sort());
  });

  it('have the names of their units as their path', async () => {
    const { cloud } = await both(world);
    const paths: Record<string, string | null> = {};
    for await (const { id, path } of cloud.accounts(selecting({ org: true }))) paths[id] = path;
    expect(paths).toMatchObject({
      '100000000003': 'Workloads/Prod/Prod',
      '100000000004': 'Sandbox, old',
      '100000000001': '',
    });
  });
});

it.each([{ ous: ['ou-abcd-prod0000'] }, { org: true }, { ous: ['Workloads/Prod'] }])(
  'finds every account over short and empty pages: %j',
  async (selection) => {
    const paged = { behavior: { pageSize: 1, emptyPages: true } };
    expect(await idsOf(selection, paged)).toEqual(await idsOf(selection));
  },
);

describe('a selection', () => {
  it.each<[string, Partial<AccountSelection>, RegExp]>([
    ['of an unknown account', { accounts: ['100000000099'] }, /account not found/],
    [
      'of a mistyped account',
      { accounts: ['100000000030'] },
      /account not found.* Did you mean "100000000003"/,
    ],
    [
      'that excludes a mistyped account',
      { org: true, excludeAccounts: ['10000000003'] },
      /Did you mean "100000000003"/,
    ],
    ['of an unknown account name', { accounts: ['wbe'] }, /Did you mean "web"/],
    ['of an account name in another case', { accounts: ['WEB'] }, /Did you mean "web"/],
    ['of an account name that is not unique', { accounts: ['twin'] }, /100000000004, 100000000005/],
    [
      'that excludes a name that is not unique',
      { org: true, excludeAccounts: ['twin'] },
      /--exclude-account "twin": 2 accounts/,
    ],
    [
      'that excludes an unknown account',
      { org: true, excludeAccounts: ['100000000099'] },
      /--exclude-account "100000000099"/,
    ],
    ['of an unknown unit', { ous: ['ou-abcd-nothere0'] }, /root or organizational unit not found/],
    ['of another root', { ous: ['r-zzzz'] }, /root or organizational unit not found/],
    [
      'of an unknown path',
      { ous: ['Workloads/Prd'] },
      /unit "Prd" not found in Workloads. Did you mean "Prod"/,
    ],
    [
      'that excludes an unknown unit',
      { org: true, excludeOus: ['Nowhere'] },
      /--exclude-ou "Nowhere"/,
    ],
    [
      'that matches no account',
      { accounts: ['100000000002'], excludeAccounts: ['100000000002'] },
      /selection matches no account/,
    ],
    ['of inactive accounts only', { accounts: ['gone'] }, /no active account/],
    [
      'of a tag that no account has',
      { org: true, tags: [{ key: 'stage', value: 'none' }] },
      /no active account with these tags/,
    ],
  ])('%s is a usage error', async (_, selection, message) => {
    const error = await idsOf(selection).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(/\S/) as string,
    });
  });

  it('reads tags only for accounts that pass the other filters', async () => {
    const { cloud, sandbox } = await both();
    for await (const account of cloud.accounts(
      selecting({ ous: ['Workloads/Prod'], tags: [{ key: 'stage', value: 'prod' }] }),
    ))
      expect(account.id).toBeTruthy();
    expect(sandbox.requests().byOperation['organizations:ListTagsForResource']).toBe(2);
    expect(sandbox.requests().byOperation['organizations:ListAccounts']).toBeUndefined();
  });

  it('by id reads only these accounts and their units', async () => {
    const { cloud, sandbox } = await both();
    for await (const account of cloud.accounts(selecting({ accounts: ['100000000003'] })))
      expect(account.path).toBe('Workloads/Prod/Prod');
    expect(sandbox.requests().byOperation).toEqual({
      'sts:GetCallerIdentity': 1,
      'organizations:DescribeOrganization': 1,
      'organizations:DescribeAccount': 1,
      'organizations:DescribeOrganizationalUnit': 3,
    });
  });
});

describe('a wrong list of accounts', () => {
  const answering = (body: object, more: object = {}) => ({
    behavior: {
      faults: [
        {
          service: 'organizations',
          operation: 'ListAccounts',
          kind: 'answer' as const,
          answer: { body: JSON.stringify(body), contentType: 'application/x-amz-json-1.1' },
          ...more,
        },
      ],
    },
  });
  const account = {
    Id: '100000000002',
    Name: 'web',
    State: 'ACTIVE',
    Paths: ['o-abcdefghij/r-abcd/100000000002/'],
  };

  it.each([
    ['repeats a page token', { Accounts: [account], NextToken: 'again' }, /a second time/],
    ['has an account without an id', { Accounts: [{ Name: 'x', State: 'ACTIVE' }] }, /Id/],
    ['has something other than a list', { Accounts: 'x' }, /./],
    ['has a state of the wrong type', { Accounts: [{ ...account, State: 5 }] }, /./],
  ])('ends the command when it %s', async (_, body, message) => {
    const error = await idsOf({ org: true }, answering(body)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'CommandError',
      code: 'invalid-response',
      message: expect.stringMatching(message) as string,
    });
  });

  it('gives an account once that it names twice', async () => {
    expect(await idsOf({ org: true }, answering({ Accounts: [account, account] }))).toEqual([
      '100000000002',
    ]);
  });

  it('names the permission to grant when it is denied', async () => {
    const error = await idsOf(
      { org: true },
      {
        behavior: {
          faults: [
            {
              operation: 'ListAccounts',
              kind: 'error',
              error: {
                code: 'AccessDeniedException',
                message: "You don't have permissions to access this resource.",
              },
            },
          ],
        },
      },
    ).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      name: 'CommandError',
      code: 'denied',
      hint: expect.stringContaining('organizations:ListAccounts') as string,
    });
  });
});

describe('a large organization', () => {
  it('is streamed: the first accounts arrive before the last page is requested', async () => {
    const accounts = Array.from({ length: 100 }, (_, index) =>
      member(String(200000000000 + index), `a${String(index)}`),
    );
    const { cloud, sandbox } = await both({ accounts: [...smallWorld().accounts, ...accounts] });
    let asked = 0;
    let count = 0;
    for await (const _ of cloud.accounts(selecting({ org: true }))) {
      count += 1;
      if (count === 1) asked = sandbox.requests().byOperation['organizations:ListAccounts'] ?? 0;
    }
    expect(asked).toBeLessThanOrEqual(2);
    expect(count).toBe(107);
    expect(sandbox.requests().byOperation['organizations:ListAccounts']).toBe(6);
  });
});
