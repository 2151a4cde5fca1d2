/**
 * The HTML report in a real browser; skipped without Chromium. With DHMC_PICTURES=<folder>, screenshots are saved
 * there.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/render/html/index.ts';
import { packReport, rowWidth, textOf } from '../../../src/render/html/data.ts';
import { accessibilityOf, colorRules, hasBrowser, reportPages } from '../../support/report-page.ts';
import { buildReport, seventeenRegions } from '../../support/reports.ts';

const pictures = process.env['DHMC_PICTURES'];

describe('the HTML file', () => {
  it('never ends a script early, whatever the names', () => {
    const text = renderHtml(buildReport({ accounts: 40 }));
    expect(text.match(/<\/script/g)).toHaveLength(2);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text).not.toMatch(/(?:src|href)=["']?https?:/);
  });

  it('has a content security policy with the hashes of its script and style', () => {
    const text = renderHtml(buildReport({ accounts: 1 }));
    const hash = (content: string | undefined): string =>
      `'sha256-${createHash('sha256')
        .update(content ?? '')
        .digest('base64')}'`;
    const script = /<script>([\s\S]*)<\/script>/.exec(text)?.[1];
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1];
    expect(style?.length).toBeGreaterThan(1000);
    expect(text).toContain(`script-src ${hash(script)}; style-src ${hash(style)};`);
    expect(text).toContain(`content="default-src 'none';`);
  });

  it('contains every text of the report unchanged', () => {
    const report = buildReport({ accounts: 40 });
    const odd = report.targets.map((target, index) =>
      index % 7 === 0
        ? { ...target, modifiedBy: `\uE001${target.account}\uE003` }
        : index % 7 === 1
          ? { ...target, modifiedBy: '' }
          : target,
    );
    const { texts, rows, accounts } = packReport({ ...report, targets: odd });
    const ids = accounts.flatMap(([id, , , , , , count]) =>
      Array.from({ length: count }, () => id),
    );
    for (const [index, target] of odd.entries()) {
      const number = (place: number): number => rows[index * rowWidth + place] ?? 0;
      expect(textOf(texts, number(6), ids[index] ?? '', target.region)).toBe(target.modifiedBy);
      if (typeof target.from !== 'object')
        expect(textOf(texts, number(4), ids[index] ?? '', target.region)).toBe(target.from);
    }
  });
});

describe.skipIf(!hasBrowser)('the HTML report in a browser (skipped without Chromium)', () => {
  const { open, close } = reportPages();
  const report = buildReport({ accounts: 40 });
  const found = (page: Page): Promise<string | null> => page.getByRole('status').textContent();

  it('shows a fix for each kind of case within a reason', async () => {
    const hints = [
      '--overwrite=foreign.',
      '--overwrite=quick-setup.',
      '--overwrite=broken.',
      'Ask the owner.',
    ];
    const targets = report.targets.map((target, index) =>
      index < 8
        ? {
            ...target,
            verdict: 'conflict' as const,
            problem: {
              code: 'changed-since' as const,
              message: 'm',
              hint: hints[Math.min(index, 3)] ?? '',
              requestId: null,
            },
          }
        : { ...target, verdict: 'in-sync' as const, problem: null },
    );
    const page = await open({ ...report, targets });
    const fixes = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('button', { name: /^changed-since/ }) })
      .locator('.fix');
    expect(await fixes.allTextContents()).toEqual([
      '5 targets: Ask the owner.',
      '1 target: --overwrite=foreign.',
      '1 target: --overwrite=quick-setup.',
      'There are other fixes: select the reason, and open its rows.',
    ]);
    await close(page);
  });

  it('filters by OU, state, region and reason, and clears the filters', async () => {
    const page = await open(report);
    expect(await found(page)).toBe('40 accounts');
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Security/ })
      .click();
    expect(await found(page)).toBe(
      `${report.accounts.filter(({ path }) => path === 'Security').length} of 40 accounts`,
    );
    expect(await page.getByRole('combobox', { name: 'OU', exact: true }).inputValue()).toBe(
      'Security',
    );
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await found(page)).toBe('40 accounts');

    await page.getByRole('button', { name: /^foreign/ }).click();
    expect(await found(page)).toBe('1 of 40 accounts');
    await page.getByRole('button', { name: /^quick-setup/ }).click();
    expect(await found(page)).toBe('2 of 40 accounts');
    await page.getByRole('button', { name: 'Clear filters' }).click();

    await page.getByRole('combobox', { name: 'State', exact: true }).selectOption('broken');
    expect(await found(page)).toBe('1 of 40 accounts');
    await page.getByRole('button', { name: 'Clear filters' }).click();

    await page.getByRole('combobox', { name: 'Reason', exact: true }).selectOption('denied-by-scp');
    expect(await found(page)).toBe('2 of 40 accounts');
    await page.getByRole('combobox', { name: 'Region', exact: true }).selectOption('eu-west-1');
    expect(await found(page)).toBe('0 of 40 accounts');
    expect(await page.getByText('No account matches these filters.').isVisible()).toBe(true);
    await page.getByRole('combobox', { name: 'Region', exact: true }).selectOption('eu-north-1');
    expect(await found(page)).toBe('2 of 40 accounts');
    await close(page);
  });

  it('finds unread accounts under every region', async () => {
    const page = await open(report);
    await page
      .getByRole('combobox', { name: 'Reason', exact: true })
      .selectOption('role-not-assumable');
    await page.getByRole('combobox', { name: 'Region', exact: true }).selectOption('eu-west-3');
    expect(await found(page)).toBe('1 of 40 accounts');
    expect(await page.getByText('blocked: role-not-assumable').isVisible()).toBe(true);
    await close(page);
  });

  it('searches by name and id, and sorts', async () => {
    const page = await open(report);
    const search = page.getByRole('searchbox');
    await search.fill('BILLING');
    await expect
      .poll(() => found(page))
      .toBe(
        `${report.accounts.filter(({ name }) => name.includes('billing')).length} of 40 accounts`,
      );
    await search.fill('200000023757');
    await expect.poll(() => found(page)).toBe('1 of 40 accounts');
    await search.fill('');
    await expect.poll(() => found(page)).toBe('40 accounts');
    await page.getByRole('combobox', { name: 'Sort', exact: true }).selectOption('worst');
    expect(await page.getByRole('rowheader').first().getAttribute('aria-label')).toContain(
      '17 exceptions',
    );
    await page.getByRole('combobox', { name: 'Sort', exact: true }).selectOption('id');
    expect(await page.getByRole('rowheader').first().getAttribute('aria-label')).toContain(
      '111111111111',
    );
    await close(page);
  });

  it('opens the details of a row, and returns the focus on closing', async () => {
    const page = await open(report);
    await page.getByRole('searchbox').fill('billing-staging-3');
    await expect.poll(() => found(page)).toBe('1 of 40 accounts');
    await page.getByRole('rowheader').click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByText('Replace it with --overwrite=foreign').first().isVisible()).toBe(
      true,
    );
    expect(await dialog.getByText('CustomInstanceRole', { exact: true }).first().isVisible()).toBe(
      true,
    );
    expect(await dialog.getByText('2026-11-01 09:10:07 UTC').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(false);
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('rowheader');
    await close(page);
  });

  it('keeps the filters in its address, and prints every matching account', async () => {
    const many = buildReport({
      accounts: 160,
      action: 'status',
      regions: seventeenRegions.slice(7, 11),
    });
    const page = await open(many);
    await page.getByRole('combobox', { name: 'Region', exact: true }).selectOption('eu-west-1');
    expect(await page.evaluate('location.hash')).toBe('#region=eu-west-1');
    await page.evaluate('window.dispatchEvent(new Event("beforeprint"))');
    const printed = page.locator('.printed');
    expect(await printed.locator('tbody tr:not(.printed-unit)').count()).toBe(160);
    expect(await printed.locator('p').textContent()).toContain('Filter: region eu-west-1');
    expect(await printed.getByText('role-not-assumable').count()).toBeGreaterThan(3);
    await page.evaluate('window.dispatchEvent(new Event("afterprint"))');
    expect(await printed.count()).toBe(0);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await page.evaluate('document.activeElement.getAttribute("type")')).toBe('search');
    expect(await page.evaluate('location.hash')).toBe('');
    await close(page);
  });

  it('opens the details on a double click, and keeps them open', async () => {
    const page = await open(report);
    await page.getByRole('rowheader').first().dblclick();
    expect(await page.getByRole('dialog').isVisible()).toBe(true);
    await close(page);
  });

  it('can be used with the keyboard', async () => {
    const page = await open(report);
    const place = async (): Promise<string> =>
      String(
        await page.evaluate(
          'document.activeElement.closest("[role=row]")?.getAttribute("aria-rowindex") + "," + document.activeElement.getAttribute("aria-colindex")',
        ),
      );
    await page.getByRole('combobox', { name: 'Sort', exact: true }).focus();
    await page.keyboard.press('Tab');
    expect(await place()).toBe('2,1');
    await page.keyboard.press('ArrowDown');
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowRight');
    expect(await place()).toBe('3,5');
    await page.keyboard.press('End');
    expect(await place()).toBe('3,20');
    await page.keyboard.press('Control+End');
    expect(await place()).toBe('50,20');
    await page.keyboard.press('Control+Home');
    expect(await place()).toBe('2,1');
    await page.keyboard.press('ArrowDown');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').locator('details[open] summary').textContent()).toContain(
      'ap-northeast-1',
    );
    await page.keyboard.press('Escape');
    expect(await place()).toBe('3,4');
    await close(page);
  });

  it('is not affected by hostile names', async () => {
    const page = await open(report);
    for (const { name } of report.accounts.slice(28)) {
      // Whole characters only, because half of one is not found.
      await page.getByRole('searchbox').fill([...name].slice(0, 4).join(''));
      await expect.poll(() => found(page)).toMatch(/^[1-9]\d* of 40 accounts$/);
      await page.getByRole('rowheader').first().click();
      await page.keyboard.press('Escape');
    }
    expect(await page.title()).toContain('dhmc enable');
    expect(await page.locator('img, #app script, iframe').count()).toBe(0);
    await page.getByRole('searchbox').fill('script');
    await page.getByText('<script>document.title="pwned"</script>').first().waitFor();
    expect(await page.locator('#app').textContent()).not.toMatch(/[\u202e\u200b\u001b]/);
    await close(page);
  });

  it.each([
    ['light', {}],
    // Everything except the colors was checked in the light scheme.
    ['dark', { rules: colorRules }],
  ] as const)('has no serious accessibility violations (%s)', async (colorScheme, options) => {
    // Ten regions are enough for every state and verdict.
    const page = await open(buildReport({ accounts: 40, regions: seventeenRegions.slice(0, 10) }), {
      colorScheme,
    });
    const check = async (): Promise<void> => {
      const { violations } = await accessibilityOf(page, options);
      expect(
        violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .slice(0, 3)
                .map(({ html }) => html)
                .join(' ')}`,
          ),
      ).toEqual([]);
    };
    await check();
    await page.getByRole('searchbox').fill('billing-staging-3');
    await expect.poll(() => found(page)).toBe('1 of 40 accounts');
    await page
      .getByRole('gridcell', { name: /foreign/ })
      .first()
      .click();
    await page.getByRole('dialog').waitFor();
    await check();
    await close(page);
  });

  it('keeps only visible rows in the page', async () => {
    const accounts = 400;
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
    await expect.poll(() => found(page)).toMatch(/^[1-9]\d* of/);
    await close(page);
  });

  it.each([
    [1280, 900, 'light'],
    [1280, 900, 'dark'],
    [390, 844, 'light'],
    [390, 844, 'dark'],
  ] as const)('fits a window of %d × %d (%s)', async (width, height, colorScheme) => {
    const page = await open(report, { viewport: { width, height }, colorScheme });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    if (pictures !== undefined) {
      await page.screenshot({
        path: join(pictures, `report-${width}-${colorScheme}.png`),
        fullPage: true,
      });
      await page
        .getByRole('gridcell', { name: /role-not-propagated|throttled|denied-by-scp|unknown/ })
        .first()
        .click();
      await page.screenshot({ path: join(pictures, `detail-${width}-${colorScheme}.png`) });
    }
    await close(page);
  });

  it('prints every row', async () => {
    const page = await open(report, { colorScheme: 'dark' });
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    if (pictures !== undefined) writeFileSync(join(pictures, 'report.pdf'), pdf);
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(2);
    expect(pages).toBeLessThan(8);
    await close(page);
  });
});
