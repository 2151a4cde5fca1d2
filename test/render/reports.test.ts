import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { UsageError } from '../../src/core/model/errors.ts';
import { compareReports } from '../../src/render/compare.ts';
import { comparisonFormats, renderComparison } from '../../src/render/comparison.ts';
import { formatOfPath, formats, renderReport } from '../../src/render/index.ts';
import type { Format } from '../../src/render/index.ts';
import { csvColumns } from '../../src/render/csv.ts';
import { plainContext } from '../../src/render/context.ts';
import { headline } from '../../src/core/record/outcome.ts';
import { groupReasons } from '../../src/render/group-problems.ts';
import { buildReport, hostileNames, summarise } from '../support/reports.ts';

const style = { color: false, columns: 120 };
const render = async (format: Format, report: Report): Promise<string> =>
  [...(await renderReport(format, report, style))].join('');
const golden = (name: string): string => join('golden', name);

/** Reports at the edges: nothing in them, one account, unread paths. */
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
    it(`renders ${format} as the golden file has it`, async () => {
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

  it('renders reports at the edges in every format', async () => {
    for (const report of edges())
      for (const format of formats)
        expect((await render(format, report)).endsWith('\n')).toBe(true);
  });

  it('tells formats by endings', () => {
    expect(
      ['a.md', 'b.HTML', 'x/y.xml', 'c.csv', 'd.json', 'e.txt', 'f', 'g.pdf', 'h.toString'].map(
        formatOfPath,
      ),
    ).toEqual(['markdown', 'html', 'junit', 'csv', 'json', 'table', null, null, null]);
  });

  it('lets no control, bidi or invisible character of a stranger into any format but JSON', async () => {
    const report = buildReport({ accounts: 80 });
    for (const format of formats.filter((one) => one !== 'json')) {
      const hidden = /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u200B\u202E\u2066-\u2069\p{Cs}]/u.exec(
        await render(format, report),
      );
      expect(hidden?.[0], format).toBe(undefined);
    }
  });
});

describe('what every format says', () => {
  const stopped = {
    reason: 'interrupted',
    message: 'The run was interrupted.',
    hint: 'Run `dhmc resume 20261122-101500-k3v9q2` to go on.',
  } as const;
  const report: Report = { ...buildReport({ accounts: 40 }), stopped };

  it.each(['table', 'markdown', 'html', 'junit'] as const)(
    'is the headline, and why the run stopped: %s',
    async (format) => {
      const wide = { color: false, columns: Infinity };
      const text = [...(await renderReport(format, report, wide))].join('');
      expect(text).toContain(headline(report));
      expect(text).toContain('The run was interrupted.');
      expect(text).toContain('dhmc resume 20261122-101500-k3v9q2');
    },
  );

  it('is the filter, where rows are left out', async () => {
    const context = { ...plainContext(report), only: 'problems' as const };
    for (const format of ['table', 'markdown', 'html', 'junit'] as const) {
      const wide = { color: false, columns: Infinity };
      const text = [...(await renderReport(format, report, wide, context))].join('');
      expect(text, format).toContain('only problems (failed, blocked, conflict');
    }
  });
});

