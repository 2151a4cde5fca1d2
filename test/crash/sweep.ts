/**
 * Kills the built program at every record that it writes and at every call that it makes, and looks whether `resume`
 * then ends in the world of an uninterrupted run, and `disable rollback` in the first one: of an `enable`, and of the
 * rollback of one.
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
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
import { firstWorld, settled } from './world.ts';
import { startSandbox } from '../support/like.ts';

export type Point =
  | { readonly at: 'record'; readonly number: number; readonly moment: 'before' | 'after' | 'torn' }
  | { readonly at: 'call'; readonly number: number; readonly moment: 'before' | 'after' };

export const nameOf = (point: Point): string =>
  `${point.moment} ${point.at} ${String(point.number)}`;

export interface SweepOptions {
  /** What is killed: an `enable`, the rollback of a whole one, or a proof, which a rollback puts back. */
  readonly kills: 'enable' | 'rollback' | 'prove';
  readonly concurrency: number;
  readonly behavior?: Behavior;
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

const strike = fileURLToPath(new URL('strike.mjs', import.meta.url));

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

/** Between the program and the sandbox: counts calls, and strikes before the n-th arrives or after it was answered. */
async function proxyTo(
  sandbox: Sandbox,
  point: Extract<Point, { at: 'call' }> | null,
  struck: () => void,
) {
  let calls = 0;
  let open = 0;
  const forward = (
    incoming: IncomingMessage,
    body: Buffer,
    answered: (status: number, headers: IncomingMessage['headers'], body: Buffer) => void,
  ): void => {
    open += 1;
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: sandbox.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          open -= 1;
          answered(response.statusCode ?? 500, response.headers, Buffer.concat(chunks));
        });
      },
    );
    outgoing.on('error', () => {
      open -= 1;
      incoming.socket.destroy();
    });
    outgoing.end(body);
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      calls += 1;
      const here = point !== null && calls === point.number;
      if (here && point.moment === 'before') return struck();
      forward(incoming, Buffer.concat(chunks), (status, headers, body) => {
        if (here) return struck();
        outgoing.writeHead(status, headers);
        outgoing.end(body);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    calls: () => calls,
    async stop() {
      while (open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const scope = ['--org', '--exclude-account', 'management', '--overwrite'] as const;

interface Interrupted {
  readonly world: World;
  readonly folder: string;
  readonly calls: number;
  readonly records: number;
  readonly ended: Ended;
}

/** One `enable` from the first world, or the rollback of one, killed at the point, or not at all. */
async function interrupted(
  { kills, concurrency, behavior }: SweepOptions,
  point: Point | null,
): Promise<Interrupted> {
  const sandbox = await startSandbox({
    world: { ...firstWorld(), ...(behavior === undefined ? {} : { behavior }) },
  });
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-crash-'));
  const often = ['--concurrency', String(concurrency)];
  if (kills === 'rollback') {
    const enabled = await run(
      ['enable', ...scope, '--yes', ...often],
      environment(sandbox, folder),
    );
    if (enabled.status !== 0)
      throw new Error(
        `the run to roll back ended with ${String(enabled.status)}:\n${enabled.output}`,
      );
  }
  const before = recordsIn(folder);
  const command = {
    enable: ['enable', ...scope],
    rollback,
    prove: ['prove', '--account', 'fresh', '--region', 'eu-north-1'],
  }[kills];
  let kill = (): void => undefined;
  const proxy = await proxyTo(sandbox, point?.at === 'call' ? point : null, () => kill());
  try {
    const env = { ...environment(sandbox, folder), AWS_ENDPOINT_URL: proxy.url };
    const striking =
      point?.at === 'record'
        ? {
            NODE_OPTIONS: `--import ${strike}`,
            CRASH_AT_RECORD: `${String(point.number)}:${point.moment}`,
          }
        : {};
    const rate = kills === 'prove' ? [] : often;
    const ended = await run([...command, '--yes', ...rate], { ...env, ...striking }, (killer) => {
      kill = killer;
    });
    return {
      world: sandbox.snapshot(),
      folder,
      calls: proxy.calls(),
      records: recordsIn(folder) - before,
      ended,
    };
  } finally {
    await proxy.stop();
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

/** Goes on from a world with one command after the other, on a copy of the state directory. */
async function after(
  from: Interrupted,
  commands: readonly (readonly string[])[],
): Promise<readonly Then[]> {
  const sandbox = await startSandbox({ world: from.world });
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-crash-'));
  cpSync(from.folder, folder, { recursive: true });
  try {
    const done: Then[] = [];
    for (const command of commands) {
      const ended = await run([...command, '--yes'], environment(sandbox, folder));
      done.push({ command, world: settled(sandbox.snapshot()), ended });
    }
    return done;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What an uninterrupted run takes and makes. */
export async function survey(options: SweepOptions): Promise<{
  readonly calls: number;
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
    records: whole.records,
    changes: text.split('"type":"change-begun"').length - 1,
    world: settled(whole.world),
  };
}

/** Every point of a run that takes so many calls and records. */
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
/** The exit status of both where no run was begun, or none is left unfinished. */
const nothingToDo = 64;

/** What is wrong after a kill at the point; null where all is as it must be. */
export async function tryPoint(
  options: SweepOptions,
  point: Point,
  expected: string,
): Promise<string | null> {
  const killed = await interrupted(options, point);
  try {
    // At a concurrency of more than one, and with faults, runs differ: this one may have ended before the point.
    if (killed.ended.signal === null && killed.ended.status !== 0)
      return `ended with ${String(killed.ended.status)}:\n${killed.ended.output}`;
    const first = settled(firstWorld());
    const { kills } = options;
    const journalled = journalsIn(killed.folder).length > (kills === 'rollback' ? 1 : 0);
    const paths =
      kills === 'prove'
        ? [[rollback]]
        : journalled
          ? [[resume, rollback], [rollback]]
          : [kills === 'enable' ? [resume] : [rollback]];
    const outcomes = await Promise.all(paths.map((path) => after(killed, path)));
    const problems = outcomes.flat().flatMap(({ command, world, ended }) => {
      const wanted = journalled && command === resume ? expected : first;
      const fine = world === wanted && (ended.status === 0 || ended.status === nothingToDo);
      return fine
        ? []
        : [
            `after ${command.join(' ')} (${String(ended.status)}): ${world === wanted ? '' : `another world:\n${world}\n`}${ended.output}`,
          ];
    });
    return problems.length === 0 ? null : problems.join('\n');
  } finally {
    rmSync(killed.folder, { recursive: true, force: true });
  }
}
