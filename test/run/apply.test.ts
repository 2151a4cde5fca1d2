import { describe, expect, test } from 'vitest';
import { member, memoryCloud } from '../support/memory-cloud.ts';
import type { Fault, Memory } from '../support/memory-cloud.ts';
import {
  applied,
  eventNames,
  planned,
  rows,
  run,
  settingsOf,
  wholeOrganization,
} from '../support/run-engine.ts';

const two = (): Memory => memoryCloud([member('000000000011', ['eu-west-1', 'us-east-1'])]);

const faultOnce =
  (operation: string, fault: Fault) =>
  (call: { operation: string; before: number }): Fault | null =>
    call.operation === operation && call.before === 0 ? fault : null;

describe('enable', () => {
  test('creates the role, attaches the grant, then sets every region, with a record before and after each', async () => {
    const memory = two();
    const { events, report } = await run(memory, 'enable');
    expect(eventNames(events)).toEqual([
      'run-started',
      'account-planned',
      'run-confirmed',
      'begun role',
      'ended role changed',
      'begun grant',
      'ended grant changed',
      'begun setting eu-west-1',
      'begun setting us-east-1',
      'ended setting eu-west-1 changed',
      'ended setting us-east-1 changed',
      'run-finished',
    ]);
    expect(rows(report)).toEqual([
      '11 role: whole, changed',
      '11 grant: attached, changed',
      '11 setting eu-west-1: enabled, changed',
      '11 setting us-east-1: enabled, changed',
    ]);
    // Plan: AssumeRole, ListRegions, two IAM reads, two settings. Apply: AssumeRole again (this cloud caches
    // nothing), three calls each for role and grant, two for the last check of the role's rights, three per
    // setting.
    expect(memory.calls).toHaveLength(6 + 1 + 6 + 2 + 6);
  });

  test('counts an account that is blocked from the start as a failure', async () => {
    const memory = memoryCloud(
      ['000000000011', '000000000012'].map((id) => member(id, ['eu-west-1'])),
    );
    memory.fault = ({ operation, account }) =>
      operation === 'GetRole' && account === '000000000011'
        ? { kind: 'problem', code: 'denied' }
        : null;
    const { report } = await run(memory, 'enable', {
      settings: settingsOf({ concurrency: 1, failureTolerance: '0' }),
    });
    expect(rows(report).filter((row) => row.startsWith('12'))).toEqual([
      '12 role: absent, not-attempted, interrupted',
      '12 grant: absent, not-attempted, interrupted',
      '12 setting eu-west-1: disabled, not-attempted, interrupted',
    ]);
  });

  test('starts the management account when all others have ended', async () => {
    const memory = memoryCloud(
      ['000000000001', '000000000011', '000000000012'].map((id) => member(id, ['eu-west-1'])),
    );
    const { events } = await run(memory, 'enable', { settings: settingsOf({ concurrency: 64 }) });
    const accounts = events.flatMap((event) =>
      event.type === 'change-begun' || event.type === 'target-ended' ? [event.target.account] : [],
    );
    const first = accounts.indexOf('000000000001');
    expect(new Set(accounts.slice(0, first))).toEqual(new Set(['000000000011', '000000000012']));
    expect(new Set(accounts.slice(first))).toEqual(new Set(['000000000001']));
  });

  test('checks the rights of the role again before a setting names it', async () => {
    const memory = two();
    memory.fault = ({ operation, account }) => {
      if (operation === 'UpdateServiceSetting') throw new Error('a setting was written');
      if (operation !== 'AttachRolePolicy') return null;
      for (const found of memory.accounts.get(account)?.roles.values() ?? [])
        found.grants.push('arn:aws:iam::aws:policy/AdministratorAccess');
      return null;
    };
    const { report } = await run(memory, 'enable');
    expect(rows(report).slice(2)).toEqual([
      '11 setting eu-west-1: disabled, blocked, privileged-role',
      '11 setting us-east-1: disabled, blocked, privileged-role',
    ]);
  });

  test('finds nothing to do in a second run, and writes nothing', async () => {
    const memory = two();
    await run(memory, 'enable');
    const calls = memory.calls.length;
    const { report } = await run(memory, 'enable');
    expect(report.summary.verdicts).toEqual({ 'in-sync': 4 });
    expect(memory.calls.length - calls).toBe(7);
  });

  test.each<[string, string, Fault, number]>([
    [
      'a lost response to a write that was done',
      'UpdateServiceSetting',
      { kind: 'lost', done: true },
      1,
    ],
    [
      'a lost response to a write that was not done',
      'UpdateServiceSetting',
      { kind: 'lost', done: false },
      2,
    ],
    ['TooManyUpdates', 'UpdateServiceSetting', { kind: 'busy' }, 2],
    [
      'a role that Systems Manager does not see yet',
      'UpdateServiceSetting',
      { kind: 'not-visible' },
      2,
    ],
  ])('recovers from %s', async (_, operation, fault, attempts) => {
    const memory = two();
    memory.fault = faultOnce(operation, fault);
    const { report } = await run(memory, 'enable');
    expect(report.summary.verdicts).toEqual({ changed: 4 });
    expect(report.targets.at(-1)?.attempts).toBe(attempts);
  });

  test.each<[string, Fault]>([
    ['CreateRole', { kind: 'lost', done: true }],
    ['CreateRole', { kind: 'lost', done: false }],
    ['AttachRolePolicy', { kind: 'lost', done: true }],
    ['AttachRolePolicy', { kind: 'gone' }],
    ['AttachRolePolicy', { kind: 'busy' }],
  ])('recovers from %s with %o', async (operation, fault) => {
    const memory = two();
    memory.fault = faultOnce(operation, fault);
    const { report } = await run(memory, 'enable');
    expect(report.summary.verdicts).toEqual({ changed: 4 });
  });

  test('reports role-not-propagated when a role stays invisible for a minute', async () => {
    const memory = two();
    memory.fault = (call) =>
      call.operation === 'UpdateServiceSetting' && call.region === 'us-east-1'
        ? { kind: 'not-visible' }
        : null;
    const { report } = await run(memory, 'enable');
    expect(rows(report).slice(2)).toEqual([
      '11 setting eu-west-1: enabled, changed',
      '11 setting us-east-1: disabled, failed, role-not-propagated',
    ]);
  });

  test('retries a denial that names the role for settings only, and keeps its reason', async () => {
    const memory = two();
    memory.fault = (call) =>
      call.operation === 'UpdateServiceSetting' && call.region === 'us-east-1'
        ? { kind: 'not-visible', code: 'denied-by-scp' }
        : null;
    const { report } = await run(memory, 'enable');
    expect(rows(report)[3]).toBe('11 setting us-east-1: disabled, failed, denied-by-scp');

    const other = two();
    other.fault = (call) =>
      call.operation === 'AttachRolePolicy' ? { kind: 'not-visible', code: 'denied-by-scp' } : null;
    const denied = await run(other, 'enable');
    expect(rows(denied.report)[1]).toBe('11 grant: absent, failed, denied-by-scp');
    expect(denied.report.targets[1]?.attempts).toBe(1);
  });

  test('blocks the grant and the settings of an account whose role is refused, but no other account', async () => {
    const memory = memoryCloud([
      member('000000000011', ['us-east-1']),
      member('000000000012', ['us-east-1']),
    ]);
    memory.fault = (call) =>
      call.operation === 'CreateRole' && call.account.endsWith('11')
        ? { kind: 'problem', code: 'denied-by-scp' }
        : null;
    const { report } = await run(memory, 'enable');
    expect(rows(report)).toEqual([
      '11 role: absent, failed, denied-by-scp',
      '11 grant: absent, blocked, denied-by-scp',
      '11 setting us-east-1: disabled, blocked, denied-by-scp',
      '12 role: whole, changed',
      '12 grant: attached, changed',
      '12 setting us-east-1: enabled, changed',
    ]);
  });

  test('leaves alone a setting that changed since the plan', async () => {
    const memory = two();
    const plan = await planned(memory, 'enable');
    memory.accounts.get('000000000011')?.settings.set('eu-west-1', {
      value: 'TeamRole',
      pending: false,
      modifiedBy: 'team',
      modifiedAt: null,
    });
    const { report } = await applied(memory, 'enable', plan);
    expect(rows(report)[2]).toBe('11 setting eu-west-1: foreign, conflict, changed-since');
    expect(report.targets[2]?.problem?.message).toContain('set by team');
    expect(memory.accounts.get('000000000011')?.settings.get('eu-west-1')?.value).toBe('TeamRole');
  });

  test('finishes calls in flight after an interruption, and does not attempt the rest', async () => {
    const memory = two();
    const controller = new AbortController();
    const { report, events, stopped } = await run(memory, 'enable', {
      options: { signal: controller.signal },
      onEvent: (event) => {
        if (event.type === 'change-begun' && event.target.kind === 'grant')
          queueMicrotask(() => queueMicrotask(() => controller.abort()));
      },
    });
    expect(stopped?.reason).toBe('interrupted');
    expect(rows(report)[0]).toBe('11 role: whole, changed');
    expect(rows(report).slice(2)).toEqual([
      '11 setting eu-west-1: disabled, not-attempted, interrupted',
      '11 setting us-east-1: disabled, not-attempted, interrupted',
    ]);
    expect(eventNames(events).slice(-2)).toEqual(['stopped interrupted', 'run-finished']);
  });

  test('starts no change that the journal cannot record', async () => {
    const memory = two();
    const { stopped } = await run(memory, 'enable', {
      onEvent: (event) => {
        if (event.type === 'change-begun' && event.target.kind === 'setting')
          throw new Error('no space left');
      },
    });
    expect(stopped).toEqual({
      reason: 'journal',
      message: 'The journal cannot be written: no space left',
    });
    expect(memory.calls.filter((call) => call.startsWith('UpdateServiceSetting'))).toEqual([]);
  });

  test('stops when no host is reachable for thirty seconds', async () => {
    const memory = two();
    const plan = await planned(memory, 'enable');
    const from = memory.clock.now();
    memory.fault = () => ({ kind: 'problem', code: 'network' });
    const { stopped, report } = await applied(memory, 'enable', plan);
    expect(stopped?.reason).toBe('network');
    expect(memory.clock.now() - from).toBeGreaterThanOrEqual(30_000);
    expect(report.summary.verdicts).toEqual({ 'not-attempted': 4 });
  });

  test.each(['credentials-expired', 'network'] as const)(
    'with %s while planning stops reading, and reports the rest as unknown',
    async (code) => {
      const memory = memoryCloud([
        member('000000000011', ['us-east-1']),
        member('000000000012', ['us-east-1']),
      ]);
      let cut = false;
      memory.fault = (call) => {
        cut ||= call.operation === 'AssumeRole' && call.account === '000000000012';
        return cut ? { kind: 'problem', code } : null;
      };
      const plan = await planned(memory, 'status', settingsOf({ concurrency: 1 }));
      expect(plan.cut?.code).toBe(code);
      const last = plan.accounts.find(({ account }) => account.id === '000000000012');
      expect(last?.targets.map(({ state, verdict }) => `${state} ${verdict}`)).toEqual(
        Array(3).fill('unknown blocked'),
      );
    },
  );

  test('continues when a single account does not respond', async () => {
    const memory = memoryCloud([
      member('000000000011', ['us-east-1']),
      member('000000000012', ['us-east-1']),
    ]);
    memory.fault = (call) =>
      call.operation === 'AssumeRole' && call.account === '000000000011'
        ? { kind: 'problem', code: 'network' }
        : null;
    const { report, stopped } = await run(memory, 'enable');
    expect(stopped).toBeNull();
    expect(report.summary.verdicts).toEqual({ blocked: 3, changed: 3 });
  });

  test("stops when the caller's credentials expire", async () => {
    const memory = two();
    memory.fault = (call) =>
      call.operation === 'UpdateServiceSetting'
        ? { kind: 'problem', code: 'credentials-expired' }
        : null;
    const { stopped, report } = await run(memory, 'enable');
    expect(stopped?.reason).toBe('credentials-expired');
    expect(report.summary.verdicts).toEqual({ changed: 2, 'not-attempted': 2 });
  });

  test('starts no more accounts beyond the failure tolerance', async () => {
    const ids = [
      '000000000011',
      '000000000012',
      '000000000013',
      '000000000014',
      '000000000015',
      '000000000016',
    ];
    const memory = memoryCloud(ids.map((id) => member(id, ['us-east-1'])));
    memory.fault = (call) =>
      call.operation === 'CreateRole' ? { kind: 'problem', code: 'denied' } : null;
    const { stopped, report } = await run(memory, 'enable', {
      settings: settingsOf({ failureTolerance: '0', concurrency: 1 }),
    });
    expect(stopped?.reason).toBe('failure-tolerance');
    expect(report.summary.verdicts['not-attempted']).toBeGreaterThanOrEqual(9);
  });

  test('asks after the first wave, and ends in order after a no', async () => {
    const ids = ['000000000011', '000000000012', '000000000013', '000000000014'];
    const memory = memoryCloud(ids.map((id) => member(id, ['us-east-1'])));
    const asked: number[] = [];
    const { stopped, report } = await run(memory, 'enable', {
      settings: settingsOf({ waves: ['1', '50%', '100%'] }),
      options: {
        gate: (outcome) => {
          asked.push(outcome.accountsDone);
          return Promise.resolve(asked.length < 2);
        },
      },
    });
    expect(asked).toEqual([1, 2]);
    expect(stopped?.reason).toBe('declined');
    expect(report.summary.verdicts).toEqual({ changed: 6, 'not-attempted': 6 });
  });
});

