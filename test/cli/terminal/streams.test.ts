import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isBrokenPipe, StreamError, watchStreams } from '../../../src/cli/terminal/streams.ts';

const coded = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('a failing stream', () => {
  it.each([
    ['ENOSPC', 'Standard output cannot be written: no space is left on the disk.'],
    [
      'EIO',
      'Standard output cannot be written: the terminal is gone, or the disk reports an error.',
    ],
    ['EOTHER', 'Standard output cannot be written: EOTHER: it failed.'],
  ])('with %s has the message "%s"', (code, message) => {
    expect(new StreamError('output', coded(code)).message).toBe(message);
  });

  it.each([
    ['EPIPE', true],
    ['ECONNRESET', true],
    ['ERR_STREAM_DESTROYED', true],
    ['ENOSPC', false],
  ])('with %s is a broken pipe: %s', (code, expected) => {
    expect(isBrokenPipe(coded(code))).toBe(expected);
  });

  it('is not a broken pipe without an error code', () => {
    expect(isBrokenPipe('EPIPE')).toBe(false);
  });
});

describe('watchStreams', () => {
  const streams = () => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    return { stdin, stdout, stderr, once: () => process } as unknown as Pick<
      NodeJS.Process,
      'stdin' | 'stdout' | 'stderr' | 'once'
    >;
  };

  it('stops a command only if standard error fails and is not a broken pipe', () => {
    const open = streams();
    const lost = watchStreams(open);
    open.stdin.emit('error', coded('EIO'));
    open.stdout.emit('error', coded('ENOSPC'));
    open.stderr.emit('error', coded('EPIPE'));
    expect(lost.aborted).toBe(false);
    open.stderr.emit('error', coded('ENOSPC'));
    expect(lost.aborted).toBe(true);
    expect(lost.reason).toBeInstanceOf(StreamError);
  });
});
