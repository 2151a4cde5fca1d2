/** The full sweep, `npm run test:crash`: every point of a run and of a rollback, at concurrency 1 and 16, without faults and with. */
import { availableParallelism } from 'node:os';
import { nameOf, pointsOf, survey, tryPoint, type Point, type SweepOptions } from './sweep.ts';

const atOnce = Number(process.env['CRASH_AT_ONCE'] ?? availableParallelism());
/** Every so many-th point; the full sweep takes them all. */
const step = Number(process.env['CRASH_STEP'] ?? 1);
/** Where set, each sweep ends after its share of so many minutes, having tried points from all over its run. */
const minutes = Number(process.env['CRASH_MINUTES'] ?? Infinity);
/** Of the sweeps only those with this in their titles. */
const only = process.env['CRASH_ONLY'] ?? '';

const faults = {
  iamPropagationMs: 300,
  faults: [
    { kind: 'throttle', share: 0.05 },
    { kind: 'server-error', share: 0.01 },
    { kind: 'reset', share: 0.01 },
  ],
} as const;

/** In an order of which every beginning samples the whole. */
const spread = <T>(list: readonly T[]): readonly T[] => {
  const strides = 16;
  return Array.from({ length: strides }, (_, offset) =>
    list.filter((_, index) => index % strides === (offset * 7) % strides),
  ).flat();
};

async function sweep(
  title: string,
  share: number,
  options: SweepOptions,
): Promise<{ tried: number; failed: number; left: number }> {
  if (!title.includes(only)) return { tried: 0, failed: 0, left: 0 };
  const deadline = performance.now() + share * minutes * 60_000;
  const plain = await survey({ kills: options.kills, concurrency: options.concurrency });
  console.log(
    `${title}: ${String(plain.changes)} changes, ${String(plain.records)} records, ${String(plain.calls)} calls`,
  );
  if (plain.changes < 30 && options.kills !== 'prove')
    throw new Error('the sweep needs a run of at least 30 changes');
  const points = spread([...pointsOf(plain)].filter((_, index) => index % step === 0));
  let next = 0;
  let failed = 0;
  const work = async (): Promise<void> => {
    for (
      let point: Point | undefined;
      performance.now() < deadline && (point = points[next]) !== undefined;
    ) {
      next += 1;
      const problem = await tryPoint(options, point, plain.world).catch((error: unknown) =>
        String(error),
      );
      if (problem !== null) {
        failed += 1;
        console.log(`${title}: killed ${nameOf(point)}: ${problem}`);
      }
      if (next % 50 === 0)
        console.log(`${title}: ${String(next)} of ${String(points.length)} points`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const left = points.length - next;
  console.log(
    `${title}: ${String(next)} points tried, ${String(failed)} failed${left === 0 ? '' : `, ${String(left)} left when the time was up`}`,
  );
  return { tried: next, failed, left };
}

const results = [
  await sweep('one call at a time', 0.2, { kills: 'enable', concurrency: 1 }),
  await sweep('16 calls at a time', 0.25, { kills: 'enable', concurrency: 16 }),
  await sweep('one call at a time, with faults', 0.15, {
    kills: 'enable',
    concurrency: 1,
    behavior: faults,
  }),
  await sweep('16 calls at a time, with faults', 0.15, {
    kills: 'enable',
    concurrency: 16,
    behavior: faults,
  }),
  await sweep('a proof', 0.05, { kills: 'prove', concurrency: 1 }),
  await sweep('a rollback, one call at a time', 0.1, { kills: 'rollback', concurrency: 1 }),
  await sweep('a rollback, 16 calls at a time', 0.1, { kills: 'rollback', concurrency: 16 }),
];
const sum = (key: 'tried' | 'failed' | 'left'): number =>
  results.reduce((total, result) => total + result[key], 0);
console.log(
  `Killed at ${String(sum('tried'))} points: ${String(sum('failed'))} failed, ${String(sum('left'))} left when the time was up.`,
);
process.exitCode = sum('failed') === 0 ? 0 : 1;
