import { expect, test } from 'vitest';
import { hasChangedSetting, hasUndoable } from '../../../src/core/record/undoable.ts';
import type { ProblemCode, State, Target, Verdict } from '../../../src/core/model/model.ts';

test.each<[string, Verdict, State, ProblemCode | null, boolean]>([
  ['a change that was made', 'changed', 'enabled', null, true],
  ['a change that was begun and has no end', 'not-attempted', 'unknown', 'interrupted', true],
  ['a change that was not begun', 'not-attempted', 'disabled', 'interrupted', false],
  ['a refused change', 'failed', 'disabled', 'denied-by-scp', false],
  ['a conflict', 'conflict', 'foreign', 'changed-since', false],
  ['a setting in sync', 'in-sync', 'enabled', null, false],
])('hasUndoable is right for %s', (_, verdict, state, code, undoable) => {
  const target: Target = {
    kind: 'setting',
    account: '1',
    region: 'a',
    state,
    verdict,
    from: null,
    to: null,
    modifiedBy: null,
    modifiedAt: null,
    problem: code === null ? null : { code, message: '', hint: '', requestId: null },
    attempts: 0,
    durationMs: 0,
  };
  expect(hasUndoable({ targets: [target] })).toBe(undoable);
});

test.each<[Target['kind'], Verdict, boolean]>([
  ['setting', 'changed', true],
  ['setting', 'in-sync', false],
  ['setting', 'failed', false],
  ['role', 'changed', false],
  ['grant', 'changed', false],
])('hasChangedSetting for a %s that is %s is %s', (kind, verdict, expected) => {
  const row = { kind, verdict } as Target;
  expect(hasChangedSetting({ targets: [row] })).toBe(expected);
});
