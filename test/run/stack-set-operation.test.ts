import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import { known, unknown } from '../../src/core/model/model.ts';
import type { OperationResult, StackSetOperation } from '../../src/core/stack-sets/stack-sets.ts';
import type { StackSetsAccess, StackSetWrite } from '../../src/run/stack-sets-access.ts';
import { aboutSet, follow, runCall, type CallPlan } from '../../src/run/stack-set-operation.ts';
import { memoryCloud, problem } from '../support/memory-cloud.ts';

const refusal = (kind: 'refused' | 'exists' | 'gone' | 'busy' | 'lost'): StackSetWrite => ({
  ok: false,
  kind,
  problem: problem('aws-error', kind),
});
const operation = (status: StackSetOperation['status'], failed = 0): StackSetOperation => ({
  id: 'op',
  action: 'CREATE',
  status,
  failed,
  reason: null,
  endedAt: null,
});
const plan: CallPlan = { ...aboutSet('CreateStackInstances', 'set', 'op', 1) };

const running = (
  statuses: readonly (StackSetOperation | null)[] = [operation('SUCCEEDED')],
  { wait = true, signal = new AbortController().signal } = {},
) => {
  const { clock } = memoryCloud([]);
  const events: RunEvent[] = [];
  const left = [...statuses];
  const asked: (string | null)[] = [];
  const counts: unknown[] = [];
  const access = {
    operation: () =>
      Promise.resolve(known(left.length > 1 ? (left.shift() ?? null) : (left[0] ?? null))),
    results: (_set: string, _id: string, status: string | null) => {
      asked.push(status);
      const result = { account: '1', status: status ?? 'RUNNING' } as unknown as OperationResult;
      return Promise.resolve(known([result]));
    },
  } as unknown as StackSetsAccess;
  const run = {
    ...{ access, clock, signal, wait },
    record: (event: RunEvent) => Promise.resolve(void events.push(event)),
    onProgress: ({ results }: { readonly results: unknown }) => void counts.push(results),
  };
  return { run, events, asked, counts };
};
/** Sends with the given results, one after the other. */
const sending = (...writes: readonly StackSetWrite[]) => {
  const left = [...writes];
  let sent = 0;
  return {
    send: () => {
      sent += 1;
      return Promise.resolve(left.shift() ?? ({ ok: true } as const));
    },
    sent: () => sent,
  };
};

describe('a stack set call', () => {
  it('is recorded before it is sent, and with its outcome afterwards', async () => {
    const { run, events } = running();
    const { send } = sending();
    const before: number[] = [];
    const outcome = await runCall(run, plan, () => {
      before.push(events.length);
      return send();
    });
    expect(before).toEqual([1]);
    expect(outcome).toEqual({
      status: 'SUCCEEDED',
      failed: 0,
      unfinished: [],
      problem: null,
      endedAt: null,
    });
    expect(events).toMatchObject([
      { type: 'stack-set-call-begun', call: 'CreateStackInstances', operation: 'op' },
      { type: 'stack-set-call-ended', status: 'SUCCEEDED', failed: 0 },
    ]);
  });

  it.each([
    ['refused', 'CreateStackInstances', 'op', 1, 'refused'],
    ['exists', 'CreateStackInstances', 'op', 1, 'refused'],
    ['exists', 'CreateStackSet', null, 1, 'refused'],
    ['gone', 'DeleteStackSet', null, 1, 'done'],
    ['gone', 'DeleteStackInstances', 'op', 1, 'refused'],
    ['busy', 'CreateStackInstances', 'op', 2, 'SUCCEEDED'],
    ['lost', 'CreateStackSet', null, 2, 'done'],
  ] as const)(
    'that is %s, of %s with id %s, is sent %d times and ends as %s',
    async (kind, call, id, times, status) => {
      const { run } = running();
      const { send, sent } = sending(refusal(kind));
      expect((await runCall(run, aboutSet(call, 'set', id, 1), send)).status).toBe(status);
      expect(sent()).toBe(times);
    },
  );

  it('whose id exists after a retry is its own earlier try', async () => {
    const { run } = running();
    const { send, sent } = sending(refusal('busy'), refusal('exists'));
    expect((await runCall(run, plan, send)).status).toBe('SUCCEEDED');
    expect(sent()).toBe(2);
  });

  it('with a lost response is not sent again if its operation exists', async () => {
    const { run } = running([operation('RUNNING'), operation('SUCCEEDED')]);
    const { send, sent } = sending(refusal('lost'));
    expect((await runCall(run, plan, send)).status).toBe('SUCCEEDED');
    expect(sent()).toBe(1);
  });

  it('whose responses are always lost is given up', async () => {
    const { run } = running([null]);
    const { send, sent } = sending(...Array.from({ length: 9 }, () => refusal('lost')));
    expect(await runCall(run, plan, send)).toMatchObject({ status: 'refused' });
    expect(sent()).toBe(6);
  });

  it('is not retried after an interruption', async () => {
    const { run } = running([], { signal: AbortSignal.abort() });
    const { send, sent } = sending(refusal('busy'));
    const { problem: why } = await runCall(run, plan, send);
    expect(why?.code).toBe('interrupted');
    expect(sent()).toBe(1);
  });
});

describe('following an operation', () => {
  it('reports counts until it has ended', async () => {
    const { run, counts } = running([null, operation('RUNNING'), operation('SUCCEEDED')]);
    expect((await follow(run, 'set', 'op', 1)).status).toBe('SUCCEEDED');
    expect(counts).toEqual([{ RUNNING: 1 }]);
  });

  it('reports no counts if it has many instances', async () => {
    const { run, counts, asked } = running([operation('RUNNING'), operation('SUCCEEDED')]);
    await follow(run, 'set', 'op', 301);
    expect([counts, asked]).toEqual([[null], []]);
  });

  it.each([
    [operation('FAILED'), 2],
    [operation('STOPPED'), 2],
    [operation('SUCCEEDED', 1), 2],
    [operation('SUCCEEDED'), 0],
  ])('that ended as %j reads %d unfinished results', async (ended, unfinished) => {
    const { run } = running([ended]);
    expect((await follow(run, 'set', 'op', 1)).unfinished).toHaveLength(unfinished);
  });

  it('stops while the operation continues in AWS, without waiting or after an interruption', async () => {
    const { run } = running([operation('RUNNING')], { wait: false });
    expect(await follow(run, 'set', 'op', 1)).toMatchObject({ status: 'RUNNING', problem: null });
    const aborted = running([operation('RUNNING')], { signal: AbortSignal.abort() });
    const { problem: why } = await follow(aborted.run, 'set', 'op', 1);
    expect(why?.message).toContain('continues in AWS');
  });

  it('reports it as running if it cannot be read', async () => {
    const { run } = running();
    const access = {
      ...run.access,
      operation: () => Promise.resolve(unknown(problem('denied'))),
    };
    expect(await follow({ ...run, access }, 'set', 'op', 1)).toMatchObject({
      status: 'RUNNING',
      problem: { code: 'denied' },
    });
  });
});
