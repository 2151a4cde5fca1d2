import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { deedOf } from '../../src/core/record/deeds.ts';
import type { Target } from '../../src/core/model/model.ts';
import { deniedMark, markedBy, markOf, markOfVerdict } from '../../src/render/marks.ts';
import { buildReport } from '../support/reports.ts';

const row = (over: Partial<Target>) =>
  ({
    kind: 'setting',
    state: 'disabled',
    verdict: 'would-change',
    from: null,
    to: 'Role',
    problem: null,
    ...over,
  }) as const;
const denied = { code: 'denied-by-scp', message: '', hint: '', requestId: null } as const;

describe('the mark of a row', () => {
  it.each([
    [{ action: 'status', dryRun: false }, 'state'],
    [{ action: 'enable', dryRun: true }, 'deed'],
    [{ action: 'enable', dryRun: false }, 'verdict'],
    [{ action: 'rollback', dryRun: true }, 'deed'],
  ] as const)('shows for %j the %s', (report, by) => {
    expect(markedBy(report)).toBe(by);
  });

  it.each([
    ['state', {}, 'disabled'],
    ['state', { state: 'whole' }, 'enabled'],
    ['state', { verdict: 'skipped' }, 'skipped'],
    ['verdict', {}, 'would-change'],
    ['verdict', { verdict: 'conflict' }, 'conflict'],
    ['verdict', { verdict: 'not-attempted', state: 'unknown' }, 'not-attempted'],
    [
      'verdict',
      {
        verdict: 'not-attempted',
        state: 'unknown',
        problem: { ...denied, code: 'interrupted', reason: 'change-unfinished' },
      },
      'begun (result unknown)',
    ],
    ['deed', {}, 'set'],
    ['deed', { to: null, from: 'Role' }, 'reset'],
    ['deed', { problem: denied }, 'would be denied'],
    ['deed', { problem: { ...denied, code: 'throttled' } }, 'set'],
    ['deed', { verdict: 'conflict', problem: denied }, 'conflict'],
  ] as const)('by its %s with %j means %s', (by, over, meaning) => {
    expect(markOf(row(over), by).meaning).toBe(meaning);
  });

  it('has a different shape for each meaning within a report', () => {
    const { targets } = buildReport({ accounts: 40, dryRun: true });
    const chalk = new Chalk({ level: 0 });
    const shapes = new Map<string, string>();
    for (const target of targets) {
      const { shape, meaning, paint } = markOf(target, 'deed');
      expect(paint(chalk)(shape)).toBe(shape);
      expect(shapes.get(shape) ?? meaning).toBe(meaning);
      shapes.set(shape, meaning);
    }
    expect([...shapes.values()]).toContain(deedOf(row({})));
    expect(shapes.has(deniedMark.shape)).toBe(false);
    expect(markOfVerdict('changed').shape).not.toBe(markOfVerdict('in-sync').shape);
  });
});
