import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CommandError } from '../../src/core/model/errors.ts';
import { lockFolder, runAtWork } from '../../src/journal/index.ts';
import { stateDirectory } from './sample.ts';

const mine = { run: '20261122-100000-abc123', since: '2026-11-22T10:00:00.000Z' };
const holderOf = async (folder: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path.join(folder, 'lock'), 'utf8')) as Record<string, unknown>;

/** Leaves a lock as another process would. */
async function leave(folder: string, changes: Record<string, unknown>): Promise<void> {
  const lock = await lockFolder(folder, mine);
  const holder = await holderOf(folder);
  await lock.release();
  await writeFile(path.join(folder, 'lock'), JSON.stringify({ ...holder, ...changes }));
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'close');
  return child.pid ?? 0;
}

describe('the lock', () => {
  test('shows the run of a live process', async () => {
    const folder = await stateDirectory();
    expect(await runAtWork(folder)).toBeNull();
    const lock = await lockFolder(folder, mine);
    expect(await runAtWork(folder)).toBe(mine.run);
    await lock.release();
    await leave(folder, { pid: await deadPid() });
    expect(await runAtWork(folder)).toBeNull();
    await writeFile(path.join(folder, 'lock'), 'not a lock');
    expect(await runAtWork(folder)).toBeNull();
  });

  test('belongs to one writer until that releases it', async () => {
    const folder = await stateDirectory();
    const lock = await lockFolder(folder, mine);
    const refused = await lockFolder(folder, { ...mine, run: 'other' }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(CommandError);
    expect(refused).toMatchObject({
      code: 'concurrent-update',
      hint: expect.stringContaining('Wait') as string,
    });
    for (const part of [hostname(), String(process.pid), mine.since, mine.run])
      expect((refused as CommandError).message).toContain(part);
    await lock.release();
    await (await lockFolder(folder, mine)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('is readable by the user only', async () => {
    const folder = await stateDirectory();
    const lock = await lockFolder(folder, mine);
    expect((await stat(lock.path)).mode & 0o777).toBe(0o600);
  });

  test('of a dead process is taken over', async () => {
    const folder = await stateDirectory();
    await leave(folder, { pid: await deadPid(), run: 'dead' });
    const lock = await lockFolder(folder, mine);
    expect(await holderOf(folder)).toMatchObject({ run: mine.run, pid: process.pid });
    expect(await readdir(folder)).toEqual(['lock']);
    await lock.release();
  });

  test.skipIf(process.platform !== 'linux')(
    'of a dead process whose id another process has now is taken over',
    async () => {
      const folder = await stateDirectory();
      await leave(folder, { started: '1' });
      await (await lockFolder(folder, mine)).release();
    },
  );

  test.skipIf(process.platform !== 'linux')('of a zombie process is taken over', async () => {
    const folder = await stateDirectory();
    // The shell becomes `sleep`, which never waits for its child.
    const shell = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [output] = (await once(shell.stdout, 'data')) as [Buffer];
    const pid = Number(output.toString());
    try {
      await expect
        .poll(() =>
          readFile(`/proc/${String(pid)}/stat`, 'utf8').then((text) => text.includes(') Z ')),
        )
        .toBe(true);
      await leave(folder, { pid });
      await (await lockFolder(folder, mine)).release();
    } finally {
      shell.kill();
    }
  });

  test.skipIf(process.platform !== 'linux')(
    'from before a restart of the machine is taken over',
    async () => {
      const folder = await stateDirectory();
      await leave(folder, { boot: 'an earlier start', machine: null });
      await expect(lockFolder(folder, mine)).rejects.toThrow(CommandError);
      const machine = await readFile('/etc/machine-id', 'utf8').catch(() => '');
      await rm(path.join(folder, 'lock'));
      if (machine.trim() === '') return;
      await leave(folder, { boot: 'an earlier start' });
      await (await lockFolder(folder, mine)).release();
    },
  );

  test.each([
    ['another host', { host: 'elsewhere' }],
    ['another container of this host', { processSpace: 'pid:[1]' }],
  ])('of %s is never taken over, and the hint says how to remove it', async (_, holder) => {
    const folder = await stateDirectory();
    await leave(folder, { pid: await deadPid(), ...holder });
    await expect(lockFolder(folder, mine)).rejects.toMatchObject({
      code: 'concurrent-update',
      hint: expect.stringContaining(`remove ${path.join(folder, 'lock')}`) as string,
    });
  });

  test('that cannot be read is never taken over', async () => {
    const folder = await stateDirectory();
    await writeFile(path.join(folder, 'lock'), '');
    await expect(lockFolder(folder, mine)).rejects.toThrow(/does not name its owner/);
  });

  test('of a dead process is taken over by only one of many processes', async () => {
    for (let round = 0; round < 10; round++) {
      const folder = await stateDirectory();
      await leave(folder, { pid: await deadPid() });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) =>
          lockFolder(folder, { ...mine, run: String(index) }),
        ),
      );
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CommandError);
      await won[0]?.value.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test('is taken over even if another process died during the takeover', async () => {
    const folder = await stateDirectory();
    await leave(folder, { pid: await deadPid() });
    const { nonce } = await holderOf(folder);
    await writeFile(
      path.join(folder, `lock.${String(nonce)}`),
      JSON.stringify({
        ...(await holderOf(folder)),
        nonce: '00000000-0000-4000-8000-000000000000',
      }),
    );
    const lock = await lockFolder(folder, mine);
    expect(await readdir(folder)).toEqual(['lock']);
    await lock.release();
  });

  test('removes the file that a crash left of an unconfirmed run', async () => {
    const folder = await stateDirectory();
    await writeFile(path.join(folder, '.20261122-100000-abc123.jsonl.unfinished'), '');
    const lock = await lockFolder(folder, mine);
    expect(await readdir(folder)).toEqual(['lock']);
    await lock.release();
  });

  test('is not released if it was removed by hand and taken by another process', async () => {
    const folder = await stateDirectory();
    const first = await lockFolder(folder, mine);
    await rm(first.path);
    const second = await lockFolder(folder, { ...mine, run: 'second' });
    await first.release();
    expect(await holderOf(folder)).toMatchObject({ run: 'second' });
    await second.release();
  });
});
