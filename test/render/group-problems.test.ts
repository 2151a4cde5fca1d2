import { describe, expect, it } from 'vitest';
import type { Problem, Report, Target } from '../../src/core/model/model.ts';
import { groupAccountProblems, groupReasons } from '../../src/render/group-problems.ts';
import { buildReport } from '../support/reports.ts';

const [a, b] = ['111111111111', '222222222222'] as const;
const denied = (account: string, region = 'eu-west-1'): Problem => ({
  code: 'denied',
  message: `No in ${account} ${region}.`,
  hint: `Allow it in account ${account}.`,
  requestId: null,
});
const row = (account: string, over: Partial<Target> = {}): Target =>
  ({
    ...{ kind: 'setting', account, region: 'eu-west-1', state: 'unknown', verdict: 'failed' },
    problem: denied(account),
    ...over,
  }) as Target;
const reportOf = (
  targets: readonly Target[],
  over: Partial<Report['accounts'][number]> = {},
): Report => ({
  ...buildReport({ accounts: 0 }),
  accounts: [a, b].map((id) => ({
    ...{ id, name: `n${id}`, path: '', state: 'ACTIVE', skipped: null, problem: null },
    ...over,
  })),
  targets,
});
const groups = (targets: readonly Target[]) =>
  groupReasons(reportOf(targets), () => true).map(
    ({ verdicts, targets: rows, accounts, hint, varies }) => ({
      verdicts,
      rows: rows.length,
      accounts: accounts.map(({ id }) => id),
      hint,
      varies,
    }),
  );

describe('the same reason', () => {
  it('is reported once for different accounts and regions', () => {
    expect(
      groups([row(a), row(b, { region: 'us-east-1', problem: denied(b, 'us-east-1') })]),
    ).toEqual([
      {
        verdicts: ['failed'],
        rows: 2,
        accounts: [a, b],
        hint: expect.stringContaining('the id of each account') as string,
        varies: true,
      },
    ]);
  });

  it('is reported once for failed targets and those they blocked, the worse verdict first', () => {
    const [group] = groups([row(a, { verdict: 'blocked' }), row(a)]);
    expect(group?.verdicts).toEqual(['failed', 'blocked']);
  });

  it('is reported separately for another code, hint or verdict', () => {
    const other = { ...denied(a), hint: 'Do something else.' };
    const throttled: Problem = { ...denied(a), code: 'throttled' };
    expect(
      groups([
        row(a),
        row(a, { problem: other }),
        row(a, { problem: throttled }),
        row(a, { verdict: 'skipped' }),
      ]),
    ).toHaveLength(4);
  });

  it('is listed in the order of verdicts, then by frequency', () => {
    const often: Problem = { ...denied(a), code: 'throttled' };
    const order = groupReasons(
      reportOf([
        row(a, { verdict: 'conflict', problem: null }),
        row(a),
        row(a, { problem: often }),
        row(b, { problem: { ...denied(b), code: 'throttled' } }),
      ]),
      () => true,
    ).map(({ verdict, problem }) => `${verdict} ${problem?.code ?? ''}`.trim());
    expect(order.at(-1)).toBe('conflict');
    expect(order[0]).toBe('failed throttled');
  });

  it('of a whole account is reported if no row shows it', () => {
    const problem = denied(a);
    const [group] = groupAccountProblems(
      reportOf([row(a, { verdict: 'in-sync', problem: null })], { problem }),
    );
    expect(group?.accounts.map(({ id }) => id)).toEqual([a]);
  });
});
