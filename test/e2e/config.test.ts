/** A configuration file in the working directory of the built program. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { simpleWorld } from '../support/simple-world.ts';
import { openBench, programPath, start, type Bench, type Ended } from '../support/built-program.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(
    simpleWorld({
      accounts: [
        { name: 'Shop', unit: 'Workloads/Prod' },
        { name: 'Search', unit: 'Workloads/Prod' },
        { name: 'Shop Dev', unit: 'Workloads/Dev' },
      ],
    }),
  );
});
afterAll(() => bench.stop());

const names = ['dhmc.config.yaml', 'dhmc.config.json'];
const write = (text: string, name = 'dhmc.config.yaml'): void =>
  writeFileSync(join(bench.folder, name), text);
afterEach(() => {
  for (const name of names) rmSync(join(bench.folder, name), { force: true });
});

const run = (...args: readonly string[]): Promise<Ended> =>
  start(args, bench.env, { cwd: bench.folder }).ended;

describe('dhmc.config.yaml', () => {
  it('sets the scope, and the first lines say so', async () => {
    write('ou: Workloads/Prod # canary first\nregion: [eu-west-1]\n');
    const { status, stdout, stderr } = await run('enable', '--dry-run', '-o', 'json');
    expect(status).toBe(0);
    expect(stderr).toContain('OU Workloads/Prod; regions eu-west-1 (from dhmc.config.yaml)');
    const { targets } = JSON.parse(stdout) as { targets: { region?: string }[] };
    expect(new Set(targets.map(({ region }) => region ?? 'eu-west-1'))).toEqual(
      new Set(['eu-west-1']),
    );
  });

  it('cannot select accounts for disable, and the output says so', async () => {
    write('ou: Workloads/Prod\n');
    const bare = await run('disable', '--dry-run');
    expect(bare.status).toBe(64);
    expect(bare.stderr).toContain('only on the command line, not from ou in dhmc.config.yaml:1');
    const named = await run('disable', '--dry-run', '--ou', 'Workloads/Dev', '-o', 'json');
    expect(named.stderr.replace(/\s+/g, ' ')).toMatch(
      / OU Workloads\/Dev \(from the command line\); every region that the account has enabled Not used: ou in dhmc\.config\.yaml:1 /,
    );
    write('ou: Workloads/Prod\nexclude-account: Search\n');
    const mixed = await run('disable', '--dry-run', '--ou', 'Workloads/Dev', '-o', 'json');
    expect(mixed.stderr).toContain('Not used:     ou in dhmc.config.yaml:1\n');
  });

  it('applies check only to status and dry runs', async () => {
    write('check: true\nou: Workloads/Prod\n');
    expect((await run('status', '-o', 'json')).status).toBe(2);
    expect((await run('enable', '--dry-run', '-o', 'json')).status).toBe(2);
    expect((await run('enable', '-o', 'json')).stderr).toContain('--yes');
  });

  it('has its errors reported as JSON if it or the command line asks for JSON', async () => {
    write('output: json\n');
    expect(JSON.parse((await run('enable')).stdout)).toMatchObject({
      schema: 'dhmc.error/v1',
      error: { code: 'usage' },
    });
    write('yes: true\n');
    const { status, stdout } = await run('enable', '--org', '-o', 'json');
    expect(status).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        message: expect.stringContaining(
          'line 1: yes: not allowed in a file: it is too risky',
        ) as string,
      },
    });
  });

  it.each([
    ['an invalid command line', 'output: json\n', ['status', '--bogus']],
    ['another error in the file', 'output: json\nbogus: 1\n', ['status']],
  ])('sets the error format for %s', async (_, text, line) => {
    write(text);
    const { status, stdout } = await run(...line);
    expect(status).toBe(64);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'dhmc.error/v1', action: 'status' });
    expect((await run(...line, '-o', 'csv')).stdout).toBe('');
  });

  it('cannot be combined with dhmc.config.json', async () => {
    write('org: true');
    write('{}', 'dhmc.config.json');
    const { status, stderr } = await run('status');
    expect(status).toBe(64);
    expect(stderr).toContain('two configuration files');
    expect((await run('config', 'show', '--config', 'dhmc.config.json')).status).toBe(0);
  });

  it('is shown by config show with masked secrets', async () => {
    write('external-id: s3cret\nrole-name: [Ops]\n');
    const { stdout } = await run('config', 'show', '-o', 'json');
    const { options, file } = JSON.parse(stdout) as {
      file: string;
      options: { name: string; value: unknown; from: string[] }[];
    };
    expect(file).toBe('dhmc.config.yaml');
    expect(options.find(({ name }) => name === 'role-name')).toMatchObject({
      value: ['Ops'],
      source: 'file',
      from: ['dhmc.config.yaml:2'],
    });
    expect(options.find(({ name }) => name === 'external-id')).toMatchObject({ value: '***' });
    const table = await run('config');
    expect(table.stdout + stdout).not.toContain('s3cret');
    expect(table.stdout).toMatch(/role-name\s+Ops\s+dhmc\.config\.yaml:2/);
  });

  it('is not read for help, version and completion', () => {
    write('regoin: x');
    for (const args of [['--version'], ['enable', '--help'], ['completion', 'bash']]) {
      expect(
        spawnSync(process.execPath, [programPath, ...args], { cwd: bench.folder, env: bench.env })
          .status,
      ).toBe(0);
    }
  });
});
