import { expect, it } from 'vitest';
import { kindOfSet } from '../../../src/core/stack-sets/stack-sets.ts';

it.each([
  [{ 'dhmc:managed-by': 'stackset', 'dhmc:set': 'role' }, 'role'],
  [{ 'dhmc:managed-by': 'stackset', 'dhmc:set': 'other' }, null],
  [{ 'dhmc:managed-by': 'stackset' }, null],
  [{ 'dhmc:managed-by': 'me', 'dhmc:set': 'role' }, null],
  [{ 'dhmc:set': 'role' }, null],
  [{}, null],
])('a stack set with the tags %j deploys: %s', (tags, kind) => {
  expect(kindOfSet({ tags })).toBe(kind);
});
