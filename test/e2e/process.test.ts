/** The program as a process: signals, pipes, streams and loaded modules. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/model/model.ts';
import { defaultWorld } from '../../src/sandbox/worlds/default.ts';
import { generateWorld } from '../../src/sandbox/worlds/generate.ts';
import type { World } from '../../src/sandbox/index.ts';
import { openBench, programPath, start, type Bench } from '../support/built-program.ts';

const benches: Bench[] = [];
const open = async (world: World): Promise<Bench> => {
  const bench = await openBench(world);
  benches.push(bench);
  return bench;
};
afterEach(async () => {
  await Promise.all(benches.splice(0).map((bench) => bench.stop()));
});

const journalsOf = (bench: Bench): readonly string[] =>
  readdirSync(join(bench.folder, 'state'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.jsonl'),
  );

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe('signals', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'the first %s stops the run in order, with a report and status 130',
    async (signal) => {
      const bench = await open(generateWorld({ accounts: 8, seed: 3 }));
      bench.sandbox.setBehavior({ latencyMs: 20 });
      const { child, ended } = start(
        ['enable', '--org', '--yes', '-o', 'json', '--concurrency', '8'],
        bench.env,
      );
      await until(
        () => (bench.sandbox.requests().byOperation['ssm:UpdateServiceSetting'] ?? 0) > 5,
      );
      child.kill(signal);
      const { status, stdout, stderr } = await ended;
      expect(status).toBe(130);
      const report = JSON.parse(stdout) as Report;
      expect(report.summary.verdicts['changed']).toBeGreaterThan(0);
      expect(report.summary.verdicts['not-attempted']).toBeGreaterThan(0);
      expect(stderr).toContain(`dhmc resume ${report.run ?? ''}`);
      const lines = readFileSync(join(bench.folder, 'state', journalsOf(bench)[0] ?? ''), 'utf8')
        .trim()
        .split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toContain(
        'run-stopped',
      );
    },
  );

  it('during planning end the command with status 130 and without a journal', async () => {
    const bench = await open(generateWorld({ accounts: 3, seed: 3 }));
    bench.sandbox.setBehavior({ latencyMs: 200 });
    const { child, ended } = start(['enable', '--org', '--yes', '-o', 'json'], bench.env);
    await until(() => bench.sandbox.requests().total > 3);
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'dhmc.error/v1', action: 'enable' });
    expect(journalsOf(bench)).toEqual([]);
  });
});

describe('output', () => {
  it('contains only the report on standard output', async () => {
    const bench = await open(defaultWorld());
    const { stdout, stderr } = await bench.run(
      'enable',
      '--ou',
      'Workloads/NonProd/Dev',
      '--yes',
      '-o',
      'json',
      '--verbose',
    );
    expect((JSON.parse(stdout) as Report).schema).toBe('dhmc.report/v1');
    expect(stderr).toContain('UpdateServiceSetting');
    const secret = bench.env['AWS_SECRET_ACCESS_KEY'] ?? '';
    expect(secret).not.toBe('');
    for (const text of [
      stdout,
      stderr,
      ...journalsOf(bench).map((file) => readFileSync(join(bench.folder, 'state', file), 'utf8')),
    ]) {
      expect(text).not.toContain(secret);
      expect(text).not.toMatch(/Warning|\n\s+at .*:\d+:\d+/);
    }
  });

  it('is empty on standard error with --quiet', async () => {
    const bench = await open(defaultWorld());
    expect((await bench.run('status', '--account', 'Shop API', '--quiet')).stderr).toBe('');
  });

  it('may be cut off by its reader', async () => {
    const bench = await open(defaultWorld());
    const shell = `"${process.execPath}" "${programPath}" enable --ou Workloads/NonProd/Dev --yes -o json | head -c 10`;
    const child = spawn('/bin/sh', ['-c', shell], {
      env: bench.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).not.toMatch(/EPIPE|\n\s+at /);
    const lines = readFileSync(join(bench.folder, 'state', journalsOf(bench)[0] ?? ''), 'utf8')
      .trim()
      .split('\n');
    expect((JSON.parse(lines.at(-1) ?? '') as { type: string }).type).toBe('run-finished');
  });

  it('to report files has the format of their extension', async () => {
    const bench = await open(defaultWorld());
    const files = ['a.json', 'a.csv', 'a.md', 'a.xml', 'a.html', 'a.txt'].map((name) =>
      join(bench.folder, name),
    );
    const { stdout } = await bench.run(
      'status',
      '--account',
      'Shop API',
      ...files.flatMap((file) => ['--report-file', file]),
    );
    expect(stdout).toContain('dhmc status');
    expect(JSON.parse(readFileSync(files[0] ?? '', 'utf8'))).toMatchObject({
      schema: 'dhmc.report/v1',
    });
    for (const file of files) expect(readFileSync(file, 'utf8')).toContain('Shop API');
  });
});

describe('the sandbox command', () => {
  it('passes on the exit status and keeps every request within the sandbox', async () => {
    let strayRequests = 0;
    const elsewhere = createServer((_, response) => {
      strayRequests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const services = ['SSM', 'IAM', 'STS', 'ORGANIZATIONS', 'ACCOUNT', 'EC2'];
    const env = {
      ...process.env,
      AWS_PROFILE: 'production',
      AWS_SESSION_TOKEN: 'stray',
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      AWS_ENDPOINT_URL: url,
      HTTPS_PROXY: url,
      HTTP_PROXY: url,
      ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    };
    const { status, stdout } = await start(
      [
        'sandbox',
        '--accounts',
        '3',
        '--',
        process.execPath,
        programPath,
        'status',
        '--check',
        '-o',
        'json',
      ],
      env,
    ).ended;
    elsewhere.close();
    expect(status).toBe(2);
    expect((JSON.parse(stdout) as Report).accounts.length).toBeGreaterThanOrEqual(3);
    expect(strayRequests).toBe(0);
  });

  it('prints shell lines when it is ready, and stops on SIGTERM', async () => {
    const { child, ended } = start(['sandbox', '--accounts', '3'], process.env);
    let output = '';
    child.stdout?.on('data', (text: string) => (output += text));
    await until(() => output.includes('AWS_ENDPOINT_URL='));
    expect(output).toMatch(/^unset .*AWS_PROFILE/m);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  });
});

describe('the built program', () => {
  it('loads no SDK client for --version and --help', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const code = readFileSync(file, 'utf8');
      for (const [, path = ''] of code.matchAll(
        /(?:^|;|\n)\s*(?:import|export)\s*(?:[^'"();]*from\s*)?["'](\.[^"']+)["']/g,
      ))
        visit(join(dirname(file), path));
    };
    visit(join(dirname(programPath), '../dist/main.js'));
    const code = [...seen].map((file) => readFileSync(file, 'utf8')).join('\n');
    // Each file adds to the startup time, whatever its size.
    expect(seen.size).toBeLessThan(6);
    expect(code).toContain('dhmc-role');
    // The client's target; names of AWS managed policies begin with the same word.
    expect(code).not.toMatch(/AmazonSSM(?!Managed)|AWSOrganizationsV20161128|SignatureV4/);
  });

  it('loads no EC2 client before instances are read', () => {
    const dist = join(dirname(programPath), '../dist');
    const chunks = readdirSync(join(dist, 'chunks')).map((name) => join('chunks', name));
    const files = [...chunks, 'main.js', 'prebuilt-help.js'].map((name) => ({
      name,
      code: readFileSync(join(dist, name), 'utf8'),
    }));
    const withClient = files.filter(({ code }) => code.includes('DescribeInstancesRequest'));
    expect(withClient.map(({ name }) => name)).toEqual([expect.stringMatching(/chunks\/ec2-/)]);
    const chunk = basename(withClient[0]?.name ?? '');
    const importing = files.filter(({ code }) => code.includes(chunk));
    expect(importing).toHaveLength(1);
    // A dynamic import, not a static one.
    expect(importing[0]?.code).toMatch(/import\(["'`]\.\/ec2-/);
    expect(importing[0]?.code).not.toMatch(/from\s*["']\.\/ec2-/);
  });
});
