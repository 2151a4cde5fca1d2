/** The order of runs whose machines have different clocks. */
import { describe, expect, test } from 'vitest';
import type { RunStarted } from '../../../src/core/record/events.ts';
import { begunByAwsClock, causalShifts } from '../../../src/core/record/order.ts';
import { orderOf } from '../../../src/core/record/history.ts';
import { eventsOf, historyIn, runOf, type Change } from '../../support/histories.ts';
import { historyOf, roleName } from '../../support/run-engine.ts';

const headerOf = (n: number, over: Partial<RunStarted> = {}): RunStarted => {
  const [started] = eventsOf(n, []);
  if (started?.type !== 'run-started') throw new Error('no start');
  return { ...started, ...over };
};

describe('causalShifts', () => {
  const order = (headers: readonly RunStarted[]): readonly string[] => {
    const shifts = causalShifts(headers);
    return [...headers]
      .sort((one, other) => {
        const place = (header: RunStarted) => orderOf(header) + (shifts.get(header.run) ?? 0);
        return place(one) - place(other);
      })
      .map(({ run }) => run);
  };
  test.each<[string, readonly RunStarted[], readonly string[]]>([
    [
      'runs whose clocks agree',
      [headerOf(1), headerOf(2, { rollsBack: runOf(1) })],
      [runOf(1), runOf(2)],
    ],
    [
      'a rollback on a machine whose clock is behind',
      [headerOf(1, { rollsBack: runOf(2) }), headerOf(2)],
      [runOf(2), runOf(1)],
    ],
    [
      'a rollback of a rollback, both on machines whose clocks are behind',
      [headerOf(1, { rollsBack: runOf(2) }), headerOf(2, { rollsBack: runOf(3) }), headerOf(3)],
      [runOf(3), runOf(2), runOf(1)],
    ],
    [
      'runs by the order in their journals before their clocks',
      [headerOf(2, { order: 10 }), headerOf(1, { order: 11 })],
      [runOf(2), runOf(1)],
    ],
    ['a rollback of a missing run', [headerOf(1, { rollsBack: runOf(9) })], [runOf(1)]],
    [
      'runs that claim to roll each other back',
      [headerOf(1, { rollsBack: runOf(2) }), headerOf(2, { rollsBack: runOf(1) })],
      [runOf(1), runOf(2)],
    ],
  ])('orders %s', (_, headers, runs) => {
    expect([...order(headers)].sort()).toEqual([...runs].sort());
    if (!headers.every(({ rollsBack }) => rollsBack !== null)) expect(order(headers)).toEqual(runs);
  });
});

describe('begunByAwsClock', () => {
  const change: Change = { kind: 'setting', region: 'a', from: null, to: roleName };
  const minute = 60_000;
  const start = Date.parse(headerOf(1).startedAt);
  test("is the start less the difference to AWS's date of a written setting, and a margin", () => {
    // Written at :01 by AWS's clock, ended at :02 by this machine's clock, which is thus at most a minute ahead.
    expect(begunByAwsClock(historyIn(1, [change]))).toBe(start - minute - minute);
  });
  test('is the start less the measured clock difference where the run wrote no setting', () => {
    const events = eventsOf(1, []);
    const measured = { ...headerOf(1), clockAheadMs: 5 * minute };
    expect(begunByAwsClock(historyOf([measured, ...events.slice(1)]))).toBe(start - 6 * minute);
  });
  test('is null without evidence', () => {
    expect(begunByAwsClock(historyIn(1, []))).toBeNull();
    expect(begunByAwsClock(historyIn(1, [{ ...change, end: 'refused' }]))).toBeNull();
  });
});
