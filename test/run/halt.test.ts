import { describe, expect, it } from 'vitest';
import { StreamError } from '../../src/cli/terminal/streams.ts';
import { haltOn } from '../../src/run/halt.ts';

describe('the halt of a run', () => {
  it('happens on the first stop, whose reason it keeps', () => {
    const halt = haltOn(undefined);
    expect([halt.isOver(), halt.stopped()]).toEqual([false, null]);
    halt.stop('network', 'One.');
    halt.stop('journal', 'Two.');
    expect(halt.stopped()).toEqual({ reason: 'network', message: 'One.' });
    expect(halt.isOver()).toBe(true);
  });

  it('can prevent new accounts while those in flight finish', () => {
    const halt = haltOn(undefined);
    halt.stopAccounts('failure-tolerance', 'Too many.');
    expect(halt.stopped()?.reason).toBe('failure-tolerance');
    expect(halt.isOver()).toBe(false);
    halt.stop('journal', 'Full.');
    expect(halt.isOver()).toBe(true);
    expect(halt.stopped()?.reason).toBe('failure-tolerance');
  });

  it('happens on an interruption, before the run or during it', () => {
    expect(haltOn(AbortSignal.abort()).stopped()).toEqual({
      reason: 'interrupted',
      message: 'The run was interrupted.',
    });
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    controller.abort();
    expect(halt.isOver()).toBe(true);
  });

  it('has its own message if standard error was closed', () => {
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    controller.abort(new StreamError('error', { code: 'EIO' }));
    expect(halt.stopped()?.message).toContain('Standard error cannot be written');
  });

  it('ignores interruptions after the run', () => {
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    halt.release();
    controller.abort();
    expect(halt.stopped()).toBe(null);
  });
});
