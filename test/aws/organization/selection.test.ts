import { describe, expect, it } from 'vitest';
import type { Directory, NamedUnit } from '../../../src/aws/organization/directory.ts';
import {
  accountsNamed,
  branchesNamed,
  checkAccountIds,
  idsAlone,
  isAccountId,
  isUnitId,
  unknownId,
} from '../../../src/aws/organization/selection.ts';

const [one, two, three] = ['111111111111', '222222222222', '333333333333'] as const;
const accounts = [
  { id: one, name: 'web' },
  { id: two, name: 'twin' },
  { id: three, name: 'twin' },
  { id: '444444444444', name: 'one, two' },
  { id: '555555555555', name: 'caf\u00e9' },
];

const units: Readonly<Record<string, readonly NamedUnit[]>> = {
  'r-abcd': [
    { id: 'ou-abcd-workload', name: 'Workloads' },
    { id: 'ou-abcd-sandbox0', name: 'Sandbox, old' },
  ],
  'ou-abcd-workload': [
    { id: 'ou-abcd-prod0000', name: 'Prod' },
    { id: 'ou-abcd-twin0001', name: 'Twin' },
    { id: 'ou-abcd-twin0002', name: 'Twin' },
  ],
};

/** A directory of these units and accounts; a method that no test needs is missing. */
const directory = {
  async *accounts() {
    await Promise.resolve();
    yield accounts;
  },
  account: (id: string) => Promise.resolve(accounts.find((account) => account.id === id) ?? null),
  roots: () => Promise.resolve([{ id: 'r-abcd', name: 'Root' }]),
  unitsUnder: (parent: string) => Promise.resolve(units[parent] ?? []),
  unit: (id: string) =>
    Promise.resolve(
      Object.values(units)
        .flat()
        .find((unit) => unit.id === id) ?? null,
    ),
  parentsOf: (id: string) =>
    Promise.resolve(id === 'ou-abcd-prod0000' ? ['r-abcd', 'ou-abcd-workload'] : ['r-abcd']),
} as Partial<Directory> as Directory;

describe('an id', () => {
  it.each([
    [one, true, false],
    ['11111111111', false, false],
    ['r-abcd', false, true],
    ['ou-abcd-prod0000', false, true],
    ['ou-abcd', false, false],
    ['Workloads', false, false],
  ])('%s is one of an account: %s, of a unit: %s', (text, isAccount, isUnit) => {
    expect([isAccountId(text), isUnitId(text)]).toEqual([isAccount, isUnit]);
  });

  it.each([
    [
      [`${one}, ${two}`, one],
      [one, two],
    ],
    [[one, 'web'], null],
    [[], []],
  ])('list %j gives %j', (values, ids) => {
    expect(idsAlone(values)).toEqual(ids);
  });

  it('outside the organization is refused with the nearest one in it', async () => {
    await checkAccountIds([one, two], '--account', directory);
    await expect(checkAccountIds(['111111111112'], '--account', directory)).rejects.toThrow(
      `--account "111111111112": account not found in the organization. Did you mean "${one}"?`,
    );
    const silent = {
      ...directory,
      accounts: () => {
        throw new Error('denied');
      },
    };
    expect((await unknownId('999999999999', '--account', silent)).message).toBe(
      '--account "999999999999": account not found in the organization.',
    );
  });
});

describe('the accounts that values name', () => {
  const found = (...values: readonly string[]) => [...accountsNamed(values, '--account', accounts)];
  it.each([
    [['web'], [one]],
    [[`web,${two}`], [one, two]],
    [['one, two'], ['444444444444']],
    [['cafe\u0301'], ['555555555555']],
    [['web', one], [one]],
  ])('for %j are %j', (values, ids) => {
    expect(found(...values)).toEqual(ids);
  });

  it.each([
    ['twin', `2 accounts have this name: ${two}, ${three}.`],
    ['wbe', 'Did you mean "web"?'],
    ['Web', 'account not found'],
    ['222222222223', `Did you mean "${two}"?`],
    ['web,nothing', '--account "nothing": account not found'],
  ])('cannot be found for %s: %s', (value, message) => {
    expect(() => found(value)).toThrow(message);
  });
});

describe('the units that values name', () => {
  const found = (...values: readonly string[]) => branchesNamed(values, '--ou', directory);
  const prod = {
    ids: ['r-abcd', 'ou-abcd-workload', 'ou-abcd-prod0000'],
    names: ['Workloads', 'Prod'],
  };
  it.each([
    ['Workloads/Prod', [prod]],
    ['/Workloads/Prod/', [prod]],
    ['ou-abcd-prod0000', [{ ids: prod.ids, names: null }]],
    ['r-abcd', [{ ids: ['r-abcd'], names: [] }]],
    ['Sandbox, old', [{ ids: ['r-abcd', 'ou-abcd-sandbox0'], names: ['Sandbox, old'] }]],
    ['Workloads/Prod,r-abcd', [prod, { ids: ['r-abcd'], names: [] }]],
  ])('are found for %s', async (value, branches) => {
    expect(await found(value)).toEqual(branches);
  });

  it.each([
    [
      'Workloads/Twin',
      '2 organizational units are at this path: ou-abcd-twin0001, ou-abcd-twin0002.',
    ],
    ['Workload', 'below the root. Did you mean "Workloads"?'],
    ['Prod', 'below the root. Did you mean "Workloads/Prod"?'],
    ['Workloads/None', 'organizational unit "None" not found in Workloads.'],
    ['ou-abcd-missing0', 'root or organizational unit not found'],
    ['r-none', 'root or organizational unit not found'],
    ['/', 'organizational unit "/" not found'],
  ])('cannot be found for %s: %s', async (value, message) => {
    await expect(found(value)).rejects.toThrow(message);
  });
});
