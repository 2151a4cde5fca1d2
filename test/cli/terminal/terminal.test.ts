import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StreamError } from '../../../src/cli/terminal/streams.ts';
import { openTerminal, type LogFormat } from '../../../src/cli/terminal/terminal.ts';

const open = (
  {
    tty = {},
    environment = {},
    logFormat = 'text',
    colorAllowed = true,
  }: {
    tty?: { stdin?: boolean; stdout?: boolean; stderr?: boolean };
    environment?: Record<string, string>;
    logFormat?: LogFormat;
    colorAllowed?: boolean;
  } = {},
  stdout: Writable = new PassThrough(),
) => {
  const stream = (isTTY = false) => Object.assign(new PassThrough(), { isTTY });
  const stderr = stream(tty.stderr);
  const terminal = openTerminal(
    {
      stdin: stream(tty.stdin),
      stdout: Object.assign(stdout, { isTTY: tty.stdout ?? false }),
      stderr,
    },
    environment,
    { colorAllowed, logFormat },
  );
  return { terminal, stderr };
};
const all = { stdin: true, stdout: true, stderr: true };

describe('a terminal', () => {
  it.each([
    [{ tty: all }, { interactive: true, live: true }],
    [{ tty: { ...all, stdin: false } }, { interactive: false, live: true }],
    [{ tty: { ...all, stderr: false } }, { interactive: false, live: false }],
    [{ tty: { ...all, stdout: false } }, { interactive: true, live: true }],
    [
      { tty: all, logFormat: 'json' },
      { interactive: false, live: false },
    ],
    [
      { tty: all, environment: { CI: '1' } },
      { interactive: true, live: false },
    ],
    [
      { tty: all, environment: { TERM: 'dumb' } },
      { interactive: true, live: false },
    ],
  ] as const)('with %j is %j', (options, expected) => {
    expect(open(options).terminal).toMatchObject(expected);
  });

  it.each([
    [{ tty: all }, true],
    [{}, false],
    [{ environment: { FORCE_COLOR: '1' } }, true],
    [{ environment: { FORCE_COLOR: '0' } }, false],
    [{ tty: all, environment: { NO_COLOR: '1' } }, false],
    [{ tty: all, environment: { NO_COLOR: '' } }, true],
    [{ tty: all, environment: { TERM: 'dumb' } }, false],
    [{ tty: all, colorAllowed: false, environment: { FORCE_COLOR: '1' } }, false],
  ])('with %j has color: %s', (options, color) => {
    expect(open(options).terminal.outStyle.color).toBe(color);
  });
});

describe('output', () => {
  const failing = (code: string): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
    }).on('error', () => undefined);

  it('to a closed pipe succeeds, and to a full disk fails', async () => {
    await expect(open({}, failing('EPIPE')).terminal.write('x')).resolves.toBeUndefined();
    await expect(open({}, failing('ENOSPC')).terminal.write('x')).rejects.toThrow(StreamError);
  });

  it('is one JSON object a line with --log-format json', () => {
    const { terminal, stderr } = open({ logFormat: 'json' });
    terminal.log('One\ntwo.\n', { level: 'warn', event: 'call', facts: { ms: 1 } });
    terminal.log('Three.\n');
    const lines = String(stderr.read()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 'warn', event: 'call', ms: 1, message: 'One\ntwo.' }),
      expect.objectContaining({ level: 'info', event: 'message', message: 'Three.' }),
    ]);
  });
});

describe('a prompt', () => {
  it('gives the typed answer, or null where the input ends', async () => {
    const stdin = new PassThrough();
    const stderr = new PassThrough();
    const terminal = openTerminal(
      { stdin, stdout: new PassThrough(), stderr },
      {},
      {
        colorAllowed: false,
        logFormat: 'text',
      },
    );
    const { signal } = new AbortController();
    const asked = terminal.ask('First.\nAgain? ', signal);
    stdin.write('yes\n');
    expect(await asked).toBe('yes');
    expect(String(stderr.read())).toContain('First.\nAgain? ');
    const again = terminal.ask('Again? ', signal);
    stdin.end();
    expect(await again).toBe(null);
    // The next message begins on a new line.
    expect(String(stderr.read())).toMatch(/Again\? \n$/);
  });
});
