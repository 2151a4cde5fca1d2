import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { formatOfPath, formats, renderReport } from '../../src/render/index.ts';
import type { Format } from '../../src/render/index.ts';
import { plainContext } from '../../src/render/context.ts';
import { headline } from '../../src/core/record/outcome.ts';
import { buildReport, hostileNames, summarise } from '../support/reports.ts';

const style = { color: false, columns: 120 };
const render = async (format: Format, report: Report): Promise<string> =>
  [...(await renderReport(format, report, style))].join('');
const golden = (name: string): string => join('golden', name);

/** Edge cases: no accounts, no targets, and an account without name and path. */
const edges = (): readonly Report[] => {
  const one = buildReport({ accounts: 1 });
  return [
    { ...one, accounts: [], targets: [], summary: summarise([], []) },
    { ...one, targets: [] },
    { ...one, accounts: one.accounts.map((account) => ({ ...account, name: '', path: null })) },
  ];
};

describe('reports for files', () => {
  for (const [format, file] of [
    ['csv', 'report.csv'],
    ['markdown', 'report.md'],
    ['junit', 'report.xml'],
  ] as const) {
    it(`renders ${format} as in the golden file`, async () => {
      await expect(
        await render(
          format,
          buildReport({ accounts: 40, regions: ['eu-west-1', 'us-east-1', 'us-west-2'] }),
        ),
      ).toMatchFileSnapshot(golden(file));
    });
  }

  it('renders a status and a clean report as Markdown', async () => {
    await expect(
      await render('markdown', buildReport({ accounts: 40, action: 'status' })),
    ).toMatchFileSnapshot(golden('status.md'));
    await expect(
      await render('markdown', buildReport({ accounts: 3, clean: true, action: 'status' })),
    ).toMatchFileSnapshot(golden('clean.md'));
  });

  it('renders edge cases in every format', async () => {
    for (const report of edges())
      for (const format of formats)
        expect((await render(format, report)).endsWith('\n')).toBe(true);
  });

  it("chooses the format by the file's ending", () => {
    expect(
      ['a.md', 'b.HTML', 'x/y.xml', 'c.csv', 'd.json', 'e.txt', 'f', 'g.pdf', 'h.toString'].map(
        formatOfPath,
      ),
    ).toEqual(['markdown', 'html', 'junit', 'csv', 'json', 'table', null, null, null]);
  });

  it('escapes control, bidi and invisible characters in every format except JSON', async () => {
    const report = buildReport({ accounts: 80 });
    for (const format of formats.filter((one) => one !== 'json')) {
      const hidden = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u202E\u2066-\u2069\p{Cs}]/u.exec(
        await render(format, report),
      );
      expect(hidden?.[0], format).toBe(undefined);
    }
  });
});

describe('every format', () => {
  const stopped = {
    reason: 'interrupted',
    message: 'The run was interrupted.',
    hint: 'Run `dhmc resume 20261122-101500-k3v9q2` to go on.',
  } as const;
  const report: Report = { ...buildReport({ accounts: 40 }), stopped };

  it.each(['table', 'markdown', 'html', 'junit'] as const)(
    'shows the headline, and why the run stopped: %s',
    async (format) => {
      const wide = { color: false, columns: Infinity };
      const text = [...(await renderReport(format, report, wide))].join('');
      expect(text).toContain(headline(report));
      expect(text).toContain('The run was interrupted.');
      expect(text).toContain('dhmc resume 20261122-101500-k3v9q2');
    },
  );

  it('names the filter if rows are left out', async () => {
    const context = { ...plainContext(report), only: 'problems' as const };
    for (const format of ['table', 'markdown', 'html', 'junit'] as const) {
      const wide = { color: false, columns: Infinity };
      const text = [...(await renderReport(format, report, wide, context))].join('');
      expect(text, format).toContain('only problems (failed, blocked, conflict');
    }
  });
});

it('the test reports contain every hostile name', () => {
  const names = new Set(buildReport({ accounts: 40 }).accounts.map(({ name }) => name));
  expect(hostileNames.filter((name) => !names.has(name))).toEqual([]);
});
