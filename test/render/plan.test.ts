import { describe, expect, it } from 'vitest';
import { planText } from '../../src/render/plan.ts';
import { buildReport } from '../support/reports.ts';

describe('what a plan does, in sentences', () => {
  it('has none for a status', () => {
    expect(planText(buildReport({ accounts: 3, action: 'status' }))).toEqual({
      title: 'Plan',
      sentences: [],
      leftUnchanged: [],
    });
  });

  it('says of a dry run what will be done, and of a run what became of it', () => {
    const dry = planText(buildReport({ accounts: 40, dryRun: true }));
    const ran = planText(buildReport({ accounts: 40 }));
    expect([dry.title, ran.title]).toEqual(['Plan', 'Outcome']);
    expect(dry.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.leftUnchanged).toEqual([]);
  });
});
