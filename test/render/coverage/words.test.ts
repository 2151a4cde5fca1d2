import { describe, expect, it } from 'vitest';
import { changeLines, headline } from '../../../src/render/coverage/words.ts';
import type { CoverageCell } from '../../../src/core/coverage/model.ts';
import { problem } from '../../support/histories.ts';
import { coverageParts } from '../../support/coverage-reports.ts';

describe('the headline of coverage', () => {
  it.each([
    [coverageParts({ instances: 0 }), 'no running instance'],
    [coverageParts({ instances: 1 }), '0 of 1 running instance managed'],
    [coverageParts({ instances: 6, managed: true }), '6 of 6 running instances managed'],
  ])('of row %# is: %s', (parts, text) => {
    expect(headline(parts)).toBe(text);
  });

  it('counts unread cells, but not those that were left out', () => {
    const { report } = coverageParts({ instances: 6 });
    const cells = report.cells.map((cell) => ({ ...cell, running: null }));
    const unread = { report: { ...report, cells }, leftOut: new Set(cells.slice(1)) };
    expect(headline(unread)).toMatch(/; 1 cell could not be read$/);
  });

  it('counts separately the cells that were read in part', () => {
    const { report } = coverageParts({ instances: 6 });
    const [first, ...others] = report.cells.map((cell) => ({
      ...cell,
      problem: problem('denied'),
    }));
    const cells = [...(first === undefined ? [] : [{ ...first, running: null }]), ...others];
    const parts = { report: { ...report, cells }, leftOut: new Set<CoverageCell>() };
    expect(headline(parts)).toMatch(
      new RegExp(
        `; 1 cell could not be read; ${String(others.length)} cells? could be read only in part$`,
      ),
    );
  });
});

describe('the differences from an earlier report', () => {
  const none = { managed: [], lost: [], otherwise: [], new: [], gone: [] };

  it('are not shown without an earlier report, and are counted even if there are none', () => {
    expect(changeLines(null)).toEqual([]);
    expect(changeLines(none)).toEqual([
      'Since the earlier report: 0 instances became managed',
      'No longer managed: 0',
      'Changed otherwise: 0',
      'New instances: 0, gone: 0',
    ]);
  });

  it('name up to ten ids each', () => {
    const many = Array.from({ length: 11 }, (_, index) => `i-${String(index)}`);
    const [managed, lost, otherwise] = changeLines({
      ...none,
      managed: ['i-1'],
      lost: many,
      otherwise: [{ id: 'i-2', from: 'profile', to: 'dhmc' }],
    });
    expect(managed).toBe('Since the earlier report: 1 instance became managed: i-1');
    expect(lost).toBe(`No longer managed: 11: ${many.slice(0, 10).join(', ')} and 1 more`);
    expect(otherwise).toBe('Changed otherwise: 1: i-2 (profile -> dhmc)');
  });
});
