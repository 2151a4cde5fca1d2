import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../src/render/coverage/table.ts';
import { coverageParts, textOfParts } from '../../support/coverage-reports.ts';

const widest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => Array.from(line).length));

describe('coverage as a table', () => {
  it('fits into 80 columns', async () => {
    const style = { color: false, columns: 80 };
    const long = { path: () => 'Workloads/Production/Payments/Settlement/Reconciliation/Batch' };
    const text = await textOfParts(
      renderTable(coverageParts({ instances: 40, ...long }, { style })),
    );
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toContain('setting-unset · 14 instances in 1 account');
  });

  it('is not folded when piped, whatever its size', async () => {
    const style = { color: false, columns: Infinity };
    const shape = { instances: 1_000, accounts: 100, path: (index: number) => `Unit ${index}` };
    for (const choice of ['all', 'unmanaged', 'none'] as const) {
      const text = await textOfParts(renderTable(coverageParts(shape, { style, choice })));
      expect(text.split('\n').filter((line) => /^i-/.test(line))).toHaveLength(
        choice === 'none' ? 0 : 1_000,
      );
      expect(text).toContain('Unit 99');
    }
  });

  it('shows a small share, and none where no instance runs', async () => {
    const { report, ...rest } = coverageParts({ instances: 1, accounts: 2 });
    const text = await textOfParts(renderTable({ report, ...rest }));
    expect(text).toMatch(/account 1 \d+ +·{24} 0\/1/);
    expect(text).toMatch(/account 2 \d+ +–/);
  });

  it('keeps account ids whole in 80 columns, and ends with its headline', async () => {
    const style = { color: false, columns: 80 };
    const text = await textOfParts(
      renderTable(coverageParts({ instances: 40, accounts: 2 }, { style })),
    );
    expect(text).not.toMatch(/\d…/);
    const [head = ''] = text.split('\n');
    expect(text.trimEnd().split('\n').at(-1)).toBe(head);
    expect(text).toContain('; -o csv lists all of them');
  });
});
