import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/record/events.ts';
import type { Action, PlannedTarget, Target, Verdict } from '../../../src/core/model/model.ts';
import { exitStatus, foldReport } from '../../../src/core/record/report.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';

const account = '111111111111';
const cell = (verdict: Verdict, region = 'us-east-1'): PlannedTarget =>
  plannedTarget({ kind: 'setting', account, region }, { state: 'disabled', verdict });

const header = {
  action: 'enable',
  dryRun: false,
  run: 'r',
  startedAt: 's',
  caller: { account, arn: 'arn' },
  organization: { id: 'o', managementAccount: account },
  partition: 'aws',
} as const;
const end = { finishedAt: 'now', calls: 3, throttled: 1 };
const planned = (...targets: readonly PlannedTarget[]): RunEvent => ({
  type: 'account-planned',
  plan: {
    account: { id: account, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets,
  },
});
const confirmed: RunEvent = { type: 'run-confirmed', at: 't', by: 'yes' };
const key = { kind: 'setting', account, region: 'us-east-1' } as const;

describe('foldReport', () => {
  test('counts a planned change as would-change before the plan is confirmed, and as not-attempted after', () => {
    const verdicts = (events: RunEvent[]): unknown =>
      foldReport(header, events).report(end).summary.verdicts;
    expect(verdicts([planned(cell('would-change'))])).toEqual({ 'would-change': 1 });
    expect(verdicts([planned(cell('would-change')), confirmed])).toEqual({ 'not-attempted': 1 });
  });

  test('gives a change without an end the state unknown, and a hint', () => {
    const begun: RunEvent = { type: 'change-begun', target: key, at: 't', from: null, to: 'x' };
    const { targets } = foldReport(header, [
      planned(cell('would-change')),
      confirmed,
      begun,
    ]).report(end);
    expect(targets[0]).toMatchObject({ state: 'unknown', verdict: 'not-attempted' });
    expect(targets[0]?.problem?.hint).toContain('dhmc resume');
  });

  test('keeps the changes before a resume among the deeds', () => {
    const ours = { from: null, to: 'Ours' };
    const open = (region: string): PlannedTarget => ({
      ...cell('would-change', region),
      ...ours,
    });
    const done: PlannedTarget = { ...open('us-east-1'), verdict: 'changed', state: 'enabled' };
    const [deed] = foldReport(header, [
      planned(open('us-east-1'), open('eu-west-1')),
      confirmed,
      planned(done, open('eu-west-1')),
    ]).report(end).plan;
    expect(deed).toMatchObject({
      ...{ deed: 'set', count: 2, regions: 2 },
      verdicts: { changed: 1, 'not-attempted': 1 },
    });
  });

  test('adds up the calls of a resumed run, and takes its end from the journal if there is one', () => {
    const finished: RunEvent = { type: 'run-finished', at: 'f', calls: 5, throttled: 2 };
    const resumed: RunEvent = {
      type: 'run-resumed',
      at: 't',
      caller: { account, arn: 'other' },
      command: 'dhmc resume',
    };
    const report = foldReport(header, [finished, resumed, finished]).report(end);
    expect(report).toMatchObject({
      action: 'resume',
      finishedAt: 'f',
      caller: { arn: 'other' },
      summary: { calls: 10, throttled: 4 },
    });
    expect(foldReport(header, [finished, resumed]).report(end)).toMatchObject({
      finishedAt: 'now',
      summary: { calls: 8, throttled: 3 },
    });
  });

  test('does not count a row without a region as a cell', () => {
    const shut = plannedTarget(
      { kind: 'setting', account },
      { state: 'unknown', verdict: 'blocked' },
    );
    expect(foldReport(header, [planned(shut, cell('in-sync'))]).report(end).summary).toMatchObject({
      accounts: 1,
      cells: 1,
    });
  });
});

describe('exitStatus', () => {
  test.each<[Action, boolean, readonly Verdict[], number]>([
    ['enable', false, ['in-sync', 'changed', 'skipped'], 0],
    ['enable', false, ['would-change'], 0],
    ['enable', true, ['would-change'], 2],
    ['enable', false, ['conflict'], 1],
    ['enable', true, ['conflict'], 2],
    ['enable', true, ['conflict', 'blocked'], 1],
    ['enable', false, ['failed'], 1],
    ['enable', false, ['not-attempted'], 1],
    ['status', false, ['would-change', 'conflict'], 0],
    ['status', true, ['would-change'], 2],
    ['status', true, ['conflict'], 2],
    ['status', true, ['in-sync', 'skipped'], 0],
    ['status', false, ['blocked'], 1],
  ])('for %s with check %s and the verdicts %j is %i', (action, check, verdicts, status) => {
    const targets: readonly Target[] = verdicts.map((verdict) => cell(verdict));
    expect(exitStatus({ action, targets }, { check })).toBe(status);
  });
});
