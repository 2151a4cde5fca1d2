import { expect, it } from 'vitest';
import type { Owner } from '../../../src/core/model/model.ts';
import { ownerKinds } from '../../../src/core/model/model.ts';
import { countOwners, describeOwner } from '../../../src/core/owners/words.ts';

const owner = (kind: Owner['kind']): { readonly owner: Owner } => ({
  owner: { kind, name: 'n', evidence: 'writer' },
});
const [first = 'dhmc', second = 'dhmc'] = ownerKinds;

it('counts owners in the order of their kinds, and omits kinds without owners', () => {
  expect(countOwners([owner(second), { owner: null }, {}, owner(first), owner(second)])).toEqual([
    { name: first, count: 1 },
    { name: second, count: 2 },
  ]);
  expect(countOwners([{ owner: null }])).toEqual([]);
});

it('describes an owner with its kind, name and evidence', () => {
  expect(describeOwner(owner(first).owner)).toBe(`${first} n, by writer`);
});

it.each([
  ['writer', 'probably stackset n, by writer'],
  ['tag', 'probably stackset n, by tag'],
  ['journal', 'stackset n, by journal'],
  ['instances', 'stackset n, by instances'],
] as const)('says how certain a stack set known by %s is', (evidence, words) => {
  expect(describeOwner({ kind: 'stackset', name: 'n', evidence })).toBe(words);
});
