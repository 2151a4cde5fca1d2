/** A sample of the crash sweep; the whole of it is `npm run test:crash`. */
import { expect, test } from 'vitest';
import { nameOf, pointsOf, survey, tryPoint, type SweepOptions } from '../crash/sweep.ts';
import { caseCount } from '../support/cases.ts';

test.each([
  { kills: 'enable', concurrency: 1 },
  { kills: 'enable', concurrency: 16 },
  { kills: 'rollback', concurrency: 16 },
  { kills: 'prove', concurrency: 1 },
] as const satisfies readonly SweepOptions[])(
  'killed anywhere, $kills at a concurrency of $concurrency can be resumed, and what was changed can be rolled back',
  { timeout: 600_000 },
  async (options) => {
    const { kills, concurrency } = options;
    const plain = await survey(options);
    expect(plain.changes).toBeGreaterThanOrEqual(kills === 'prove' ? 6 : 30);
    const points = [...pointsOf(plain)];
    const share = Math.floor(points.length / caseCount(10));
    const sample = points.filter((_, index) => index % share === 20 % share);
    const failures: string[] = [];
    for (const point of sample) {
      const { problem } = await tryPoint(options, point, plain.world);
      if (problem !== null) failures.push(`${nameOf(point)}: ${problem}`);
    }
    console.log(
      `Killed at ${String(sample.length)} of ${String(points.length)} points of ${kills} at a concurrency of ${String(concurrency)}.`,
    );
    expect(failures).toEqual([]);
  },
);
