import { expect, it } from 'vitest';
import type { PlannedTarget, TargetValue, Verdict } from '../../../src/core/model/model.ts';
import { planHasChanges, takenOver, type Plan } from '../../../src/core/planning/plan.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import { account, accountRow } from '../../support/histories.ts';

const planOf = (...targets: readonly PlannedTarget[]): Plan => ({
  accounts: [{ account: accountRow, targets }],
  notes: [],
});
const setting = (verdict: Verdict, from: TargetValue, to: TargetValue): PlannedTarget =>
  plannedTarget({ kind: 'setting', account, region: 'a' }, { state: 'foreign', verdict, from, to });

it.each<[Verdict, boolean]>([
  ['would-change', true],
  ['in-sync', false],
  ['conflict', false],
  ['blocked', false],
  ['skipped', false],
])('a plan with one target that is %s has changes: %s', (verdict, has) => {
  expect(planHasChanges(planOf(setting(verdict, null, 'Dhmc')))).toBe(has);
});

it.each<[string, PlannedTarget, number]>([
  ['a setting that changes from another role to ours', setting('would-change', 'Team', 'Dhmc'), 1],
  ['a setting that is left alone', setting('conflict', 'Team', 'Dhmc'), 0],
  ["a setting at AWS's default", setting('would-change', null, 'Dhmc'), 0],
  ['a setting that names our role at another path', setting('would-change', 'x/dhmc', 'Dhmc'), 0],
  ['a setting that changes to another role', setting('would-change', 'Team', 'Other'), 0],
])('takenOver is right for %s', (_, target, count) => {
  expect(takenOver(planOf(target), 'Dhmc')).toHaveLength(count);
});
