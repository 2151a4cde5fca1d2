/** `dhmc demo`: the main job on a simulated organization. Each step runs the real command in its own process. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chalk } from 'chalk';
import { wrap } from '../../render/text-width.ts';
import {
  dhmcSettingId,
  sandboxEnvironment,
  startSandbox,
  type World,
} from '../../sandbox/index.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import type { Invocation } from '../args/command.ts';

interface Step {
  /** How many minutes of the simulated organization's time pass before it. */
  readonly after?: number;
  readonly about: string;
  readonly command: readonly string[];
  readonly status: ExitStatus;
  /** Checks the world after the step; null if it is right, else what is wrong. */
  readonly proof: (before: World, after: World) => string | null;
}

const unit = 'Workloads/Prod';

const steps: readonly Step[] = [
  {
    about:
      'Report on every account and region. It exits with 1, because some of them cannot be read.',
    command: ['status'],
    status: exitStatuses.failure,
    proof: unchanged,
  },
  {
    about:
      'Which instances does Systems Manager manage there, by which role, and why not the others?',
    command: ['coverage', '--ou', unit, '--instances', 'none', '--report-file', 'before.json'],
    status: exitStatuses.ok,
    proof: unchanged,
  },
  {
    about: `What would a rollout to the OU ${unit} change?`,
    command: ['enable', '--ou', unit, '--dry-run'],
    status: exitStatuses.ok,
    proof: unchanged,
  },
  {
    about: 'Roll it out. Every change is written to the journal first and verified afterwards.',
    command: ['enable', '--ou', unit, '--yes', '--quiet'],
    status: exitStatuses.ok,
    proof: (before, after) =>
      settingsIn(after) > settingsIn(before) ? null : 'no setting was made',
  },
  {
    about: 'Check it. With --check, any difference would exit with 2.',
    command: ['status', '--ou', unit, '--check'],
    status: exitStatuses.ok,
    proof: () => null,
  },
  {
    after: 60,
    about:
      'Did it help? An hour passes in the simulated organization, and its agents register. With --check, an instance that is not managed would exit with 2.',
    command: ['coverage', '--ou', unit, '--since', 'before.json', '--check'],
    status: exitStatuses.ok,
    proof: () => null,
  },
  {
    about:
      'Undo it: the journal restores exactly what that run changed, and nothing that others have changed since.',
    command: ['disable', 'rollback', '--yes', '--quiet'],
    status: exitStatuses.ok,
    proof: unchanged,
  },
];

export async function demo({ environment, terminal }: Invocation): Promise<ExitStatus> {
  const chalk = new Chalk({ level: terminal.outStyle.color ? 1 : 0 });
  const { defaultWorld } = await import('../../sandbox/worlds/default.ts');
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-demo-'));
  const sandbox = await startSandbox({ world: defaultWorld() });
  try {
    const ownVariables = Object.fromEntries(
      Object.entries(environment).filter(([name]) => !name.startsWith('DHMC_')),
    );
    const env = {
      ...sandboxEnvironment(sandbox, ownVariables, folder),
      ...(terminal.outStyle.color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    };
    const before = sandbox.snapshot();
    await terminal.write(
      chalk.bold(
        `A simulated organization of ${before.accounts.length} accounts, on ${sandbox.url}. No call leaves this machine.\n`,
      ),
    );
    for (const [index, step] of steps.entries()) {
      await terminal.write(
        `\n${chalk.bold(wrap(`${index + 1}. ${step.about}`, terminal.outStyle.columns, '').join('\n'))}\n\n${chalk.cyan(`$ dhmc ${step.command.join(' ')}`)}\n\n`,
      );
      if (step.after !== undefined) sandbox.advance(step.after * 60_000);
      const status = await runProgram(step.command, env, folder);
      const wrong =
        status === step.status
          ? step.proof(before, sandbox.snapshot())
          : `it exited with ${status} instead of ${step.status}`;
      if (wrong !== null) {
        terminal.log(`The demo failed: ${wrong}.\n`);
        return exitStatuses.failure;
      }
    }
    await terminal.write(
      `\n${chalk.green('✓')} ${chalk.bold('Proven: every setting, role and policy of every account is what it was before the rollout.')}\n`,
    );
    return exitStatuses.ok;
  } finally {
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs in a folder of its own, so that a configuration file of the working directory has no effect. */
function runProgram(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<number> {
  const program = process.argv[1] ?? fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [program, ...args], {
    env,
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? exitStatuses.defect));
  });
}

const dhmcSettings = (world: World): readonly (readonly [string, string])[] =>
  world.accounts.flatMap((account) =>
    Object.entries(account.settings ?? {}).flatMap(([region, setting]) =>
      setting.value === null ? [] : [[`${account.id} ${region}`, setting.value] as const],
    ),
  );

const settingsIn = (world: World): number => dhmcSettings(world).length;

/**
 * Compares values, roles and policies. Who wrote a setting last is not compared, since a rollback cannot restore it.
 */
function unchanged(before: World, after: World): string | null {
  const essence = (world: World): readonly string[] => [
    ...dhmcSettings(world).map(([cell, value]) => `${cell} ${dhmcSettingId} = ${value}`),
    ...world.accounts.map(
      (account) =>
        `${account.id} roles ${JSON.stringify(account.roles)} policies ${JSON.stringify(account.policies ?? [])}`,
    ),
  ];
  const [was, is] = [new Set(essence(before)), new Set(essence(after))];
  const gone = [...was].filter((fact) => !is.has(fact));
  const come = [...is].filter((fact) => !was.has(fact));
  return gone.length + come.length === 0
    ? null
    : `the world is not what it was: ${[...gone, ...come].slice(0, 3).join('; ')}`;
}