describe('CSV', () => {
  /** Reads what the RFC calls a file: quoted fields, doubled quotes, CRLF. */
  const read = (text: string): string[][] =>
    text
      .trimEnd()
      .split('\r\n')
      .map((line) =>
        [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map((match) =>
          (match[1] ?? '').replaceAll('""', '"'),
        ),
      );

  it('has a line per target, and as many fields in each', async () => {
    const report = buildReport({ accounts: 40 });
    const lines = read(await render('csv', report));
    expect(lines).toHaveLength(report.targets.length + 1);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([25]));
  });

  it('has the columns that docs/reports.md explains', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/reports.md'), 'utf8');
    const table = /\| column \| content \|\n([^]*?)\n\n/.exec(page)?.[1] ?? '';
    const explained = table
      .split('\n')
      .slice(1)
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
      .map(([, name]) => name);
    expect(explained).toEqual(csvColumns);
  });

  it('has no JSON in a cell', async () => {
    for (const line of read(await render('csv', buildReport({ accounts: 40 }))))
      for (const field of line) expect(field).not.toMatch(/^[{[]/);
  });

  it('begins with a byte order mark on request', async () => {
    const report = buildReport({ accounts: 1 });
    const context = { ...plainContext(report), csvBom: true };
    const [first] = [...(await renderReport('csv', report, style, context))];
    expect(first?.startsWith('\uFEFF"account",')).toBe(true);
    expect((await render('csv', report)).startsWith('"account",')).toBe(true);
  });

  it('has no field that a spreadsheet would run', async () => {
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

describe('Markdown', () => {
  it.each([40, 1000])(
    'fits a comment with %d accounts, and says what it leaves out',
    async (accounts) => {
      const text = await render('markdown', buildReport({ accounts }));
      expect(text.length).toBeLessThan(65_536);
      if (accounts > 40) expect(text).toMatch(/and [\d,]+ more (account|row)s/);
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    },
  );

  it('fits where every row has a reason of its own', async () => {
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

  it('has no markup, mention or link of a stranger outside code', async () => {
    const text = (await render('markdown', buildReport({ accounts: 40 })))
      .replace(/`[^`\n]*`/g, '')
      .replace(/<code>[^<\n]*<\/code>/g, '');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('@everyone');
    expect(text).not.toContain('https://');
    expect(text).not.toContain('**bold**');
  });

  it('tells the same reason once', () => {
    const reasons = groupReasons(
      buildReport({ accounts: 400 }),
      (target) => target.problem?.code === 'denied-by-scp',
    );
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.varies).toBe(true);
    expect(reasons[0]?.accounts).toHaveLength(20);
  });
});

const xmllint = ['/usr/bin/xmllint', '/usr/local/bin/xmllint'].find((path) => existsSync(path));

describe('JUnit', () => {
  it('counts as its rows say, with accounts as suites', async () => {
    const report = buildReport({ accounts: 40 });
    const text = await render('junit', report);
    const failures = report.targets.filter(({ verdict }) =>
      ['failed', 'blocked', 'not-attempted', 'conflict'].includes(verdict),
    ).length;
    expect(text.match(/<testsuite /g)).toHaveLength(40);
    expect(text.match(/<testcase /g)).toHaveLength(report.targets.length);
    expect(text.match(/<failure /g)).toHaveLength(failures);
    const told = (attribute: string): number =>
      [...text.matchAll(new RegExp(` ${attribute}="(\\d+)"`, 'g'))].reduce(
        (total, [, count]) => total + Number(count),
        0,
      );
    expect([told('tests'), told('failures')]).toEqual([report.targets.length, failures]);
    expect(text.match(/<skipped /g)).toHaveLength(report.summary.verdicts['skipped'] ?? 0);
  });

  it('fails what gives the command a status other than 0', async () => {
    const status = buildReport({ accounts: 40, action: 'status' });
    const failures = async (report: Report, check: boolean): Promise<readonly string[]> => {
      const context = { ...plainContext(report), check };
      const text = [...(await renderReport('junit', report, style, context))].join('');
      const verdicts = [...text.matchAll(/<failure [^>]*message="([a-z-]+): /g)];
      return [...new Set(verdicts.map(([, verdict]) => verdict ?? ''))].sort();
    };
    expect(await failures(status, false)).toEqual(['blocked']);
    expect(await failures(status, true)).toEqual(['blocked', 'conflict', 'would-change']);
    const dryRun = { ...status, action: 'enable', dryRun: true } as const;
    expect(await failures(dryRun, false)).toEqual(['blocked', 'conflict']);
    expect(await render('junit', dryRun)).toMatch(/<system-out>[^<]*: would-change: /);
  });

  it.skipIf(xmllint === undefined)(
    'is valid by what the schemas of Ant and of Jenkins share (skipped without xmllint)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'dhmc-junit-'));
      try {
        for (const [index, report] of [
          buildReport({ accounts: 40 }),
          buildReport({ accounts: 40, action: 'status' }),
          ...edges(),
        ].entries()) {
          const file = join(folder, `${index}.xml`);
          writeFileSync(file, await render('junit', report));
          execFileSync(
            xmllint ?? '',
            ['--noout', '--nonet', '--schema', join(import.meta.dirname, 'junit.xsd'), file],
            { stdio: 'pipe' },
          );
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('comparison', () => {
  const before = buildReport({ accounts: 40, action: 'status' });
  const after = buildReport({ accounts: 40 });

  it('finds nothing between a report and itself', () => {
    expect(compareReports(after, after).summary).toEqual({
      new: 0,
      gone: 0,
      changed: 0,
      same: after.targets.length,
    });
  });

  it('finds what a run changed', () => {
    const { summary, differences } = compareReports(before, after);
    expect(summary).toMatchObject({ new: 0, gone: 0 });
    expect(summary.changed).toBe(after.summary.verdicts['changed']);
    expect(
      differences.every(
        ({ change, after: now }) => change === 'changed' && now?.verdict === 'changed',
      ),
    ).toBe(true);
  });

  it('tells the new and the gone', () => {
    const fewer = {
      ...after,
      accounts: after.accounts.slice(1),
      targets: after.targets.filter(({ account }) => account !== '111111111111'),
    };
    expect(compareReports(after, fewer).summary).toMatchObject({ new: 0, gone: 19, changed: 0 });
    expect(compareReports(fewer, after).summary).toMatchObject({ new: 19, gone: 0, changed: 0 });
  });

  it('does not take the unread for gone', () => {
    const id = '111111111111';
    const locked = after.targets.find(
      ({ verdict, region, kind }) => verdict === 'blocked' && region === null && kind === 'setting',
    );
    expect(locked).toBeDefined();
    if (locked === undefined) return;
    const unread = {
      ...after,
      targets: [
        ...after.targets.filter(({ account, kind }) => account !== id || kind !== 'setting'),
        { ...locked, account: id },
      ],
    };
    const there = compareReports(after, unread);
    expect(there.summary).toMatchObject({ new: 0, gone: 0, changed: 17 });
    expect(there.differences[0]?.after?.state).toBe('unknown');
    expect(compareReports(unread, after).summary).toMatchObject({ new: 0, gone: 0, changed: 17 });
  });

  it('refuses reports of two organizations', () => {
    expect(() =>
      compareReports(before, {
        ...after,
        organization: { ...after.organization, id: 'o-other00000' },
      }),
    ).toThrow(UsageError);
  });

  it.each(comparisonFormats)('renders as the golden %s has it', async (format) => {
    const comparison = compareReports(before, {
      ...after,
      accounts: after.accounts.slice(0, 39),
      targets: after.targets.filter(({ account }) => account !== after.accounts[39]?.id),
    });
    await expect(renderComparison(comparison, format, style)).toMatchFileSnapshot(
      golden(`comparison.${{ table: 'txt', markdown: 'md', json: 'json' }[format]}`),
    );
  });
});

it('has every hostile name in the test reports', () => {
  const names = new Set(buildReport({ accounts: 40 }).accounts.map(({ name }) => name));
  expect(hostileNames.filter((name) => !names.has(name))).toEqual([]);
});
