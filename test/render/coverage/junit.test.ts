import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CoverageCell } from '../../../src/core/coverage/model.ts';
import type { CoverageParts } from '../../../src/render/coverage/index.ts';
import { renderJunit } from '../../../src/render/coverage/junit.ts';
import { coverageParts, textOfParts } from '../../support/coverage-reports.ts';
import { accountId } from '../../support/simple-world.ts';
import { hostileNames } from '../../support/reports.ts';

const problem = {
  code: 'denied-by-scp',
  message: 'denied',
  hint: 'Ask.',
  requestId: null,
} as const;
const unread = (region: string): CoverageCell => ({
  ...{ account: accountId(1), region, setting: 'unknown', role: 'unknown', problem },
  ...{ running: null, stopped: null, managedBy: null },
});

/** Parts with one cell that was left out and one that could not be read. */
function parts(): CoverageParts {
  const whole = coverageParts({ instances: 30, name: (index) => hostileNames[index % 12] ?? '' });
  const [left, failed] = [unread('af-south-1'), unread('ap-east-1')];
  const report = { ...whole.report, cells: [...whole.report.cells, left, failed] };
  return { ...whole, report, leftOut: new Set([left]) };
}

const xmllint = ['/usr/bin/xmllint', '/usr/local/bin/xmllint'].find((path) => existsSync(path));

describe('coverage as JUnit', () => {
  it('has a suite per cell and a test per instance, and skips cells that were left out', async () => {
    const text = await textOfParts(renderJunit(parts()));
    const count = (what: string): number => text.split(what).length - 1;
    expect(['<testsuite ', '<testcase ', '<failure ', '<error ', '<skipped '].map(count)).toEqual([
      8, 32, 30, 1, 1,
    ]);
    const sum = (name: string): number =>
      [...text.matchAll(new RegExp(` ${name}="(\\d+)"`, 'g'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
    expect(['tests', 'failures', 'errors', 'skipped'].map(sum)).toEqual([32, 30, 1, 1]);
  });

  it('reads the instances cell by cell, never all at once', async () => {
    const whole = parts();
    const asked: string[] = [];
    const never = (): never => {
      throw new Error('all instances were asked for');
    };
    const text = await textOfParts(
      renderJunit({
        ...whole,
        lines: never,
        instances: never,
        instancesOf: (account, region) => {
          asked.push(`${account} ${region ?? ''}`);
          return whole.instancesOf(account, region);
        },
      }),
    );
    expect(text).toContain('</testsuites>');
    expect(asked).toEqual(whole.report.cells.map((cell) => `${cell.account} ${cell.region ?? ''}`));
  });

  it.skipIf(xmllint === undefined)('is valid by the schema (skipped without xmllint)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dhmc-junit-'));
    try {
      const file = join(folder, 'c.xml');
      writeFileSync(file, await textOfParts(renderJunit(parts())));
      const schema = join(import.meta.dirname, '../junit.xsd');
      execFileSync(xmllint ?? '', ['--noout', '--nonet', '--schema', schema, file], {
        stdio: 'pipe',
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
