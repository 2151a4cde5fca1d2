import { describe, expect, it } from 'vitest';
import {
  callOf,
  chunked,
  groupsOf,
  type DeployStep,
} from '../../../src/core/stack-sets/deployment-steps.ts';

it.each([
  [[], 2, []],
  [[1, 2], 2, [[1, 2]]],
  [[1, 2, 3], 2, [[1, 2], [3]]],
])('%j in parts of %i: %j', (list, most, parts) => {
  expect(chunked<number>(list, most)).toEqual(parts);
});

it('cells that one call can say are one group: the same regions and value', () => {
  const cell = (account: string, region: string, value = 'R') => ({ account, region, value });
  expect(
    groupsOf([
      cell('2', 'b'),
      cell('1', 'a'),
      cell('1', 'b'),
      cell('2', 'a'),
      cell('3', 'a'),
      cell('4', 'a', 'S'),
    ]),
  ).toEqual([
    { accounts: ['1', '2'], regions: ['a', 'b'], value: 'R' },
    { accounts: ['3'], regions: ['a'], value: 'R' },
    { accounts: ['4'], regions: ['a'], value: 'S' },
  ]);
});

describe("CloudFormation's call of a step", () => {
  it.each([
    ['wave', 'CreateStackInstances'],
    ['take-out', 'DeleteStackInstances'],
  ] as const)('that is a %s: %s', (why, call) => {
    expect(callOf({ kind: 'deploy', why } as DeployStep)).toBe(call);
  });

  it('that creates a set', () => {
    expect(callOf({ kind: 'create-set', set: 's', of: 'role', dependsOn: [] })).toBe(
      'CreateStackSet',
    );
  });
});
