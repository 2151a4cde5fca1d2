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
])('splits %j into parts of at most %i: %j', (list, most, parts) => {
  expect(chunked<number>(list, most)).toEqual(parts);
});

it('groups accounts with the same regions and value, so that one call covers a group', () => {
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
  ] as const)('with the reason %s is %s', (why, call) => {
    expect(callOf({ kind: 'deploy', why } as DeployStep)).toBe(call);
  });

  it('that creates a stack set is CreateStackSet', () => {
    expect(callOf({ kind: 'create-set', set: 's', of: 'role', dependsOn: [] })).toBe(
      'CreateStackSet',
    );
  });
});
