import { describe, expect, it } from 'vitest';
import { describeWave, describeWaves } from '../../../src/cli/rollout/waves.ts';
import { assignWaves } from '../../../src/core/planning/waves.ts';
import type { Plan } from '../../../src/core/planning/plan.ts';

/** A plan of `accounts` accounts, of which the first `toDo` would change. */
const planOf = (accounts: number, toDo: number, waves: readonly string[] | null): Plan => ({
  notes: [],
  accounts: assignWaves(
    Array.from({ length: accounts }, (_, index) => ({
      account: { id: String(index), name: `account-${String(index)}`, path: 'A' },
      targets: [{ kind: 'setting', verdict: index < toDo ? 'would-change' : 'in-sync' }],
    })) as unknown as Plan['accounts'],
    { waves, managementAccount: 'm' },
  ),
});

const linesOf = (
  toDo: number,
  waves: readonly string[] | null,
  failureTolerance: string | null,
  asks: boolean,
): readonly string[] =>
  describeWaves(planOf(50, toDo, waves), { waves, failureTolerance }, { asks, all: false });

describe('the description of waves', () => {
  it.each([
    [
      ['1', '10%', '100%'],
      null,
      true,
      '3 waves (1,10%,100% of the 40 accounts that need changes, earlier waves included), with a prompt between them.',
    ],
    [
      ['1', '10%'],
      null,
      true,
      '3 waves (1,10% of the 40 accounts that need changes, earlier waves included, and the rest as a last wave), with a prompt between them.',
    ],
    [
      ['5', '50%', '100%'],
      '10%',
      false,
      '3 waves (5,50%,100% of the 40 accounts that need changes, earlier waves included); each starts only if no more than 4 accounts failed.',
    ],
    [
      ['5', '100%'],
      null,
      false,
      '2 waves (5,100% of the 40 accounts that need changes, earlier waves included); each starts only if no account failed.',
    ],
    [
      ['1', '2%', '100%'],
      null,
      true,
      '2 waves (1,2%,100% of the 40 accounts that need changes, earlier waves included; 1 step adds no account and is left out), with a prompt between them.',
    ],
    [['100'], null, true, '1 wave (100 of the 40 accounts that need changes).'],
  ] as const)('is right for %j', (waves, failureTolerance, asks, text) => {
    expect(linesOf(40, waves, failureTolerance, asks)[0]).toBe(text);
  });

  it('has the rule of the order and the accounts of each wave', () => {
    const [, rule, first, second, third, more] = linesOf(40, ['1', '3', '100%'], null, true);
    expect(rule).toContain('those with the fewest cells to change first');
    expect(first).toBe('Wave 1: 1 account, 1 cell: account-0 (0)');
    expect(second).toBe('Wave 2: 2 accounts, 2 cells: account-1 (1), account-2 (2)');
    expect(third).toMatch(/^Wave 3: 37 accounts, 37 cells: .* and 17 more accounts$/);
    expect(more).toBe('With --verbose, every account of each wave is listed.');
    const all = describeWaves(
      planOf(50, 40, ['1', '100%']),
      { waves: ['1', '100%'], failureTolerance: null },
      { asks: true, all: true },
    );
    expect(all.at(-1)).toMatch(/^Wave 2: 39 accounts, 39 cells: .*account-39 \(39\)$/);
  });

  it.each([
    [['0'], true],
    [['39'], false],
    [[], false],
    [undefined, true],
  ] as const)(
    'mentions --wave-first for %j only if the accounts are in the waves',
    (leads, isSaid) => {
      const plan = { ...planOf(40, 4, ['1']), ...(leads === undefined ? {} : { leads }) };
      const settings = { waves: ['1'], failureTolerance: null, waveFirst: ['Canary'] };
      const [, rule = ''] = describeWaves(plan, settings, { asks: true, all: false });
      expect(rule.includes('--wave-first')).toBe(isSaid);
    },
  );

  it.each([
    [40, null],
    [0, ['1']],
  ] as const)('is empty with %i accounts to change and the waves %j', (toDo, waves) => {
    expect(linesOf(toDo, waves, null, true)).toEqual([]);
  });

  it('has the accounts of the finished wave, their result, and the next accounts', () => {
    const row = (id: string) => ({
      id,
      name: `account-${id}`,
      path: '',
      state: 'ACTIVE',
      skipped: null,
      problem: null,
    });
    expect(
      describeWave({
        wave: 1,
        waves: 2,
        accountsDone: 2,
        accounts: 3,
        accountsFailed: 1,
        accountIds: ['1', '2'],
        done: [
          { account: row('1'), failed: false },
          { account: row('2'), failed: true },
        ],
        next: { accounts: [row('3')], cells: 17 },
      }).split('\n'),
    ).toEqual([
      'Wave 1 of 2 is done: 2 of 3 accounts.',
      'Done without failures: account-1 (1).',
      'Failed or blocked in: account-2 (2).',
      'Next, wave 2: 1 account, 17 cells: account-3 (3).',
    ]);
  });
});
