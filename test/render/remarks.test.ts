import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { plainContext } from '../../src/render/context.ts';
import { renderReport, type Format } from '../../src/render/index.ts';
import { remarksOf } from '../../src/render/remarks.ts';
import { buildReport } from '../support/reports.ts';

const texts = (from: Pick<Report, 'warnings' | 'notes'>): readonly string[] =>
  remarksOf(from).map(({ kind, text }) => `${kind}: ${text}`);
const many = Array.from({ length: 22 }, (_, n) => `n${String(n)}`);

describe('remarksOf', () => {
  it.each<[string, Pick<Report, 'warnings' | 'notes'>, readonly string[]]>([
    ['nothing', { warnings: [], notes: [] }, []],
    ['warnings first', { warnings: ['w'], notes: ['n'] }, ['warning: w', 'note: n']],
    [
      'every warning and the first notes',
      { warnings: many, notes: many },
      [
        ...many.map((text) => `warning: ${text}`),
        ...many.slice(0, 20).map((text) => `note: ${text}`),
        'note: 2 more notes: the JSON report has all of them.',
      ],
    ],
  ])('gives %s', (_, from, expected) => {
    expect(texts(from)).toEqual(expected);
  });
});

describe('the warnings and notes of a plan', () => {
  const plan = buildReport({ accounts: 2, action: 'disable', dryRun: true });
  const report: Report = {
    ...plan,
    warnings: ['Six instances lose their manager.'],
    notes: ['Set by <jo>.'],
  };
  const style = { color: false, columns: 80 };
  const render = async (format: Format, of: Report, notesFollow = false): Promise<string> =>
    [...(await renderReport(format, of, style, { ...plainContext(of), notesFollow }))].join('');

  it.each<[Format, string]>([
    ['table', 'Set by <jo>.'],
    ['json', 'Set by <jo>.'],
    ['markdown', 'Set by &#60;jo&#62;.'],
    ['html', 'Set by &lt;jo&gt;.'],
    ['junit', 'Set by &lt;jo&gt;.'],
  ])('are shown in the format %s', async (format, note) => {
    const text = await render(format, report);
    expect(text).toContain('Six instances lose their manager.');
    expect(text).toContain(note);
  });

  it('are left out of a table that is followed by messages with them', async () => {
    expect(await render('table', report, true)).toBe(await render('table', plan));
  });

  it('keep a Markdown report within the limit of a comment', async () => {
    const long = Array.from({ length: 100 }, (_, n) => `${String(n)} ${'<'.repeat(2000)}`);
    const large = { ...buildReport({ accounts: 400 }), warnings: long, notes: long };
    const text = await render('markdown', large);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/And \d+ more warnings: see the JSON report\./);
  });
});
