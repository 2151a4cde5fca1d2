/** Who comes first in waves, through the commands. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { openConsole, type Console, type Ran } from '../support/in-process.ts';
import { accountId, managementAccount, simpleWorld, unitId } from '../support/simple-world.ts';

const world = simpleWorld({
  accounts: [
    { name: 'prod', unit: 'Workloads/Prod' },
    { name: 'dev', unit: 'Workloads/Dev' },
    { name: 'twin', unit: 'Sandbox' },
    { name: 'twin', unit: 'Labs' },
    { name: 'spare, old', unit: 'Labs' },
  ],
});

const wavesIn = ({ stdout }: Ran): Readonly<Record<string, number | null>> => {
  const { targets } = JSON.parse(stdout) as Report;
  return Object.fromEntries(targets.map(({ account, wave = null }) => [account, wave]));
};
const inWave = (ran: Ran, wave: number): readonly string[] =>
  Object.entries(wavesIn(ran))
    .filter(([, of]) => of === wave)
    .map(([account]) => account)
    .sort();

describe('--wave-first', () => {
  let console: Console;
  let folder: string;
  beforeEach(async () => {
    console = await openConsole(world);
    folder = mkdtempSync(join(tmpdir(), 'dhmc-waves-'));
  });
  afterEach(async () => {
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['an id', accountId(1), [accountId(1)]],
    ['a name', 'dev', [accountId(2)]],
    ['a name with a comma', 'spare, old', [accountId(5)]],
    ['a unit by its path', 'Workloads', [accountId(1), accountId(2)]],
    ['a unit by its id', unitId('Workloads/Prod'), [accountId(1)]],
    ['several', `${accountId(2)},${accountId(5)}`, [accountId(2), accountId(5)]],
  ])('accepts %s', async (_, first, expected) => {
    const ran = await console.run([
      ...['enable', '--org', '--dry-run', '-o', 'json'],
      ...['--waves', `${String(expected.length)},100%`, '--wave-first', first],
    ]);
    expect(ran.status).toBe(0);
    expect(inWave(ran, 1)).toEqual(expected);
    expect(inWave(ran, 2)).toContain(managementAccount);
  });

  it.each([
    ['an unknown name', ['--waves', '1,100%', '--wave-first', 'nobody'], '"nobody" is neither'],
    ['an ambiguous name', ['--waves', '1,100%', '--wave-first', 'twin'], 'names several'],
    [
      'the management account',
      ['--waves', '1,100%', '--wave-first', managementAccount],
      'the management account is always last',
    ],
    ['no waves', ['--wave-first', 'dev'], '--wave-first needs --waves.'],
  ])('refuses %s', async (_, args, text) => {
    const { status, stderr } = await console.run(['enable', '--org', '--dry-run', ...args]);
    expect(status).toBe(64);
    expect(stderr).toContain(text);
  });

  it('applies to a resume of the run', async () => {
    const args = ['enable', '--org', '--waves', '1,3,100%', '--wave-first', 'prod', '-o', 'json'];
    const stopped = await console.run(args, ['y', 'n']);
    expect(stopped.status).toBe(1);
    expect(inWave(stopped, 1)).toEqual([accountId(1)]);
    expect(stopped.stderr).toContain('Wave 1 of 3 is done: 1 of 6 accounts.');
    const resumed = await console.run(['resume', '-o', 'json'], ['y', 'y', 'y']);
    expect(resumed.status).toBe(0);
    expect(inWave(resumed, 3)).toContain(managementAccount);
  });

  it('applies to a saved plan', async () => {
    const plan = join(folder, 'plan.json');
    const waves = ['--waves', '1,100%', '--wave-first', 'prod'];
    const saved = await console.run([
      ...['enable', '--org', '--dry-run', '-o', 'json', '--save-plan', plan],
      ...waves,
    ]);
    expect(inWave(saved, 1)).toEqual([accountId(1)]);
    const applied = await console.run(['apply', plan, '-o', 'json'], ['y', 'y']);
    expect(applied.status).toBe(0);
    expect(wavesIn(applied)).toEqual(wavesIn(saved));
    expect(applied.stderr).toContain(`Done without failures: prod (${accountId(1)}).`);
  });
});
