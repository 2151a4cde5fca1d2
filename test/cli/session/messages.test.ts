import { describe, expect, it } from 'vitest';
import { messagesFor, wrapMessage } from '../../../src/cli/session/messages.ts';
import { silent } from '../../../src/cli/terminal/progress.ts';
import { memoryTerminal } from '../../support/memory-terminal.ts';

const call = {
  service: 'ssm',
  operation: 'GetServiceSetting',
  account: null,
  region: 'eu-west-1',
  ms: 12.6,
  outcome: 'OK\u0007',
} as const;

describe('messages', () => {
  it('end with a line break, and have a level and event for JSON', () => {
    const terminal = memoryTerminal();
    const messages = messagesFor(terminal, { quiet: false }, silent);
    messages.info('One.');
    messages.warn('Two.\n');
    expect(terminal.told).toEqual(['One.\n', 'Two.\n']);
    expect(terminal.logged).toEqual([
      { level: 'info', event: 'message' },
      { level: 'warn', event: 'message' },
    ]);
  });

  it('are only warnings with --quiet', () => {
    const terminal = memoryTerminal();
    const messages = messagesFor(terminal, { quiet: true }, silent);
    messages.info('One.');
    messages.warn('Two.');
    expect(terminal.told).toEqual(['Two.\n']);
  });

  it('show a call in columns, and in JSON with whole milliseconds', () => {
    const terminal = memoryTerminal();
    messagesFor(terminal, { quiet: true }, silent).call(call);
    expect(terminal.told).toEqual([
      'ssm:GetServiceSetting            -            eu-west-1         13 ms OK\\u{7}\n',
    ]);
    expect(terminal.logged[0]).toMatchObject({ level: 'debug', event: 'call', facts: { ms: 13 } });
  });
});

describe('a message on a terminal', () => {
  const wrapped = (text: string, columns: number, logFormat: 'text' | 'json' = 'text') =>
    wrapMessage(text, { logFormat, errorStyle: { color: false, columns } });

  it.each([
    ['dhmc: one two three four five six seven', 'dhmc: one two three four\n      five six seven'],
    ['one two three four five six seven eight', 'one two three four five\n  six seven eight'],
    ['  one two three four five six seven', '  one two three four five\n    six seven'],
    [`a ${'x'.repeat(40)} b`, `a ${'x'.repeat(40)} b`],
    [`\u001B[31m${'one '.repeat(12)}\u001B[0m`, `\u001B[31m${'one '.repeat(12)}\u001B[0m`],
    // Exactly as wide as the terminal: a fitted table must not be wrapped again.
    ['  one two three four five si', '  one two three four five si'],
    ['one two three four five six? [y/N] ', 'one two three four five\n  six? [y/N] '],
    ['', ''],
    // A command that is pasted in two parts would run the first part alone.
    ['Resume it with: dhmc resume 1 --only a', 'Resume it with:\n  dhmc resume 1 --only a'],
    [
      'To apply it: dhmc enable --account one --region two',
      'To apply it:\n  dhmc enable --account one --region two',
    ],
    ['Note: dhmc resume 1 would continue it.', 'Note: dhmc resume 1 would\n  continue it.'],
  ])('is wrapped right: %j', (text, expected) => {
    expect(wrapped(text, 28)).toBe(expected);
  });

  it('is not wrapped in a pipe without COLUMNS, nor in JSON', () => {
    const text = 'one two three four five six seven eight nine';
    expect(wrapped(text, Infinity)).toBe(text);
    expect(wrapped(text, 20, 'json')).toBe(text);
  });
});
