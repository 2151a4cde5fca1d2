import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/render/index.ts';
import { planText } from '../../src/render/plan.ts';
import { buildReport } from '../support/reports.ts';

describe('the sentences of a plan', () => {
  it('are missing for a status', () => {
    expect(planText(buildReport({ accounts: 3, action: 'status' }))).toEqual({
      title: 'Plan',
      sentences: [],
      leftUnchanged: [],
      waves: [],
      nothing: '',
    });
  });

  it('describe the changes of a dry run and the outcome of a run', () => {
    const dry = planText(buildReport({ accounts: 40, dryRun: true }));
    const ran = planText(buildReport({ accounts: 40 }));
    expect([dry.title, ran.title]).toEqual(['Plan', 'Outcome']);
    expect(dry.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.sentences.map(({ deed }) => deed)).toContain('set');
    expect(ran.leftUnchanged).toEqual([]);
    expect([dry.nothing, ran.nothing]).toEqual(['', '']);
  });

  it('state in every readable format that nothing changes', async () => {
    const report = { ...buildReport({ accounts: 0, dryRun: true }), accounts: [], targets: [] };
    expect(planText(report)).toMatchObject({ sentences: [], nothing: 'No changes.' });
    expect(planText({ ...report, action: 'status', dryRun: false }).nothing).toBe('');
    const texts = await Promise.all(
      (['table', 'markdown', 'html'] as const).map(async (format) =>
        [...(await renderReport(format, report, { color: false, columns: 80 }))].join(''),
      ),
    );
    expect(texts.map((text) => /^Plan: No|\*\*Plan\*\*: No|<p>No changes/.test(text))).toEqual([
      true,
      true,
      true,
    ]);
  });
});
