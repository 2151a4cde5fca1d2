import { describe, expect, it } from 'vitest';
import type { RunEvent, RunStarted, RunStopped } from '../../../src/core/record/events.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import { headline } from '../../../src/core/record/outcome.ts';
import { foldReport } from '../../../src/core/record/report.ts';

const account = '111111111111';
const end = { finishedAt: 'now', calls: 0, throttled: 0 };
const started = {
  type: 'run-started',
  run: '20261101-090000-abc123',
  action: 'enable',
  startedAt: 's',
  caller: { account, arn: 'arn' },
  organization: { id: 'o-1', managementAccount: account },
  partition: 'aws',
} as RunStarted;
const planned: RunEvent = {
  type: 'account-planned',
  plan: {
    account: { id: account, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets: [
      plannedTarget(
        { kind: 'setting', account, region: 'eu-west-1' },
        { state: 'disabled', verdict: 'would-change' },
      ),
    ],
  },
};
const confirmed: RunEvent = { type: 'run-confirmed', at: 't', by: 'yes' };
const finished: RunEvent = { type: 'run-finished', at: 'f', calls: 1, throttled: 0 };
const stoppedFor = (reason: RunStopped['reason']): RunEvent => ({
  type: 'run-stopped',
  at: 't',
  reason,
  message: 'Why.',
});
const reportOf = (...events: readonly RunEvent[]) =>
  foldReport(null, [started, planned, confirmed, ...events]).report(end);

describe('the report of a run that stopped', () => {
  it.each<[RunStopped['reason'], string]>([
    ['interrupted', 'interrupted'],
    ['declined', 'interrupted'],
    ['failure-tolerance', 'interrupted'],
    ['journal', 'interrupted'],
    ['credentials-expired', 'credentials-expired'],
    ['network', 'network'],
  ])('names %s as the reason, on every row too', (reason, code) => {
    const { stopped, targets } = reportOf(stoppedFor(reason), finished);
    expect(stopped).toMatchObject({ reason, message: 'Why.' });
    expect(stopped?.hint).toContain('dhmc resume 20261101-090000-abc123');
    expect(targets[0]).toMatchObject({
      verdict: 'not-attempted',
      problem: { code, message: 'Not attempted: Why.', hint: stopped?.hint },
    });
  });

  it.each([
    ['connect ECONNREFUSED', 'connect ECONNREFUSED.'],
    ['It ended.', 'It ended.'],
    ['Really?', 'Really?'],
  ])('ends the message %j with a full stop', (message, sentence) => {
    const stop: RunEvent = { type: 'run-stopped', at: 't', reason: 'network', message };
    const { stopped, targets } = reportOf(stop, finished);
    expect(stopped?.message).toBe(sentence);
    expect(targets[0]?.problem?.message).toBe(`Not attempted: ${sentence}`);
  });

  it('counts changes that were begun and have an unknown result', () => {
    const target = { kind: 'setting', account, region: 'eu-west-1' } as const;
    const report = reportOf({
      ...{ type: 'change-begun', target, at: 't', from: null, to: 'Dhmc' },
    });
    const { targets, plan } = report;
    expect(headline(report)).toBe(
      'dhmc enable (stopped): 1 not-attempted of 1 account; 1 change begun (result unknown)',
    );
    expect(plan[0]).toMatchObject({ verdicts: { 'not-attempted': 1 }, begun: 1 });
    expect(targets[0]).toMatchObject({ verdict: 'not-attempted', state: 'unknown' });
    expect(targets[0]?.problem?.message).toContain('This change was begun');
    expect(targets[0]?.problem?.hint).toContain(
      `\`dhmc resume ${String(report.run)}\` to finish it`,
    );
  });

  it('names no resume for a proof, which cannot be resumed', () => {
    const target = { kind: 'setting', account, region: 'eu-west-1' } as const;
    const begun: RunEvent = { type: 'change-begun', target, at: 't', from: null, to: 'Dhmc' };
    for (const events of [[], [begun]]) {
      const { stopped, targets } = foldReport(null, [
        { ...started, action: 'prove' },
        ...[planned, confirmed, ...events],
      ]).report(end);
      for (const hint of [stopped?.hint, targets[0]?.problem?.hint]) {
        expect(hint).toContain(`dhmc disable rollback ${started.run}`);
        expect(hint).not.toContain('resume');
      }
    }
  });

  it('has the reason unfinished for a run without an end', () => {
    const { stopped, targets } = reportOf();
    expect(stopped).toMatchObject({ reason: 'unfinished' });
    expect(targets[0]?.problem?.code).toBe('interrupted');
  });

  it('has no stop once the run is resumed to its end', () => {
    const resumed: RunEvent = {
      type: 'run-resumed',
      at: 't',
      caller: { account, arn: 'arn' },
      command: 'dhmc resume',
    };
    expect(reportOf(stoppedFor('interrupted'), finished, resumed, finished).stopped).toBe(null);
  });

  it('has no stop where the run ended normally', () => {
    expect(reportOf(finished).stopped).toBe(null);
  });
});
