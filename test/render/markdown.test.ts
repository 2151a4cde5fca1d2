import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { renderReport } from '../../src/render/index.ts';
import type { Format } from '../../src/render/index.ts';
import { groupReasons } from '../../src/render/group-problems.ts';
import { buildReport } from '../support/reports.ts';

const style = { color: false, columns: 120 };
const render = async (format: Format, report: Report): Promise<string> =>
  [...(await renderReport(format, report, style))].join('');

describe('Markdown', () => {
  it.each([40, 1000])(
    'fits a comment with %d accounts, and counts what is left out',
    async (accounts) => {
      const text = await render('markdown', buildReport({ accounts }));
      expect(text.length).toBeLessThan(65_536);
      if (accounts > 40) expect(text).toMatch(/and [\d,]+ more (account|row)s/);
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    },
  );

  it('fits a comment if every row has its own reason', async () => {
    const report = buildReport({ accounts: 100 });
    const targets = report.targets.map((target, index) => ({
      ...target,
      verdict: 'failed' as const,
      problem: {
        code: 'aws-error' as const,
        message: `${index} ${'é👍|`'.repeat(400)}`,
        hint: 'h'.repeat(2000),
        requestId: null,
      },
    }));
    const text = await render('markdown', { ...report, targets });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/more reasons\*\* for|\*\*And [\d,]+ more reasons/);
  });

  it('has no untrusted markup, mentions or links outside code', async () => {
    const text = (await render('markdown', buildReport({ accounts: 40 })))
      .replace(/`[^`\n]*`/g, '')
      .replace(/<code>[^<\n]*<\/code>/g, '');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('@everyone');
    expect(text).not.toContain('https://');
    expect(text).not.toContain('**bold**');
  });

  it('groups equal reasons', () => {
    const reasons = groupReasons(
      buildReport({ accounts: 400 }),
      (target) => target.problem?.code === 'denied-by-scp',
    );
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.varies).toBe(true);
    expect(reasons[0]?.accounts).toHaveLength(20);
  });
});
