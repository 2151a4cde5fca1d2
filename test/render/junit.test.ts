import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { buildReport, summarise } from '../support/reports.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { renderReport } from '../../src/render/index.ts';
import type { Format } from '../../src/render/index.ts';
import { plainContext } from '../../src/render/context.ts';

const style = { color: false, columns: 120 };
const render = async (format: Format, report: Report): Promise<string> =>
  [...(await renderReport(format, report, style))].join('');

/** Edge cases: no accounts, no targets, and an account without name and path. */
const edges = (): readonly Report[] => {
  const one = buildReport({ accounts: 1 });
  return [
    { ...one, accounts: [], targets: [], summary: summarise([], []) },
    { ...one, targets: [] },
    { ...one, accounts: one.accounts.map((account) => ({ ...account, name: '', path: null })) },
  ];
};

const xmllint = ['/usr/bin/xmllint', '/usr/local/bin/xmllint'].find((path) => existsSync(path));

describe('JUnit', () => {
  it('has the counts of the report, with accounts as suites', async () => {
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

  it('fails the rows that give the command an exit status other than 0', async () => {
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
    "is valid by the common part of Ant's and Jenkins' schemas (skipped without xmllint)",
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
