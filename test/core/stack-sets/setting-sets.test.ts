/** The split of regions over setting sets, so that each stays below AWS's quota of stack instances. */
import { describe, expect, it } from 'vitest';
import type { FoundSet } from '../../../src/core/stack-sets/deployment.ts';
import { settingSetsOf } from '../../../src/core/stack-sets/setting-sets.ts';
import type { StackInstance, StackSet } from '../../../src/core/stack-sets/stack-sets.ts';

const cells = (accounts: readonly string[], ...regions: readonly string[]) =>
  accounts.flatMap((account) => regions.map((region) => ({ account, region, value: 'Role' })));
const found = (
  name: string,
  accounts: readonly string[],
  regions: readonly string[],
): readonly [string, FoundSet] => [
  name,
  {
    set: { name, arn: `arn:aws:cloudformation:us-east-1:1:stackset/${name}:0` } as StackSet,
    instances: cells(accounts, ...regions).map(({ account, region }): StackInstance => ({
      ...{ account, region, status: 'CURRENT', detailedStatus: null, reason: null },
      ...{ stack: null, unit: null, drift: null, lastOperation: null },
    })),
    autoTargets: [{ unit: 'r-test', regions }],
  },
];
const all = ['a', 'b', 'c', 'd'];
const lines = (
  given: Partial<Parameters<typeof settingSetsOf>[0]>,
  quota: number,
): readonly string[] =>
  settingSetsOf({ prefix: 'p', found: new Map(), regions: all, cells: [], ...given }, quota).map(
    ({ name, regions, instances }) => `${name} ${regions.join('+')} ${String(instances)}`,
  );

describe('the setting sets', () => {
  it.each<readonly [string, Parameters<typeof lines>[0], number, readonly string[]]>([
    ['are one for new accounts only', {}, 5, ['p-setting a+b+c+d 0']],
    ['are one where there is no region', { regions: [] }, 5, ['p-setting  0']],
    [
      'are two above the quota',
      { cells: cells(['1', '2'], ...all) },
      5,
      ['p-setting a+b 4', 'p-setting-2 c+d 4'],
    ],
    [
      'keep their regions and count existing instances',
      { found: new Map([found('p-setting', ['1', '2'], ['d'])]), cells: cells(['3'], ...all) },
      5,
      ['p-setting d 3', 'p-setting-2 a+b+c 3'],
    ],
    [
      'have about as many instances each where there are several',
      { cells: cells(['1', '2'], ...all, 'e') },
      8,
      ['p-setting a+b+c 6', 'p-setting-2 d+e 4'],
    ],
    [
      'take the regions in order',
      { cells: [...cells(['1', '2', '3'], 'a', 'b'), ...cells(['1'], 'c', 'd')] },
      4,
      ['p-setting a 3', 'p-setting-2 b 3', 'p-setting-3 c+d 2'],
    ],
    [
      'are split as before where some instances exist already',
      {
        found: new Map([found('p-setting', ['1', '2'], ['a'])]),
        cells: cells(['1', '2'], ...all, 'e'),
      },
      8,
      ['p-setting a+b+c 6', 'p-setting-2 d+e 4'],
    ],
    [
      'never have a region twice',
      {
        found: new Map([
          found('p-setting', [], ['a', 'b']),
          found('p-setting-2', ['1'], ['c']),
          found('p-role', ['1'], ['d']),
        ]),
        cells: cells(['1'], 'c', 'd'),
      },
      5,
      ['p-setting a+b+d 1', 'p-setting-2 c 1'],
    ],
  ])('%s', (_, given, quota, expected) => {
    expect(lines(given, quota)).toEqual(expected);
  });

  it.each([
    [
      'where a set that has its regions already would exceed the quota',
      { found: new Map([found('p-setting', ['1'], all)]) },
    ],
    ['where one region alone would exceed the quota', {}],
  ])('are refused %s', (_, given) => {
    expect(() => lines({ ...given, cells: cells(['2', '3'], 'a', 'b') }, 1)).toThrow(
      /would have .* stack instances, and AWS's quota/,
    );
  });
});
