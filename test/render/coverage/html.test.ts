/** The coverage page in a real browser; skipped without Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/render/coverage/html.ts';
import { coverageParts, textOfParts, type CoverageShape } from '../../support/coverage-reports.ts';
import { accessibilityOf, hasBrowser, reportPages } from '../../support/report-page.ts';
import { hostileNames } from '../../support/reports.ts';

describe.skipIf(!hasBrowser)('the coverage page in a browser (skipped without Chromium)', () => {
  const { openText, close } = reportPages();
  const open = async (
    shape: CoverageShape,
    { width = 1280, csvBeside = null as string | null, most = 2_000 } = {},
  ): Promise<Page> =>
    openText(
      await textOfParts(renderHtml(coverageParts(shape, { csvBeside }), { most })),
      (page) => page.getByRole('heading', { level: 1 }).waitFor(),
      { viewport: { width, height: 844 } },
    );
  const found = (page: Page): Promise<string | null> => page.getByRole('status').textContent();
  const filter = (page: Page, name: string) =>
    page.locator('label', { hasText: name }).locator('select');

  it('shows hostile names as text and executes nothing in them', async () => {
    const page = await open({
      instances: hostileNames.length,
      accounts: hostileNames.length,
      name: (index) => hostileNames[index] ?? '',
      path: (index) => `${hostileNames[index] ?? ''}/unit`,
    });
    expect(await page.title()).toContain('dhmc coverage');
    expect(await page.locator('#app img, #app script, #app a').count()).toBe(0);
    expect(await page.locator('.instances summary').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining('<script>document.title="pwned"</script>')]),
    );
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    const shown = (await page.locator('#app').textContent()) ?? '';
    expect(shown).toContain(String.raw`invoice\u{202e}gnp.exe`);
    expect(shown).not.toMatch(/[\u202e\u200b\u001b]/);
    await close(page);
  });

  it('filters by unit (with the units below it), region, reason, profile and text', async () => {
    const paths = ['', 'Workloads/Prod', 'Workloads/Prod/Payments', 'Workloads/Dev', 'Security'];
    const page = await open({ instances: 50, accounts: 5, path: (index) => paths[index] ?? '' });
    expect(await filter(page, 'unit').locator('option').allTextContents()).toEqual([
      'all',
      'Security',
      'Workloads',
      'Workloads/Dev',
      'Workloads/Prod',
      'Workloads/Prod/Payments',
      'root',
    ]);
    for (const [unit, count] of [
      ['Workloads', 30],
      ['Workloads/Prod', 20],
      ['Workloads/Prod/Payments', 10],
      ['root', 10],
    ] as const) {
      await filter(page, 'unit').selectOption(unit);
      await expect.poll(() => found(page)).toBe(`${String(count)} of 50 instances`);
    }
    await filter(page, 'unit').selectOption('all');
    await filter(page, 'region').selectOption('eu-west-1');
    await expect.poll(() => found(page)).toBe('25 of 50 instances');
    await filter(page, 'profile').selectOption('AppServer');
    await filter(page, 'reason').selectOption('setting-unset');
    await page.getByRole('searchbox').fill('web-12');
    await expect.poll(() => found(page)).toBe('1 of 50 instances');
    await page.locator('.instances summary').click();
    await expect
      .poll(() => page.locator('.instances details').textContent())
      .toContain('Evidence 5.');
    await close(page);
  });

  it('keeps the filters in its address, prints the filtered rows, and keeps the focus when filters are cleared', async () => {
    const page = await open({ instances: 450 }, { width: 390 });
    const small = await page.evaluate(
      `[...document.querySelectorAll('button, select, input, summary')]
        .filter((element) => element.checkVisibility())
        .map((element) => element.getBoundingClientRect())
        .filter(({ width, height }) => width < 24 || height < 24).length`,
    );
    expect(small).toBe(0);
    expect(await page.locator('.legend li').first().isVisible()).toBe(true);
    await filter(page, 'region').selectOption('eu-west-1');
    await expect.poll(() => page.evaluate('location.hash')).toBe('#region=eu-west-1');
    await page.evaluate('location.reload()');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => found(page)).toBe('225 of 450 instances');
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.instances tr').count()).toBe(226);
    expect(await page.getByText('Filter: region: eu-west-1').isVisible()).toBe(true);
    expect(await page.locator('.filters').isVisible()).toBe(false);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    await page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('.share i')).forcedColorAdjust"),
    ).toBe('none');
    await page.getByRole('button', { name: 'Clear filters' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
    await expect.poll(() => found(page)).toBe('450 of 450 instances');
    expect(await page.evaluate('location.hash')).toBe('');
    await close(page);
  });

  it('shows 200 instances, 1,000 more on request, and finds all of them', async () => {
    const page = await open({ instances: 2_000, accounts: 5 });
    expect(await found(page)).toBe('2,000 of 2,000 instances');
    expect(await page.locator('.instances tr').count()).toBe(201);
    await page.getByRole('button', { name: /Show more/ }).click();
    await expect.poll(() => page.locator('.instances tr').count()).toBe(1_201);
    await page.getByRole('searchbox').fill('web-1999');
    await expect.poll(() => found(page)).toBe('1 of 2,000 instances');
    await close(page);
  });

  it('names the CSV file if there are too many instances, and lists the accounts', async () => {
    const shape = { instances: 2_001, accounts: 50 };
    const page = await open(shape, { csvBeside: 'all.csv' });
    expect(await page.getByText('2,001 instances are too many for a page').textContent()).toContain(
      'all.csv',
    );
    expect(await page.locator('.instances').count()).toBe(0);
    await page.locator('details', { hasText: 'Workloads/Prod' }).locator('summary').click();
    await expect.poll(() => page.locator('details table tr').count()).toBe(50);
    await close(page);
  });

  it.each([390, 1280])('has no layout faults at a width of %d', async (width) => {
    const page = await open(
      { instances: 20, name: (index) => `server-${'x'.repeat(index * 5)}` },
      { width },
    );
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    // Nothing is cut off: every cell's content ends within the page.
    const ends = await page.evaluate<number[]>(
      `[...document.querySelectorAll('td, li, summary, p')].map((one) => one.getBoundingClientRect().right)`,
    );
    expect(Math.max(...ends)).toBeLessThanOrEqual(width);
    const gaps = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h2')].map((one) => parseFloat(getComputedStyle(one).marginTop))`,
    );
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(16);
    const { violations } = await accessibilityOf(page);
    expect(violations.map(({ id }) => id)).toEqual([]);
    await close(page);
  });
});
