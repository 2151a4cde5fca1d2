import { describe, expect, it } from 'vitest';
import { countDeeds } from '../../../../src/core/record/deeds.ts';
import { plannedDeed } from '../../../support/planned-deed.ts';
import type { Report, Target } from '../../../../src/core/model/model.ts';
import { hasBrowser, reportPages } from '../../../support/report-page.ts';
import { buildReport } from '../../../support/reports.ts';

/** A rollback of an enable, which resets, detaches and deletes. */
function removal(shape: { readonly dryRun: boolean }): Report {
  const planned = buildReport({ accounts: 8, dryRun: true });
  const targets = planned.targets.map((target): Target => {
    if (target.verdict !== 'in-sync') return { ...target, verdict: 'in-sync', to: target.from };
    const taken = { ...target, from: target.to, to: null };
    return shape.dryRun
      ? { ...taken, verdict: 'would-change' }
      : { ...taken, verdict: 'changed', state: target.kind === 'setting' ? 'disabled' : 'absent' };
  });
  const changed = targets.filter(({ verdict }) => verdict !== 'in-sync');
  return {
    ...planned,
    action: 'rollback',
    dryRun: shape.dryRun,
    plan: countDeeds(changed.map(plannedDeed)),
    targets,
  };
}

describe.skipIf(!hasBrowser)('the plan in the HTML report (skipped without Chromium)', () => {
  const { open, close } = reportPages();

  it('comes first, with creations before repairs, and each line filters the map', async () => {
    const page = await open(buildReport({ accounts: 40, dryRun: true }));
    const plan = page.getByRole('region', { name: 'Plan' });
    expect(await page.locator('main > *').first().getAttribute('class')).toContain('plan');
    const lines = await plan.getByRole('button').allTextContents();
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['Create', 'Attach', 'Set', 'Replace']);
    await plan.getByRole('button', { name: /^Replace/ }).click();
    expect(await page.getByRole('status').textContent()).toBe('1 of 40 accounts');
    expect(await page.evaluate('location.hash')).toBe('#deed=replace+setting');
    expect(await page.locator('.cell.m-to-replace').count()).toBe(17);
    expect(await page.locator('.cell.m-to-replace').first().getAttribute('aria-label')).toContain(
      'would-change (replace)',
    );
    await close(page);
  });

  it('has a shape for each deed of a removal, with deletions last and in red', async () => {
    const page = await open(removal({ dryRun: true }));
    const lines = page.getByRole('region', { name: 'Plan' }).getByRole('button');
    const words = await lines.allTextContents();
    expect(words.map((line) => line.split(' ')[0])).toEqual(['Reset', 'Detach', 'DELETE']);
    expect(await lines.last().getAttribute('class')).toContain('deletion');
    const shapes = await page.evaluate(
      `[...document.querySelectorAll('.deed .mark')].map((mark) => getComputedStyle(mark).clipPath)`,
    );
    expect(new Set(shapes as string[]).size).toBe(3);
    await close(page);
  });

  it('shows after a run the outcome of each deed, and marks the current states', async () => {
    const page = await open(removal({ dryRun: false }));
    const done = page.getByRole('region', { name: 'Outcome' });
    expect(await done.getByRole('listitem').first().textContent()).toMatch(
      /^Reset \d+ settings in 17 regions of \d accounts: \d+ changed$/,
    );
    expect(await done.getByRole('listitem').last().textContent()).toMatch(/^DELETE \d roles/);
    expect(await page.locator('.cell.m-to-reset').count()).toBe(0);
    expect(await page.locator('.cell.m-disabled.change').count()).toBeGreaterThan(17);
    await close(page);
  });

  it('is missing in a status report', async () => {
    const page = await open(buildReport({ accounts: 3, action: 'status' }));
    expect(await page.locator('.plan').isVisible()).toBe(false);
    await close(page);
  });
});
