import { describe, expect, it } from 'vitest';
import { plannedTarget } from '../../src/core/planning/planned-targets.ts';
import {
  asPlanned,
  changed,
  endedEvent,
  giveUp,
  good,
  together,
  type Applying,
  type TargetOutcome,
} from '../../src/run/applying.ts';
import type { Ending } from '../../src/run/execute.ts';
import { memoryCloud, problem } from '../support/memory-cloud.ts';

const failed: TargetOutcome = { verdict: 'failed', problem: problem('denied') };
const target = plannedTarget(
  { kind: 'grant', account: '1' },
  { state: 'absent', verdict: 'would-change', from: null, to: 'arn' },
);

describe('the outcome of a target', () => {
  it.each([
    [changed, true],
    [asPlanned, true],
    [failed, false],
    [{ verdict: 'conflict', problem: null }, false],
    [{ verdict: 'blocked', problem: null }, false],
    [null, false],
  ] as const)('%j is good: %s', (outcome, expected) => {
    expect(good(outcome)).toBe(expected);
  });

  it.each([
    [changed, asPlanned, changed],
    [asPlanned, asPlanned, asPlanned],
    [asPlanned, changed, changed],
    [changed, failed, failed],
    [changed, null, null],
  ] as const)('%j followed by %j gives %j', (before, next, expected) => {
    expect(together(before, next)).toEqual(expected);
  });
});

describe('a target that is given up', () => {
  const give = async (outcome: TargetOutcome) => {
    const ended: Ending[] = [];
    const applying = {
      clock: memoryCloud([]).clock,
      end: (_target: unknown, ending: Ending) => Promise.resolve(void ended.push(ending)),
    } as unknown as Applying;
    return { given: await giveUp(applying, target, outcome), ended };
  };

  it('is blocked by the failure it depends on, and keeps its state', async () => {
    const { given, ended } = await give(failed);
    expect(given).toEqual({ verdict: 'blocked', problem: problem('denied') });
    expect(ended).toMatchObject([
      { verdict: 'blocked', state: 'absent', value: null, attempts: 0 },
    ]);
  });

  it.each([null, { verdict: 'not-attempted', problem: null }] as const)(
    'is not attempted and not recorded after %j',
    async (outcome) => {
      expect(await give(outcome)).toEqual({ given: null, ended: [] });
    },
  );
});

it('the event for an ended target names the target, and nothing else of the plan', () => {
  const ending: Ending = {
    ...{ verdict: 'changed', state: 'attached', value: 'arn', problem: null, attempts: 1 },
    ...{ modifiedBy: null, modifiedAt: null },
  };
  expect(endedEvent(target, ending, { at: 't', durationMs: 5 })).toEqual({
    type: 'target-ended',
    target: { kind: 'grant', account: '1', region: null },
    at: 't',
    durationMs: 5,
    ...ending,
  });
});
