import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { renderReport } from '../../src/render/index.ts';
import type { Format } from '../../src/render/index.ts';
import { csvColumns } from '../../src/render/csv.ts';
import { plainContext } from '../../src/render/context.ts';
import { buildReport } from '../support/reports.ts';

const style = { color: false, columns: 120 };
const render = async (format: Format, report: Report): Promise<string> =>
  [...(await renderReport(format, report, style))].join('');

describe('CSV', () => {
  /** Parses CSV by RFC 4180: quoted fields, doubled quotes, CRLF. */
  const read = (text: string): string[][] =>
    text
      .trimEnd()
      .split('\r\n')
      .map((line) =>
        [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((match) =>
          (match[1] ?? '').replaceAll('""', '"'),
        ),
      );

  it('has a line per target, with the same number of fields in each', async () => {
    const report = buildReport({ accounts: 40 });
    const lines = read(await render('csv', report));
    expect(lines).toHaveLength(report.targets.length + 1);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([25]));
  });

  it('has the columns described in docs/reports.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reports.md'), 'utf8');
    const table = /\| column \| content \|\n([^]*?)\n\n/.exec(page)?.[1] ?? '';
    const explained = table
      .split('\n')
      .slice(1)
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
      .map(([, name]) => name);
    expect(explained).toEqual(csvColumns);
  });

  it('has no JSON in its cells', async () => {
    for (const line of read(await render('csv', buildReport({ accounts: 40 }))))
      for (const field of line) expect(field).not.toMatch(/^[{[]/);
  });

  it('starts with a byte order mark on request', async () => {
    const report = buildReport({ accounts: 1 });
    const context = { ...plainContext(report), csvBom: true };
    const [first] = [...(await renderReport('csv', report, style, context))];
    expect(first?.startsWith('\uFEFF"account",')).toBe(true);
    expect((await render('csv', report)).startsWith('"account",')).toBe(true);
  });

  it('has no field that a spreadsheet would evaluate', async () => {
    const report = buildReport({ accounts: 1 });
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '＝1', '|cmd', '\r=1'];
    const accounts = formulas.map((name, index) => ({
      id: String(100000000000 + index),
      name,
      path: name,
      state: 'ACTIVE',
      skipped: null,
      problem: null,
    }));
    const targets = accounts.flatMap(({ id }) =>
      report.targets.map((target) => ({ ...target, account: id, from: '=evil' })),
    );
    for (const line of read(await render('csv', { ...report, accounts, targets }))) {
      for (const field of line) expect(field).not.toMatch(/^\s*[=+\-@|＝]/);
    }
  });
});
