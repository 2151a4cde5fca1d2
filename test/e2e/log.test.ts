/** The log on standard error: JSON lines for machines, and --verbose. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, start, type Bench } from '../support/built-program.ts';
import { simpleWorld } from '../support/simple-world.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(simpleWorld({ accounts: [{ name: 'shop' }] }));
});
afterAll(() => bench.stop());

interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly message: string;
  readonly operation?: string;
  readonly code?: string;
}

const linesOf = (stderr: string): readonly LogLine[] =>
  stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);

describe('--log-format json', () => {
  it('writes one JSON object per line for the messages and calls of a run', async () => {
    const { stdout, stderr, status } = await bench.run(
      'enable',
      '--org',
      '--yes',
      '--verbose',
      '--log-format',
      'json',
      '-o',
      'json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'dhmc.report/v1' });
    const lines = linesOf(stderr);
    for (const line of lines)
      expect(line).toMatchObject({
        time: expect.any(String) as string,
        message: expect.any(String) as string,
      });
    expect(lines.find(({ operation }) => operation === 'UpdateServiceSetting')).toMatchObject({
      level: 'debug',
      event: 'call',
      service: 'ssm',
      account: expect.stringMatching(/^\d{12}$/) as string,
      region: expect.any(String) as string,
      ms: expect.any(Number) as number,
      outcome: 'ok',
    });
    expect(
      lines.filter(({ event }) => event === 'message').map(({ message }) => message),
    ).toContainEqual(expect.stringMatching(/^Journal: /));
    expect(stderr).not.toContain('\u001B');
  });

  it.each([
    [['status', '--bogus'], {}],
    [['status', '--account', 'nobody'], {}],
    [['enable', '--org'], {}],
    [['status', '--account', 'nobody'], { DHMC_LOG_FORMAT: 'json' }],
  ])('reports errors in the same format: %j', async (args, extra) => {
    const given = 'DHMC_LOG_FORMAT' in extra ? args : [...args, '--log-format=json'];
    const { stderr, status } = await start(given, { ...bench.env, ...extra }).ended;
    expect(status).toBe(64);
    expect(linesOf(stderr).at(-1)).toMatchObject({
      level: 'error',
      event: 'error',
      code: 'usage',
      hint: expect.any(String) as string,
    });
  });

  it('refuses other formats', async () => {
    const { stderr, status } = await bench.run('status', '--log-format', 'xml');
    expect(status).toBe(64);
    expect(stderr).toContain('Choose from text, json.');
  });
});

describe('--verbose', () => {
  it('prints the service, account, region, duration and outcome of each call, without secrets', async () => {
    const { stderr } = await bench.run(
      'status',
      '--verbose',
      '--quiet',
      '--external-id',
      'not-to-be-told',
    );
    const calls = stderr.split('\n').filter((line) => line !== '');
    expect(calls.length).toBeGreaterThan(5);
    for (const call of calls)
      expect(call).toMatch(/^[a-z]+:\w+ +(\d{12}|-) +[a-z]{2}-[a-z]+-\d +\d+ ms \w+$/);
    expect(calls.some((call) => call.startsWith('ssm:GetServiceSetting '))).toBe(true);
    expect(stderr).not.toContain('not-to-be-told');
  });
});
