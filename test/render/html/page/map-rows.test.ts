import { describe, expect, it } from 'vitest';
import type { Report } from '../../../../src/core/model/model.ts';
import { problemFor } from '../../../../src/core/problems/hints.ts';
import { hasBrowser, reportPages } from '../../../support/report-page.ts';
import { buildReport } from '../../../support/reports.ts';

/** A killed run with one change begun and another one not attempted. */
function killed(): Report {
  const report = buildReport({ accounts: 1, regions: ['eu-west-1', 'us-east-1'] });
  const begun = problemFor('change-unfinished', 'This change was begun.', { run: 'r' });
  const notBegun = problemFor('run-ended', 'Not attempted.', { run: 'r' });
  return {
    ...report,
    targets: report.targets.map((target) =>
      target.kind !== 'setting'
        ? target
        : {
            ...target,
            verdict: 'not-attempted',
            state: target.region === 'eu-west-1' ? 'unknown' : 'disabled',
            problem: target.region === 'eu-west-1' ? begun : notBegun,
          },
    ),
  };
}

describe.skipIf(!hasBrowser)('the rows of the map (skipped without Chromium)', () => {
  const { open, close } = reportPages();

  it('mark a change that was begun with an unknown result, and one that was not begun', async () => {
    const page = await open(killed());
    const words = async (region: string): Promise<string | null> =>
      page.getByRole('gridcell', { name: new RegExp(`^${region}:`) }).getAttribute('title');
    expect(await words('eu-west-1')).toBe(
      'eu-west-1: unknown, not-attempted (begun, result unknown), interrupted',
    );
    expect(await words('us-east-1')).toBe('us-east-1: disabled, not-attempted, interrupted');
    await page.evaluate('window.dispatchEvent(new Event("beforeprint"))');
    expect(await page.locator('.printed-reasons').allTextContents()).toEqual([
      '1 not-attempted (begun, result unknown), interrupted; 1 not-attempted, interrupted',
    ]);
    await page.evaluate('window.dispatchEvent(new Event("afterprint"))');
    await page.getByRole('gridcell', { name: /^eu-west-1:/ }).click();
    expect(await page.getByRole('dialog').locator('.verdict').allTextContents()).toContain(
      'not-attempted (begun, result unknown)',
    );
    await close(page);
  });
});
