/**
 * Reports of the largest organizations keep the limits and functions of small ones. The browser tests are skipped
 * without Chromium.
 */
import { describe, expect, it } from 'vitest';
import { maxInstances, renderHtml as renderCoverage } from '../../src/render/coverage/html.ts';
import { renderHtml } from '../../src/render/html/index.ts';
import { renderReport } from '../../src/render/index.ts';
import { coverageParts, textOfParts, type CoverageShape } from '../support/coverage-reports.ts';
import { hasBrowser, reportPages } from '../support/report-page.ts';
import { buildReport } from '../support/reports.ts';

describe('the Markdown report', () => {
  it('fits into a comment with 10,000 accounts', async () => {
    const style = { color: false, columns: 120 };
    const parts = await renderReport('markdown', buildReport({ accounts: 10_000 }), style);
    const text = [...parts].join('');
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/and [\d,]+ more (account|row)s/);
  });
});

describe('the HTML file', () => {
  it('stays small with 10,000 accounts', () => {
    expect(renderHtml(buildReport({ accounts: 10_000 })).length).toBeLessThan(12_000_000);
  });
});

describe.skipIf(!hasBrowser)('the HTML report in a browser (skipped without Chromium)', () => {
  const { open, close } = reportPages();

  it.each([1000, 10_000])('renders only the visible rows of %d accounts', async (accounts) => {
    const page = await open(buildReport({ accounts }));
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await page.evaluate(
      '{ const map = document.querySelector(".map"); map.scrollTo(0, map.scrollHeight / 2); }',
    );
    await expect
      .poll(async () => Number(await page.getByRole('row').nth(20).getAttribute('aria-rowindex')))
      .toBeGreaterThan(accounts / 3);
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await page.getByRole('searchbox').fill(`-${accounts - 14}`);
    await expect
      .poll(() => page.getByRole('status').textContent(), { timeout: 120_000 })
      .toMatch(/^[1-9]\d* of/);
    await close(page);
  });

  it('prints every account of 3,200', async () => {
    const page = await open(buildReport({ accounts: 3200, action: 'status' }));
    await page.getByRole('combobox', { name: 'Region', exact: true }).selectOption('eu-west-1');
    await page.evaluate('window.dispatchEvent(new Event("beforeprint"))');
    const printed = page.locator('.printed');
    expect(await printed.locator('tbody tr:not(.printed-unit)').count()).toBeGreaterThan(3000);
    expect(await printed.getByText('role-not-assumable').count()).toBeGreaterThan(10);
    await close(page);
  });

  it('prints 1,000 accounts into a PDF of less than five megabytes', async () => {
    const page = await open(buildReport({ accounts: 1000, dryRun: true }));
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    expect(pdf.length).toBeLessThan(5_000_000);
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(15);
    await close(page);
  });
});

describe.skipIf(!hasBrowser)('the coverage page in a browser (skipped without Chromium)', () => {
  const { openText, close } = reportPages();
  const open = async (shape: CoverageShape, csvBeside: string | null = null) =>
    openText(await textOfParts(renderCoverage(coverageParts(shape, { csvBeside }))), (page) =>
      page.getByRole('heading', { level: 1 }).waitFor(),
    );

  it('can be searched with 50,000 instances', async () => {
    const page = await open({ instances: maxInstances, accounts: 50 });
    const found = (): Promise<string | null> => page.getByRole('status').textContent();
    expect(await found()).toBe('50,000 of 50,000 instances');
    expect(await page.locator('.instances tr').count()).toBe(201);
    await page.getByRole('searchbox').fill('web-49999');
    await expect.poll(found).toBe('1 of 50,000 instances');
    await close(page);
  });

  it('names the CSV file beside it for more instances', async () => {
    const page = await open({ instances: maxInstances + 1, accounts: 50 }, 'all.csv');
    expect(
      await page.getByText('50,001 instances are too many for a page').textContent(),
    ).toContain('all.csv');
    expect(await page.locator('.instances').count()).toBe(0);
    await close(page);
  });
});
