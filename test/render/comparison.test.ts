import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareReports } from '../../src/render/compare.ts';
import { comparisonFormats, renderComparison } from '../../src/render/comparison.ts';
import { buildReport } from '../support/reports.ts';

const style = { color: false, columns: 120 };
const golden = (name: string): string => join('golden', name);

describe('the comparison', () => {
  const before = buildReport({ accounts: 40, action: 'status' });
  const after = buildReport({ accounts: 40 });

  it.each(comparisonFormats)('is rendered as in the golden %s file', async (format) => {
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
