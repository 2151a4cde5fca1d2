/**
 * Kills the built program at every journal record and at every call of an `enable`, of its rollback or of a proof.
 * Afterwards `resume` must end in the world of an uninterrupted run, and `disable rollback` in the original world.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  sandboxEnvironment,
  type Sandbox,
  type Behavior,
  type World,
} from '../../src/sandbox/index.ts';
import { programPath } from '../support/built-program.ts';
import { damageIn } from '../support/damage.ts';
import { proxyTo } from './proxy.ts';
import { firstWorld, settled } from './world.ts';
import { startSandbox } from '../support/like.ts';

export type Point =
  | { readonly at: 'record'; readonly number: number; readonly moment: 'before' | 'after' | 'torn' }
  | { readonly at: 'call'; readonly number: number; readonly moment: 'before' | 'after' };

export const nameOf = (point: Point): string =>
  `${point.moment} ${point.at} ${String(point.number)}`;

export interface SweepOptions {
  /** The command to kill: an `enable`, the rollback of a complete one, or a proof, which a rollback undoes. */
  readonly kills: 'enable' | 'rollback' | 'prove';
  readonly concurrency: number;
  readonly behavior?: Behavior;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs a command of the program and waits for its end. */
export type Program = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<Ended>;

const strike = fileURLToPath(new URL('strike.mjs', import.meta.url));

/** The built program in its own process. */
export const builtProgram: Program = (args, env) => run(args, env);

function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  started?: (kill: () => void) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [programPath, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started?.(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, output }));
  });
}

const scope = ['--org', '--exclude-account', 'management', '--overwrite'] as const;

/** A world, and the folder with dhmc's state. */
interface Standing {
  readonly world: World;
  readonly folder: string;
}

interface Interrupted extends Standing {
  readonly calls: number;
  /** The numbers of the calls that make changes. */
  readonly writes: ReadonlySet<number>;
  readonly records: number;
  readonly ended: Ended;
}

/** In memory if possible: a signal loses nothing that was written, and the sweep need not wait for a disk. */
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Serves a world with a copy of its folder. */
async function open(from: { readonly world: World; readonly folder: string | null }) {
  const sandbox = await startSandbox({ world: from.world });
  const folder = mkdtempSync(join(scratch, 'dhmc-crash-'));
  if (from.folder !== null) cpSync(from.folder, folder, { recursive: true });
  return { sandbox, folder, env: environment(sandbox, folder) };
}

const wholeRuns = new Map<number, Promise<Standing>>();

/** The world after a complete `enable` that a rollback can undo; made once and copied for every kill. */
function wholeRun(concurrency: number): Promise<Standing> {
  const made = wholeRuns.get(concurrency) ?? makeWholeRun(concurrency);
  wholeRuns.set(concurrency, made);
  return made;
}

async function makeWholeRun(concurrency: number): Promise<Standing> {
  const { sandbox, folder, env } = await open({ world: firstWorld(), folder: null });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const often = ['--concurrency', String(concurrency)];
  const enabled = await run(['enable', ...scope, '--yes', ...often], env);
  const world = sandbox.snapshot();
  await sandbox.stop();
  if (enabled.status !== 0)
    throw new Error(
      `the run to roll back ended with ${String(enabled.status)}:\n${enabled.output}`,
    );
  return { world, folder };
}

/** One `enable` from the original world, or the rollback of one, killed at the point; null: not killed. */
async function interrupted(
  { kills, concurrency, behavior }: SweepOptions,
  point: Point | null,
): Promise<Interrupted> {
  const start =
    kills === 'rollback' ? await wholeRun(concurrency) : { world: firstWorld(), folder: null };
  const { sandbox, folder, env } = await open({
    ...start,
    world: { ...start.world, ...(behavior === undefined ? {} : { behavior }) },
  });
  const before = recordsIn(folder);
  const command = {
    enable: ['enable', ...scope],
    rollback,
    prove: ['prove', '--account', 'fresh', '--region', 'eu-north-1'],
  }[kills];
  let kill = (): void => undefined;
  // A kill at a record happens in the program itself.
  const proxy = point?.at === 'record' ? null : await proxyTo(sandbox, point, () => kill());
  try {
    const striking =
      point?.at === 'record'
        ? {
            NODE_OPTIONS: `--import ${strike}`,
            CRASH_AT_RECORD: `${String(point.number)}:${point.moment}`,
          }
        : {};
    const rate = kills === 'prove' ? [] : ['--concurrency', String(concurrency)];
    const ended = await run(
      [...command, '--yes', ...rate],
      { ...env, ...(proxy === null ? {} : { AWS_ENDPOINT_URL: proxy.url }), ...striking },
      (killer) => {
        kill = killer;
      },
    );
    return {
      world: sandbox.snapshot(),
      folder,
      calls: proxy?.calls() ?? 0,
      writes: proxy?.writes() ?? new Set(),
      records: recordsIn(folder) - before,
      ended,
    };
  } finally {
    await proxy?.stop();
    await sandbox.stop();
  }
}