describe('disable', () => {
  test('with --delete-role restores the world before enable', async () => {
    const memory = two();
    const before = memory.snapshot();
    await run(memory, 'enable');
    const { events, report } = await run(memory, 'disable', {
      settings: settingsOf({ deleteRole: true }),
    });
    expect(memory.snapshot()).toBe(before);
    expect(report.summary.verdicts).toEqual({ changed: 4 });
    expect(eventNames(events).slice(-5)).toEqual([
      'begun grant',
      'ended grant changed',
      'begun role',
      'ended role changed',
      'run-finished',
    ]);
  });

  test('keeps the role if a region outside the scope still names it', async () => {
    const memory = two();
    await run(memory, 'enable');
    const scope = { ...wholeOrganization, regions: { regions: ['us-east-1'], excludeRegions: [] } };
    const { report } = await run(
      memory,
      'disable',
      { settings: settingsOf({ deleteRole: true }) },
      scope,
    );
    expect(rows(report)).toEqual([
      '11 role: whole, skipped, role-in-use',
      '11 grant: attached, skipped, role-in-use',
      '11 setting us-east-1: disabled, changed',
    ]);
  });

  test('keeps a role that is in use again since the plan', async () => {
    const memory = two();
    await run(memory, 'enable');
    const settings = settingsOf({ deleteRole: true });
    const plan = await planned(memory, 'disable', settings);
    memory.accounts.get('000000000011')?.roles.forEach((role) => role.inlinePolicies.push('more'));
    const { report } = await applied(memory, 'disable', plan, { settings });
    expect(rows(report).slice(0, 2)).toEqual([
      '11 role: whole, skipped, role-in-use',
      '11 grant: attached, skipped, role-in-use',
    ]);
  });
});
