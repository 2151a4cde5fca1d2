/** A sample of the crash sweep; the whole of it is `npm run test:crash`. */
import { expect, test } from 'vitest';
import { nameOf, pointsOf, survey, tryPoint, type SweepOptions } from '../crash/sweep.ts';

test.each([1, 16])(
  'killed anywhere at a concurrency of %i, a run can be resumed, and can be rolled back',
  { timeout: 600_000 },
  async (concurrency) => {
    const options: SweepOptions = { concurrency };
    const plain = await survey(options);
    expect(plain.changes).toBeGreaterThanOrEqual(30);
    const points = [...pointsOf(plain)];
    const sample = points.filter((_, index) => index % Math.floor(points.length / 6) === 20);
    const failures: string[] = [];
    for (const point of sample) {
      const problem = await tryPoint(options, point, plain.world);
      if (problem !== null) failures.push(`${nameOf(point)}: ${problem}`);
    }
    console.log(`Killed at ${String(sample.length)} of ${String(points.length)} points at a concurrency of ${String(concurrency)}.`);
    expect(failures).toEqual([]);
  },
);
