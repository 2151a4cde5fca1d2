import { describe, expect, it } from 'vitest';
import { plannedTarget } from '../../src/core/planning/planned-targets.ts';
import { known, type Setting } from '../../src/core/model/model.ts';
import type { WriteResult } from '../../src/run/cloud.ts';
import { trackConnectivity } from '../../src/run/connectivity.ts';
import { executeChange, type Step } from '../../src/run/execute.ts';
import { haltOn } from '../../src/run/halt.ts';
import { memoryCloud, problem } from '../support/memory-cloud.ts';

const target = plannedTarget(
  { kind: 'setting', account: '1', region: 'eu-west-1' },
  { state: 'disabled', verdict: 'would-change', from: null, to: 'Role', stateAfter: 'enabled' },
);

/** A step over one value whose writes have the given results, and a log of what was done. */
const running = (
  writes: readonly (WriteResult | 'lost-done' | 'nothing')[],
  { value = null as string | null, records = true } = {},
) => {
  const { clock, cloud } = memoryCloud([]);
  const log: string[] = [];
  const left = [...writes];
  const halt = haltOn(undefined);
  const setting = (): Setting => ({ value, pending: false, modifiedBy: 'me', modifiedAt: 't' });
  const step: Step<Setting> = {
    target,
    read: () => {
      log.push('read');
      return Promise.resolve(known(setting()));
    },
    judge: (seen) => (seen.value === 'Role' ? 'after' : seen.value === null ? 'before' : 'moved'),
    madeBy: () => 'unclear',
    write: () => {
      log.push('write');
      const next = left.shift() ?? { ok: true };
      if (next === 'nothing') return Promise.resolve({ ok: true });
      if (next === 'lost-done' || next.ok) value = 'Role';
      return Promise.resolve(
        next === 'lost-done' ? { ok: false, kind: 'lost', problem: problem('aws-error') } : next,
      );
    },
    seen: (seen) => ({ state: 'enabled', ...seen }),
    moved: () => problem('changed-since'),
  };
  const run = () =>
    executeChange(
      {
        clock,
        halt,
        reach: trackConnectivity(clock, cloud),
        visibleUntil: 0,
        silentUntil: Infinity,
        begin: () => {
          log.push('record');
          return Promise.resolve(records);
        },
      },
      step,
    );
  return { run, log, halt };
};
const refused = (kind: 'refused' | 'busy' | 'lost'): WriteResult => ({
  ok: false,
  kind,
  problem: problem(kind === 'refused' ? 'denied' : 'aws-error'),
});

describe('a change', () => {
  it('is read, recorded, written and read back, in this order', async () => {
    const { run, log } = running([]);
    expect(await run()).toMatchObject({ verdict: 'changed', value: 'Role', attempts: 1 });
    expect(log).toEqual(['read', 'record', 'write', 'read']);
  });

  it('is not written if the value is already there', async () => {
    const { run, log } = running([], { value: 'Role' });
    expect(await run()).toMatchObject({ verdict: 'in-sync', attempts: 0 });
    expect(log).toEqual(['read']);
  });

  it("does not overwrite someone else's value", async () => {
    const { run, log } = running([], { value: 'Theirs' });
    expect(await run()).toMatchObject({ verdict: 'conflict', value: 'Theirs' });
    expect(log).toEqual(['read']);
  });

  it('is not written if it cannot be recorded', async () => {
    const { run, log } = running([], { records: false });
    expect(await run()).toBe(null);
    expect(log).toEqual(['read', 'record']);
  });

  it('is read again before it is retried if the response was lost', async () => {
    const { run, log } = running(['lost-done']);
    expect(await run()).toMatchObject({ verdict: 'changed', attempts: 1 });
    expect(log).toEqual(['read', 'record', 'write', 'read']);
    const again = running([refused('lost')]);
    expect(await again.run()).toMatchObject({ verdict: 'changed', attempts: 2 });
    expect(again.log).toEqual(['read', 'record', 'write', 'read', 'write', 'read']);
  });

  it("has failed if AWS refuses it, with AWS's problem", async () => {
    const { run, log } = running([refused('refused')]);
    expect(await run()).toMatchObject({
      verdict: 'failed',
      problem: { code: 'denied' },
      value: null,
    });
    expect(log.filter((what) => what === 'write')).toHaveLength(1);
  });

  it('is retried after a concurrent update', async () => {
    const { run } = running([refused('busy'), refused('busy')]);
    expect(await run()).toMatchObject({ verdict: 'changed', attempts: 3 });
  });

  it('has failed if it is accepted but never visible', async () => {
    const { run } = running(['nothing']);
    expect(await run()).toMatchObject({ verdict: 'failed', attempts: 1 });
  });

  it('is not started after the run has stopped', async () => {
    const { run, log, halt } = running([]);
    halt.stop('interrupted', 'Stop.');
    expect(await run()).toBe(null);
    expect(log).toEqual([]);
  });
});
