/**
 * The full sweep, `npm run test:crash`: every point of a run, a rollback and a proof, with one call at a time and
 * with 16, without faults and with faults. `CRASH_MINUTES` limits the time; `CRASH_DONE=FILE` records the tried
 * points and continues from there; `CRASH_ONLY=TEXT` selects the sweeps with the text in their titles;
 * `CRASH_STEP=N` tries every n-th point; `CRASH_AT_ONCE=N` tries N points at a time.
 */
import { availableParallelism } from 'node:os';
import { nameOf, pointsOf, survey, type Point, type SweepOptions } from './sweep.ts';
import { triedPoints } from './tried.ts';
import { startWorker } from './workers.ts';

/**
 * More than the number of processors, because a point mostly waits: for retries, for IAM and for the program to
 * start.
 */
const atOnce = Number(process.env['CRASH_AT_ONCE'] ?? 2 * availableParallelism());
const step = Number(process.env['CRASH_STEP'] ?? 1);
const minutes = Number(process.env['CRASH_MINUTES'] ?? Infinity);
const only = process.env['CRASH_ONLY'] ?? '';
const done = triedPoints(process.env['CRASH_DONE']);

const behavior = {
  iamPropagationMs: 300,
  faults: [
    { kind: 'throttle', share: 0.05 },
    { kind: 'server-error', share: 0.01 },
    { kind: 'reset', share: 0.01 },
  ],
} as const;

const sweeps: Readonly<Record<string, SweepOptions>> = {
  'one call at a time': { kills: 'enable', concurrency: 1 },
  '16 calls at a time': { kills: 'enable', concurrency: 16 },
  'one call at a time, with faults': { kills: 'enable', concurrency: 1, behavior },
  '16 calls at a time, with faults': { kills: 'enable', concurrency: 16, behavior },
  'a proof': { kills: 'prove', concurrency: 1 },
  'a rollback, one call at a time': { kills: 'rollback', concurrency: 1 },
  'a rollback, 16 calls at a time': { kills: 'rollback', concurrency: 16 },
};

interface Sweep {
  readonly title: string;
  readonly options: SweepOptions;
  readonly expected: string;
  /** The numbers of the calls that make changes. */
  readonly writes: ReadonlySet<number>;
  readonly points: readonly Point[];
  tried: number;
  /** The number of points tried by earlier sweeps. */
  readonly earlier: number;
  /** Runs that ended before the point, so that no kill happened. */
  unharmed: number;
  failed: number;
  seconds: number;
}

/** A kill at a read leaves nothing behind. */
const isAtRead = (point: Point, writes: ReadonlySet<number>): boolean =>
  point.at === 'call' && !writes.has(point.number);

/** Reordered so that every prefix is a sample of the whole list. */
const spread = <T>(list: readonly T[]): readonly T[] => {
  const strides = 16;
  return Array.from({ length: strides }, (_, offset) =>
    list.filter((_, index) => index % strides === (offset * 7) % strides),
  ).flat();
};

async function prepare([title, options]: readonly [string, SweepOptions]): Promise<Sweep> {
  const plain = await survey(options);
  console.log(
    `${title}: ${String(plain.changes)} changes, ${String(plain.records)} records, ${String(plain.calls)} calls`,
  );
  if (plain.changes < 30 && options.kills !== 'prove')
    throw new Error('the sweep needs a run of at least 30 changes');
  const before = done.before.filter(({ sweep }) => sweep === title);
  const names = new Set(before.map(({ point }) => point));
  const all = spread([...pointsOf(plain)].filter((_, index) => index % step === 0));
  const points = all.filter((point) => !names.has(nameOf(point)));
  return {
    ...{ title, options, expected: plain.world, writes: plain.writes, points },
    ...{ tried: 0, earlier: all.length - points.length, failed: 0, seconds: 0 },
    unharmed: before.filter(({ killed }) => !killed).length,
  };
}

interface Item {
  readonly sweep: Sweep;
  readonly point: Point;
  readonly atRead: boolean;
}

/**
 * Interleaves the sweeps so that each gets the same share of its points at any time; reads come after all writes and
 * records.
 */
function inTurn(all: readonly Sweep[]): readonly Item[] {
  const items = all.flatMap((sweep) =>
    sweep.points.map((point, index) => ({
      ...{ sweep, point, atRead: isAtRead(point, sweep.writes) },
      share: index / sweep.points.length,
    })),
  );
  return items.sort(
    (one, other) => Number(one.atRead) - Number(other.atRead) || one.share - other.share,
  );
}

const prepared: Sweep[] = [];
for (const entry of Object.entries(sweeps))
  if (entry[0].includes(only)) prepared.push(await prepare(entry));
const queue = inTurn(prepared);
const deadline = performance.now() + minutes * 60_000;
let next = 0;

async function work(): Promise<void> {
  const worker = startWorker();
  for (
    let item: Item | undefined;
    performance.now() < deadline && (item = queue[next]) !== undefined;
  ) {
    next += 1;
    const { sweep, point } = item;
    const { title, options, expected } = sweep;
    const began = performance.now();
    const { killed, problem } = await worker
      .try({ options, point, expected })
      .catch((error: unknown) => ({ killed: false, problem: String(error) }));
    sweep.seconds += (performance.now() - began) / 1000;
    sweep.tried += 1;
    if (!killed) sweep.unharmed += 1;
    if (problem !== null) {
      sweep.failed += 1;
      console.log(`${title}: killed ${nameOf(point)}: ${problem}`);
    }
    done.add({ sweep: title, point: nameOf(point), killed, failed: problem !== null });
    if (next % 100 === 0) console.log(`${String(next)} of ${String(queue.length)} points`);
  }
  worker.stop();
}
await Promise.all(Array.from({ length: atOnce }, work));

for (const { title, points, tried, earlier, unharmed, failed, seconds } of prepared) {
  const left = points.length - tried;
  console.log(
    [
      `${title}: ${String(tried + earlier)} points tried`,
      ...(earlier === 0 ? [] : [`${String(earlier)} of them earlier`]),
      `${String(failed)} failed`,
      ...(unharmed === 0 ? [] : [`${String(unharmed)} runs ended before their point`]),
      ...(left === 0 ? [] : [`${String(left)} left when the time was up`]),
      `${(seconds / Math.max(1, tried)).toFixed(1)} s each`,
    ].join(', '),
  );
}
const sum = (key: 'tried' | 'earlier' | 'failed'): number =>
  prepared.reduce((total, sweep) => total + sweep[key], 0);
const left = queue.slice(next);
console.log(
  `Killed at ${String(sum('tried') + sum('earlier'))} points: ${String(sum('failed'))} failed, ${String(left.length)} left when the time was up, ${String(left.filter(({ atRead }) => atRead).length)} of them at calls that only read.`,
);
process.exitCode = sum('failed') === 0 ? 0 : 1;
