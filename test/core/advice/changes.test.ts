import { expect, it } from 'vitest';
import { compareAdvice, openEarlierRoles } from '../../../src/core/advice/changes.ts';
import type { AdviceVerdict, RoleAdvice } from '../../../src/core/advice/model.ts';
import { account } from './facts.ts';
import { advice } from './roles.ts';

it('reports roles that are new, gone, or have another verdict than before', () => {
  const before = (name: string, verdict: AdviceVerdict) => ({ account, name, verdict });
  const earlier = openEarlierRoles();
  for (const role of [before('a', 'safe'), before('b', 'not-yet'), before('c', 'keep')])
    earlier.add(role);
  const comparison = compareAdvice(earlier);
  const isChanged = (role: RoleAdvice): boolean => comparison.add(role);
  expect([advice('a', 'safe'), advice('b', 'safe'), advice('d', 'unknown')].map(isChanged)).toEqual(
    [false, true, true],
  );
  expect(comparison.changes()).toEqual({
    changed: [{ account, name: 'b', from: 'not-yet', to: 'safe' }],
    new: [`${account}/d`],
    gone: [`${account}/c`],
  });
});
