/** `dhmc sandbox [-- COMMAND …]`: serves a world until it is stopped, or while a command runs. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLines, sandboxEnvironment } from './environment.ts';
import type { Sandbox } from './sandbox.ts';
import { startSandbox } from './server.ts';
import type { World } from './world.ts';

export interface SandboxOptions {
  /** Generates a world with this many accounts, instead of the default world. */
  readonly accounts?: number;
  /** The seed of the generated world. Default: 1. */
  readonly seed?: number;
  /** How many EC2 instances the generated world has. Default: none. */
  readonly instances?: number;
  /** A world file, instead of the default or a generated world. */
  readonly world?: string;
  /** A proof file. The behavior that it observed overrides the world's own. */
  readonly like?: string;
  /** The delay before every response, in milliseconds; overrides the world's. */
  readonly latencyMs?: number;
  /** Default: any free port. */
  readonly port?: number;
  /** Write the world to standard output as YAML, and start no server. */
  readonly printWorld?: boolean;
}

/** An output stream. A promise from `write` is awaited; it rejects if the text cannot be written. */
interface Sink {
  write(text: string): unknown;
}

export interface SandboxRun {
  readonly options: SandboxOptions;
  /** The command with its arguments; empty for none. It inherits this process's standard streams. */
  readonly command: readonly string[];
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** `process`, or a stand-in in tests: emits SIGINT, SIGTERM and SIGHUP. */
  readonly signals: {
    on(signal: NodeJS.Signals, listener: () => void): unknown;
    off(signal: NodeJS.Signals, listener: () => void): unknown;
  };
  /** The inherited environment. Default: this process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The sandbox could not be started with these options. Has a hint, like the errors of `readWorld`. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Resolves to the exit status: the command's own (128 plus the signal number if a signal ended it, 127 or 126 if it
 * could not be started), or 0 if a signal stopped the sandbox. Rejects with `SandboxError` or `WorldError` for
 * options that do not work.
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
    // Listens for signals before it prints that it is ready: a reader may stop it at once.
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
    // A terminal sends SIGINT and SIGHUP to the whole foreground process group. Forwarding them would deliver them to
    // the command twice.
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
