import { describe, expect, it, onTestFinished } from 'vitest';
import { openInterruption, type InterruptionReactions } from '../../../src/cli/terminal/signals.ts';

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Name = (typeof names)[number];
const silent: InterruptionReactions = { onFirst() {}, onSecond() {} };
const nohup = { _: '/usr/bin/nohup' };
const counts = () => names.map((name) => process.listenerCount(name));

/** Listens for the signals. `send` calls the listeners for a signal, without sending one. */
function listen(environment: NodeJS.ProcessEnv, onFirst: () => void = silent.onFirst) {
  const before = Object.fromEntries(names.map((name) => [name, process.listeners(name)]));
  const interruption = openInterruption(environment);
  const listening = interruption.listen({ ...silent, onFirst });
  onTestFinished(() => listening[Symbol.dispose]());
  return {
    listening,
    signal: interruption.signal,
    send: (name: Name): void => {
      for (const listener of process.listeners(name))
        if (before[name]?.includes(listener) === false) listener(name);
    },
  };
}

describe('an interruption', () => {
  it.each(names)('stops the command gracefully at the first %s', (name) => {
    let said = 0;
    // The environment here has no sign of nohup, so no signal counts as ignored.
    const { signal, send } = listen({ _: '/bin/sh' }, () => void (said += 1));
    if (name !== 'SIGHUP' || process.listenerCount('SIGHUP') > 0) send(name);
    expect([signal.aborted, said]).toEqual([true, 1]);
  });

  it('removes its listeners when it is disposed of', () => {
    const before = counts();
    const { listening } = listen({ _: '/bin/sh' });
    listening[Symbol.dispose]();
    expect(counts()).toEqual(before);
  });

  it('leaves an ignored hangup ignored, with one listener for several calls', () => {
    listen(nohup);
    const before = process.listenerCount('SIGHUP');
    const { signal, send } = listen(nohup);
    send('SIGHUP');
    expect(signal.aborted).toBe(false);
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});
