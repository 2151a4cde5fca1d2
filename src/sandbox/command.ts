/** `dhmc sandbox [-- COMMAND …]`: serves a world until it is stopped, or as long as a command runs. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines, sandboxEnvironment } from './environment.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './server.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  /** A generated world of so many accounts, instead of the default one. */
  readonly accounts?: number;
  /** For the generated world. Default: 1. */
  readonly seed?: number;
  /** How many EC2 instances the generated world has. Default: none. */
  readonly instances?: number;
  /** A world file, instead of either. */
  readonly world?: string;
  /** A proof's file: behave as it observed. Adds to the world's own behavior. */
  readonly like?: string;
  /** Milliseconds that every answer waits; wins over the world's. */
  readonly latencyMs?: number;
  /** Default: any that is free. */
  readonly port?: number;
  /** Write the world to standard output as YAML, and serve nothing. */
  readonly printWorld?: boolean;
}

/** Where text goes: a promise of `write` is waited for, and fails where the text cannot be written. */
interface Sink {
  write(text: string): unknown;
}

export interface SandboxRun {
  readonly options: SandboxOptions;
  /** The command with its arguments; empty for none. It has this process's standard streams. */
  readonly command: readonly string[];
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** `process`, or what stands for it in a test: reports SIGINT, SIGTERM and SIGHUP. */
  readonly signals: {
    on(signal: NodeJS.Signals, listener: () => void): unknown;
    off(signal: NodeJS.Signals, listener: () => void): unknown;
  };
  /** The inherited environment. Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The sandbox could not be started as the options say. `readWorld`'s errors have a hint likewise. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Resolves to the exit status: the command's own (128 and the signal's number where one ended it, 127 or 126 where it could not be
 * started), or 0 when the sandbox was stopped by a signal. Rejects with `SandboxError` or `WorldError` for options that do not work.
 */
export async function runSandbox(run: SandboxRun): Promise<number> {
  const { options, command, stdout, stderr } = run;
  const world = await likeProof(await worldOf(options), options.like);
  if (options.printWorld === true) {
    const { printWorld } = await import('./worlds/file.ts');
    await stdout.write(await printWorld(world));
    return 0;
  }
  const sandbox = await start(world, options, (text) => {
    stderr.write(`sandbox: ${text}\n`);
  });
  try {
    if (command.length > 0) return await runCommand(run, sandbox);
    // Listens before it says that it is ready: whoever reads that may stop it at once.
    const stopped = stopSignal(run);
    const directory = await mkdtemp(join(tmpdir(), 'dhmc-sandbox-'));
    try {
      const state = join(directory, 'state');
      await mkdir(state, { mode: 0o700 });
      await stdout.write(exportLines(sandbox, run.environment ?? process.env, state));
      stderr.write(
        `The sandbox serves ${world.accounts.length} accounts on ${sandbox.url}. Ctrl-C stops it.\n`,
      );
      await stopped;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    return 0;
  } finally {
    await sandbox.stop();
  }
}

async function worldOf({ world, accounts, seed, instances }: SandboxOptions): Promise<World> {
  if (world !== undefined) {
    const { readWorld } = await import('./worlds/file.ts');
    return readWorld(world);
  }
  if (accounts !== undefined) {
    const { generateWorld } = await import('./worlds/generate.ts');
    return generateWorld({ accounts, seed: seed ?? 1, instances: instances ?? 0 });
  }
  const { defaultWorld } = await import('./worlds/default.ts');
  return defaultWorld();
}

/** The world with the knobs that a proof's observations set. Throws `WorldError`. */
async function likeProof(world: World, file: string | undefined): Promise<World> {
  if (file === undefined) return world;
  const { readLike } = await import('./like.ts');
  return { ...world, behavior: { ...world.behavior, ...(await readLike(file)) } };
}

async function start(
  world: World,
  { port, latencyMs }: SandboxOptions,
  say: (text: string) => void,
): Promise<Sandbox> {
  try {
    return await startSandbox({
      world,
      complain: say,
      warn: (warning) => {
        say(`warning: ${warning}`);
      },
      ...(port === undefined ? {} : { port }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE' || code === 'EACCES') {
      throw new SandboxError(
        `The sandbox cannot listen on port ${port ?? 0}: ${code === 'EACCES' ? 'not permitted' : 'it is in use'}.`,
        'Choose another port with --port, or leave it out to use any free port.',
      );
    }
    throw error;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const stopSignal = (run: SandboxRun): Promise<void> =>
  new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of signals) run.signals.off(signal, stop);
      resolve();
    };
    for (const signal of signals) run.signals.on(signal, stop);
  });

async function runCommand(run: SandboxRun, sandbox: Sandbox): Promise<number> {
  const [file = '', ...args] = run.command;
  const directory = await mkdtemp(join(tmpdir(), 'dhmc-sandbox-'));
  try {
    const env = sandboxEnvironment(sandbox, run.environment ?? process.env, directory);
    const child = spawn(file, args, { stdio: 'inherit', env });
    // A terminal sends Ctrl-C and its hang-up to the whole foreground group: passed on, they would reach the command twice.
    const forward = signals.map((signal) => {
      const listener = (): void => {
        if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
      };
      run.signals.on(signal, listener);
      return { signal, listener };
    });
    try {
      return await new Promise<number>((resolve) => {
        child.once('error', (error: NodeJS.ErrnoException) => {
          run.stderr.write(
            `The command ${file} cannot be run: ${error.code === 'ENOENT' ? 'it was not found. Give its full path, or add its directory to PATH.' : error.message}\n`,
          );
          resolve(error.code === 'ENOENT' ? 127 : 126);
        });
        child.once('close', (code, signal) => {
          resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
      });
    } finally {
      for (const { signal, listener } of forward) run.signals.off(signal, listener);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
