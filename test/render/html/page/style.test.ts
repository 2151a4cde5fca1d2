/** The style sheet on small screens, for fingers, and with the reader's own colors. */
import { describe, expect, it } from 'vitest';
import { hasBrowser, reportPages } from '../../../support/report-page.ts';
import { buildReport } from '../../../support/reports.ts';

describe.skipIf(!hasBrowser)('the style of the HTML report (skipped without Chromium)', () => {
  const { open, close } = reportPages();
  const report = buildReport({ accounts: 40, dryRun: true });

  it.each([390, 1280])('has targets of at least 24 pixels at a width of %d', async (width) => {
    const page = await open(report, { viewport: { width, height: 844 } });
    await page.getByRole('rowheader').nth(3).click();
    const small = await page.evaluate(
      `[...document.querySelectorAll('button, select, input, summary, .rows [data-column]')]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ box: element.getBoundingClientRect(), name: element.className || element.tagName }))
        .filter(({ box }) => box.width < 24 || box.height < 24)
        .map(({ box, name }) => name + ' ' + box.width + ' × ' + box.height)`,
    );
    expect(small).toEqual([]);
    await close(page);
  });

  it('explains its marks on a narrow screen too', async () => {
    const page = await open(report, { viewport: { width: 390, height: 844 } });
    expect(await page.getByText('Ring: needs attention.').isVisible()).toBe(true);
    for (const key of await page.locator('.legend .key').all())
      expect(await key.isVisible()).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await close(page);
  });

  it.each(['light', 'dark'] as const)(
    'shows marks, changes and selections in forced colors (%s)',
    async (colorScheme) => {
      const page = await open(buildReport({ accounts: 40 }), {
        forcedColors: 'active',
        colorScheme,
      });
      await page.getByRole('button', { name: /^foreign/ }).click();
      const seen = await page.evaluate(
        `(() => {
          const ground = getComputedStyle(document.body).backgroundColor;
          const style = (query, pseudo) => getComputedStyle(document.querySelector(query), pseudo);
          return {
            ground,
            change: style('.change', '::after').backgroundColor,
            mark: style('.legend .mark').backgroundColor,
            ring: style('.cell.exception', '::after').borderTopColor,
            chosen: style('.key[aria-pressed=true]').outlineStyle,
          };
        })()`,
      );
      const { ground, change, mark, ring, chosen } = seen as Readonly<Record<string, string>>;
      for (const color of [change, mark, ring]) expect(color).not.toBe(ground);
      expect(chosen).toBe('solid');
      await close(page);
    },
  );

  it('keeps the focus when filters are cleared with the keyboard', async () => {
    const page = await open(report);
    const owner = page.getByRole('combobox', { name: 'Owner' });
    const all = await page.locator('.cell').count();
    await owner.selectOption('stackset');
    expect(await page.evaluate('location.hash')).toBe('#owner=stackset');
    const held = report.targets.filter(({ owner: of }) => of?.kind === 'stackset');
    const accounts = new Set(held.map(({ account }) => account)).size;
    expect(held.length).toBeGreaterThan(0);
    expect(await page.getByRole('status').textContent()).toMatch(
      new RegExp(`^${String(accounts)} of `),
    );
    expect(await page.locator('.cell').count()).toBeLessThan(all);
    await page.getByRole('combobox', { name: 'State', exact: true }).selectOption('broken');
    await page.getByRole('button', { name: 'Clear filters' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
    await close(page);
  });
});
