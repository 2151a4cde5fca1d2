/** Measures start-up: medians of interleaved runs, in milliseconds. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './cases.ts';
import { environmentFor, run } from './processes.ts';

export type StartUp = Readonly<Record<string, number>>;

/** The file contains no types, so it can run unbundled, and then loads the packages from where they are installed. */
const loadClients = readFileSync(join(import.meta.dirname, 'load-clients.ts'), 'utf8');

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

export async function compareStartUp(
  { folder, server, program }: Bench,
  rounds: number,
): Promise<StartUp> {
  await server.setUp({
    world: 'whole',
    accounts: 2,
    latencyMs: 0,
    slowAccount: null,
    instancesPerCell: 0,
    rolesPerAccount: 0,
  });
  const plain =
    (args: readonly string[], cwd = folder) =>
    async (): Promise<number> => {
      const started = performance.now();
      spawnSync(process.execPath, args, {
        stdio: 'ignore',
        cwd,
        env: environmentFor(folder, server.url),
      });
      return performance.now() - started;
    };
  const measured = (args: readonly string[]) => async (): Promise<number> =>
    (await run(folder, server.url, args)).wallMs;
  const contenders: Readonly<Record<string, () => Promise<number>>> = {
    'node -e 0': plain(['-e', '0']),
    'dhmc --version': plain([program, '--version']),
    'dhmc --help': plain([program, '--help']),
    'loading the clients, installed': plain(
      ['--input-type=module', '--eval', loadClients],
      import.meta.dirname,
    ),
    'loading the clients, bundled': measured([join(folder, 'load-clients.mjs')]),
    'status on one account': measured([
      program,
      'status',
      '--account',
      '100000000001',
      '-o',
      'json',
      '--quiet',
    ]),
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1)
    for (const [name, time] of Object.entries(contenders))
      times.set(name, [...(times.get(name) ?? []), await time()]);
  return Object.fromEntries([...times].map(([name, taken]) => [name, median(taken)]));
}