function environment(sandbox: Sandbox, folder: string): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DHMC_|CI$|NODE_OPTIONS$|VITEST)/.test(name)),
  );
  return sandboxEnvironment(sandbox, inherited, folder);
}

function journalsIn(folder: string): readonly string[] {
  const state = join(folder, 'state');
  return existsSync(state)
    ? readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.jsonl'),
      )
    : [];
}

const recordsIn = (folder: string): number =>
  journalsIn(folder).reduce(
    (sum, file) => sum + readFileSync(join(folder, 'state', file), 'utf8').split('\n').length - 1,
    0,
  );

interface Then {
  readonly command: readonly string[];
  readonly world: string;
  readonly ended: Ended;
}

/** Continues from a world with the commands in order, on a copy of the state directory. */
async function after(
  from: Standing,
  commands: readonly (readonly string[])[],
  program: Program,
): Promise<{ readonly done: readonly Then[]; readonly damage: readonly string[] }> {
  const { sandbox, folder, env } = await open(from);
  try {
    const done: Then[] = [];
    for (const command of commands) {
      const ended = await program([...command, '--yes'], env);
      done.push({ command, world: settled(sandbox.snapshot()), ended });
    }
    return { done, damage: await damageIn(join(folder, 'state')) };
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The calls, records and final world of an uninterrupted run. */
export async function survey(options: SweepOptions): Promise<{
  readonly calls: number;
  readonly writes: ReadonlySet<number>;
  readonly records: number;
  readonly changes: number;
  readonly world: string;
}> {
  const whole = await interrupted(options, null);
  const text = journalsIn(whole.folder)
    .map((file) => readFileSync(join(whole.folder, 'state', file), 'utf8'))
    .join('');
  rmSync(whole.folder, { recursive: true, force: true });
  if (whole.ended.status !== 0)
    throw new Error(
      `the uninterrupted run ended with ${String(whole.ended.status)}:\n${whole.ended.output}`,
    );
  return {
    calls: whole.calls,
    writes: whole.writes,
    records: whole.records,
    changes: text.split('"type":"change-begun"').length - 1,
    world: settled(whole.world),
  };
}

/** Every point of a run with the given numbers of calls and records. */
export function* pointsOf({
  calls,
  records,
}: {
  readonly calls: number;
  readonly records: number;
}): Generator<Point> {
  for (let number = 1; number <= records; number++)
    for (const moment of ['before', 'torn', 'after'] as const)
      yield { at: 'record', number, moment };
  for (let number = 1; number <= calls; number++)
    for (const moment of ['before', 'after'] as const) yield { at: 'call', number, moment };
}

const resume: readonly string[] = ['resume'];
const rollback: readonly string[] = ['disable', 'rollback'];
/** The exit status of both commands if no run was begun or none is unfinished. */
const nothingToDo = 64;

export interface Outcome {
  /** With a concurrency above one, and with faults, runs vary: some end before the point. */
  readonly killed: boolean;
  /** All differences from the expected outcome; null if there are none. */
  readonly problem: string | null;
}

/** Kills at the point and continues from there with `program`. */
export async function tryPoint(
  options: SweepOptions,
  point: Point,
  expected: string,
  program: Program,
): Promise<Outcome> {
  const left = await interrupted(options, point);
  const killed = left.ended.signal !== null;
  try {
    if (!killed && left.ended.status !== 0)
      return {
        killed,
        problem: `ended with ${String(left.ended.status)}:\n${left.ended.output}`,
      };
    const first = settled(firstWorld());
    const { kills } = options;
    const journalled = journalsIn(left.folder).length > (kills === 'rollback' ? 1 : 0);
    const paths =
      kills === 'prove'
        ? [[rollback]]
        : journalled
          ? [[resume, rollback], [rollback]]
          : [kills === 'enable' ? [resume] : [rollback]];
    const problems: string[] = [];
    for (const path of paths) {
      const { done, damage } = await after(left, path, program);
      problems.push(...damage);
      for (const { command, world, ended } of done) {
        const wanted = journalled && command === resume ? expected : first;
        const fine = world === wanted && (ended.status === 0 || ended.status === nothingToDo);
        if (!fine)
          problems.push(
            `after ${command.join(' ')} (${String(ended.status)}): ${world === wanted ? '' : `another world:\n${world}\n`}${ended.output}`,
          );
      }
    }
    return { killed, problem: problems.length === 0 ? null : problems.join('\n') };
  } finally {
    rmSync(left.folder, { recursive: true, force: true });
  }
}
