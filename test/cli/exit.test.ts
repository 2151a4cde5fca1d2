import { describe, expect, it } from 'vitest';
import { describeError, errorJson, errorText } from '../../src/cli/exit.ts';
import { StreamError } from '../../src/cli/terminal/streams.ts';
import { CommandError, UsageError } from '../../src/core/model/errors.ts';

const going = new AbortController().signal;
const aborted = AbortSignal.abort();
const usage = new UsageError('Wrong.', 'Do it so.');
const denied = new CommandError({ code: 'denied', message: 'No.', hint: 'Ask.', requestId: null });

describe('describeError', () => {
  it.each([
    ['a usage error', usage, going, 64, 'usage'],
    ['a usage error after an interruption', usage, aborted, 64, 'usage'],
    ['a problem', denied, going, 1, 'denied'],
    ['a problem after an interruption', denied, aborted, 130, 'interrupted'],
    ['a full disk', new StreamError('output', { code: 'ENOSPC' }), going, 1, 'interrupted'],
    ['a bug', new TypeError('x is undefined'), going, 70, 'internal-error'],
    ['a bug after an interruption', new TypeError('x'), aborted, 130, 'interrupted'],
    ['a thrown value that is not an error', 'text', going, 70, 'internal-error'],
  ] as const)('gives the status and code of %s', (_, error, signal, status, code) => {
    expect(describeError(error, signal)).toMatchObject({ status, code });
  });

  it('names the type of a bug', () => {
    expect(describeError(new TypeError('x is undefined'), going).message).toBe(
      'Internal error: TypeError: x is undefined',
    );
  });
});

describe('the text of an error', () => {
  const ending = {
    status: 64,
    code: 'usage',
    message: 'One \u001B[31m.\nTwo.',
    hint: 'Fix.',
  } as const;

  it('has aligned lines and escaped untrusted text', () => {
    expect(errorText(ending)).toBe('dhmc: One \\u{1b}[31m.\n      Two.\n      Fix.\n');
    expect(errorText({ ...ending, message: 'One.', hint: '' })).toBe('dhmc: One.\n');
  });

  it('is one JSON object in JSON mode', () => {
    expect(JSON.parse(errorJson(null, ending))).toEqual({
      schema: 'dhmc.error/v1',
      action: null,
      error: { code: 'usage', message: ending.message, hint: 'Fix.' },
    });
  });
});
