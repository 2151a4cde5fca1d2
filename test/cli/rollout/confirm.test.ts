import { describe, expect, it } from 'vitest';
import { describeWaves } from '../../../src/cli/rollout/confirm.ts';
import type { Plan } from '../../../src/core/planning/plan.ts';

/** Accounts, some of which have something to do. */
const planOf = (accounts: number, toDo: number): Plan => ({
  notes: [],
  accounts: Array.from({ length: accounts }, (_, index) => ({
    targets: [{ verdict: index < toDo ? 'would-change' : 'in-sync' }],
  })) as unknown as Plan['accounts'],
});

describe('waves in words', () => {
  it.each([
    [
      ['1', '10%', '100%'],
      null,
      true,
      'In 3 waves of 1, 3, 36: 1,10%,100% of the 40 accounts with something to do, with a question between them.',
    ],
    [
      ['1', '10%'],
      null,
      true,
      'In 3 waves of 1, 3, 36: 1,10% of the 40 accounts with something to do, and the rest as a last wave, with a question between them.',
    ],
    [
      ['5', '50%', '100%'],
      '10%',
      false,
      'In 3 waves of 5, 15, 20: 5,50%,100% of the 40 accounts with something to do; each continues while no more than 4 accounts failed.',
    ],
    [['100'], null, true, 'In 1 wave of 40: 100 of the 40 accounts with something to do.'],
    [null, null, true, ''],
  ] as const)('%j', (waves, failureTolerance, asks, text) => {
    expect(describeWaves(planOf(50, 40), { waves, failureTolerance }, asks)).toBe(text);
  });

  it('are none where nothing is to be done', () => {
    expect(describeWaves(planOf(3, 0), { waves: ['1'], failureTolerance: null }, true)).toBe('');
  });
});
