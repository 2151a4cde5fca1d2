import { describe, expect, it } from 'vitest';
import type { Report, Target, Verdict } from '../../src/core/model/model.ts';
import { planText } from '../../src/render/plan.ts';
import { buildReport } from '../support/reports.ts';

const rows = (verdicts: Readonly<Record<string, Verdict>>): Report => ({
  ...buildReport({ accounts: 0, dryRun: true }),
  accounts: Object.keys(verdicts).map((id) => ({
    ...{ id, name: `n${id}`, path: '', state: 'ACTIVE', skipped: null, problem: null },
  })),
  targets: Object.entries(verdicts).map(
    ([account, verdict]) => ({ kind: 'setting', account, verdict, from: null, to: 'R' }) as Target,
  ),
});

describe('what a plan does, in sentences', () => {
  it('has none for a status', () => {
    expect(planText(buildReport({ accounts: 3, action: 'status' }))).toEqual({
      title: 'Plan',
      sentences: [],
      leftUnchanged: null,
    });
  });

  it('says of a dry run what will be done, and of a run what became of it', () => {
    const dry = planText(buildReport({ accounts: 40, dryRun: true }));
    const ran = planText(buildReport({ accounts: 40 }));
    expect([dry.title, ran.title]).toEqual(['Plan', 'Done']);
    expect(dry.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.leftUnchanged).toBe(null);
  });

  it.each([
    [{ '1': 'would-change' }, null],
    [{ '1': 'conflict' }, '1 conflict in 1 account: n1 1. The reasons are below.'],
    [
      { '1': 'blocked', '2': 'failed', '3': 'blocked' },
      '1 failed in 1 account: n2 2; 2 blocked in 2 accounts: n1 1, n3 3. The reasons are below.',
    ],
    [
      { '1': 'conflict', '2': 'conflict', '3': 'conflict', '4': 'conflict' },
      '4 conflict in 4 accounts: n1 1, n2 2, n3 3 and 1 more. The reasons are below.',
    ],
  ] as const)('leaves unchanged of %j: %s', (verdicts, text) => {
    expect(planText(rows(verdicts)).leftUnchanged).toBe(text);
  });

  it('says which roles a removal keeps', () => {
    const report = rows({ '1': 'skipped', '2': 'skipped' });
    const problem = { code: 'role-in-use', message: '', hint: '', requestId: null } as const;
    const [first, second] = report.targets;
    const targets = [first, second].flatMap((target, at) =>
      target === undefined ? [] : [{ ...target, problem, kind: at === 0 ? 'role' : 'grant' }],
    ) as Target[];
    expect(planText({ ...report, targets }).leftUnchanged).toBe(
      '1 role kept (role-in-use) in 1 account: n1 1. The reasons are below.',
    );
  });

  it('says by their codes why rows are left unchanged', () => {
    const report = rows({ '1': 'conflict', '2': 'conflict' });
    const problem = { code: 'names-another-role', message: '', hint: '', requestId: null } as const;
    const targets = report.targets.map((target) => ({ ...target, problem }));
    expect(planText({ ...report, targets }).leftUnchanged).toMatch(
      /^2 conflict \(names-another-role\) in 2 accounts: n1 1, n2 2\./,
    );
  });
});
