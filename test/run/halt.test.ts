import { describe, expect, it } from 'vitest';
import { StreamError } from '../../src/cli/terminal/streams.ts';
import { haltOn } from '../../src/run/halt.ts';

describe('a run that stops', () => {
  it('continues until it is stopped, and keeps the first reason', () => {
    const halt = haltOn(undefined);
    expect([halt.isOver(), halt.stopped()]).toEqual([false, null]);
    halt.stop('network', 'One.');
    halt.stop('journal', 'Two.');
    expect(halt.stopped()).toEqual({ reason: 'network', message: 'One.' });
    expect(halt.isOver()).toBe(true);
  });

  it('can begin no more accounts and finish those in flight', () => {
    const halt = haltOn(undefined);
    halt.stopAccounts('failure-tolerance', 'Too many.');
    expect(halt.stopped()?.reason).toBe('failure-tolerance');
    expect(halt.isOver()).toBe(false);
    halt.stop('journal', 'Full.');
    expect(halt.isOver()).toBe(true);
    expect(halt.stopped()?.reason).toBe('failure-tolerance');
  });

  it('is stopped by an interruption, before it began or later', () => {
    expect(haltOn(AbortSignal.abort()).stopped()).toEqual({
      reason: 'interrupted',
      message: 'The run was interrupted.',
    });
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    controller.abort();
    expect(halt.isOver()).toBe(true);
  });

  it('says that standard error is gone where that interrupts it', () => {
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    controller.abort(new StreamError('error', { code: 'EIO' }));
    expect(halt.stopped()?.message).toContain('Standard error cannot be written');
  });

  it('hears no interruption once it is over', () => {
    const controller = new AbortController();
    const halt = haltOn(controller.signal);
    halt.release();
    controller.abort();
    expect(halt.stopped()).toBe(null);
  });
});
