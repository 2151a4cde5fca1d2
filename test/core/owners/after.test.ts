import { describe, expect, it } from 'vitest';
import { ownerAfterChange } from '../../../src/core/owners/after.ts';
import type { Owner, Target, Verdict } from '../../../src/core/model/model.ts';

const ann: Owner = { kind: 'person', name: 'ann', evidence: 'writer' };
const bob: Owner = { kind: 'person', name: 'bob', evidence: 'writer' };
const restored: Owner = { ...ann, evidence: 'journal' };
const run: Owner = { kind: 'dhmc', name: 'run', evidence: 'journal' };
const by = (name: string): string => `arn:aws:iam::111122223333:user/${name}`;

interface Case {
  readonly kind?: Target['kind'];
  readonly from: string | null;
  readonly to: string | null;
  readonly owner: Owner | null;
  readonly ownerAfter?: Owner;
  readonly verdict?: Verdict;
  readonly value?: string | null;
  readonly by?: string | null;
}

describe('ownerAfterChange', () => {
  it.each<[string, Case, Owner | null]>([
    ['a setting that was set', { from: null, to: 'Role', owner: null }, run],
    ['a setting that was taken over', { from: 'Other', to: 'Role', owner: ann }, run],
    ['a setting that was reset', { from: 'Role', to: null, owner: ann }, null],
    [
      'a setting that was put back',
      { from: 'Role', to: 'Other', owner: run, ownerAfter: ann },
      restored,
    ],
    [
      'a setting that was not written but repaired with its role',
      { from: 'Role', to: 'Role', owner: ann },
      ann,
    ],
    ['a role, which has no owner', { kind: 'role', from: null, to: null, owner: null }, null],
    [
      'a change that AWS refused',
      { from: 'Other', to: 'Role', owner: ann, verdict: 'failed', value: 'Other', by: by('ann') },
      ann,
    ],
    [
      'a setting that was not read after a failure',
      { from: 'Other', to: 'Role', owner: ann, verdict: 'failed' },
      ann,
    ],
    [
      'a setting that someone else changed just before',
      { from: 'Other', to: 'Role', owner: ann, verdict: 'conflict', value: 'Third', by: by('bob') },
      bob,
    ],
    [
      'a setting that someone else set to the wanted value just before',
      { from: null, to: 'Role', owner: null, verdict: 'in-sync', value: 'Role', by: by('bob') },
      bob,
    ],
  ])(
    'is right for %s',
    (_, { kind = 'setting', verdict = 'changed', value = null, ...given }, expected) => {
      const row = {
        kind,
        from: given.from,
        to: given.to,
        owner: given.owner,
        ownerAfter: given.ownerAfter,
        modifiedBy: given.owner === null ? null : by(given.owner.name),
      };
      const ended = { verdict, value, modifiedBy: given.by ?? null };
      expect(ownerAfterChange(row, ended, 'run')).toEqual(expected);
    },
  );
});
