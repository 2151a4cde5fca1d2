/**
 * A sample of the crash sweep; `npm run test:crash` runs all of it. The program to kill is a process of its own. In
 * the first sweep, so are the commands after it; in the others they run in this process.
 */
import { expect, test } from 'vitest';
import {
  builtProgram,
  nameOf,
  pointsOf,
  survey,
  tryPoint,
  type SweepOptions,
} from '../crash/sweep.ts';
import { inThisProcess } from '../crash/in-this-process.ts';
import { caseCount } from '../support/cases.ts';

test.each([
  { kills: 'enable', concurrency: 1 },
  { kills: 'enable', concurrency: 16 },
  { kills: 'rollback', concurrency: 16 },
  { kills: 'prove', concurrency: 1 },
] as const satisfies readonly SweepOptions[])(
  'after a kill anywhere, $kills at a concurrency of $concurrency can be resumed and its changes rolled back',
  async (options) => {
    const { kills, concurrency } = options;
    const program = kills === 'enable' && concurrency === 1 ? builtProgram : inThisProcess;
    const plain = await survey(options);
    expect(plain.changes).toBeGreaterThanOrEqual(kills === 'prove' ? 6 : 30);
    const points = [...pointsOf(plain)];
    const share = Math.floor(points.length / caseCount(10));
    const sample = points.filter((_, index) => index % share === 20 % share);
    const failures: string[] = [];
    for (const point of sample) {
      const { problem } = await tryPoint(options, point, plain.world, program);
      if (problem !== null) failures.push(`${nameOf(point)}: ${problem}`);
    }
    console.log(
      `Killed at ${String(sample.length)} of ${String(points.length)} points of ${kills} at a concurrency of ${String(concurrency)}.`,
    );
    expect(failures).toEqual([]);
  },
);
