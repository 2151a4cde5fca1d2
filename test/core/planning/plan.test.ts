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
])('a plan of one target that is %s has changes: %s', (verdict, has) => {
  expect(planHasChanges(planOf(setting(verdict, null, 'Dhmc')))).toBe(has);
});

it.each<[string, PlannedTarget, number]>([
  ["another role's setting that is to name ours", setting('would-change', 'Team', 'Dhmc'), 1],
  ['one that is left alone', setting('conflict', 'Team', 'Dhmc'), 0],
  ["one at AWS's default", setting('would-change', null, 'Dhmc'), 0],
  ['one that names our role at another path', setting('would-change', 'x/dhmc', 'Dhmc'), 0],
  ['one that is to name another role', setting('would-change', 'Team', 'Other'), 0],
])('counts as taken over: %s', (_, target, count) => {
  expect(takenOver(planOf(target), 'Dhmc')).toHaveLength(count);
});
