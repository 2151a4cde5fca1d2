import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import type { RunHistory } from '../../src/core/record/history.ts';
import type { Scope } from '../../src/core/model/scope.ts';
import { replanResume, replanRollback } from '../../src/run/replan.ts';
import { member, memoryCloud } from '../support/memory-cloud.ts';
import type { Memory } from '../support/memory-cloud.ts';
import {
  applied,
  historyOf,
  roleName,
  run,
  settingsOf,
  startedOf,
  wholeOrganization,
} from '../support/run-engine.ts';

const one = '000000000011';
const world = (): Memory => memoryCloud([member(one, ['eu-west-1', 'us-east-1'])]);

const put = (
  memory: Memory,
  region: string,
  value: string | null,
  modifiedBy = 'arn:aws:iam::000000000011:user/ann',
): void => {
  memory.accounts.get(one)?.settings.set(region, {
    value,
    pending: false,
    modifiedBy,
    modifiedAt: '2026-12-24T00:00:00.000Z',
  });
};

const shown = (plan: Awaited<ReturnType<typeof replanRollback>>): readonly string[] =>
  plan.accounts.flatMap(({ targets }) =>
    targets.map(
      ({ kind, region, state, verdict }) =>
        `${kind}${region === null ? '' : ` ${region}`}: ${state}, ${verdict}`,
    ),
  );

const rollback = (
  memory: Memory,
  history: RunHistory,
  laterRuns: readonly RunHistory[] = [],
  scope: Scope | null = null,
) =>
  replanRollback({
    cloud: memory.cloud,
    clock: memory.clock,
    history,
    scope,
    laterRuns,
    settings: settingsOf(),
  });

describe('rollback', () => {
  test('removes the role that the run created when no setting names it any more', async () => {
    const memory = world();
    const { history } = await run(memory, 'enable');
    expect(shown(await rollback(memory, history))).toEqual([
      'role: whole, would-change',
      'grant: attached, would-change',
      'setting eu-west-1: enabled, would-change',
      'setting us-east-1: enabled, would-change',
    ]);
  });

  test('does not delete the role if its policy could not be detached', async () => {
    const memory = world();
    const { history } = await run(memory, 'enable');
    const plan = await rollback(memory, history);
    memory.fault = ({ operation }) =>
      operation === 'DetachRolePolicy' ? { kind: 'problem', code: 'denied' } : null;
    const { report } = await applied(memory, 'rollback', plan, { run: '20260102-000000-abcdef' });
    expect(report.targets.map(({ kind, verdict }) => `${kind} ${verdict}`).slice(0, 2)).toEqual([
      'role blocked',
      'grant failed',
    ]);
    expect(memory.calls.filter((call) => call.startsWith('DeleteRole'))).toEqual([]);
  });

  test('leaves alone a setting that someone wrote again since the plan, even with the same value', async () => {
    const memory = world();
    const { history } = await run(memory, 'enable');
    const plan = await rollback(memory, history);
    put(memory, 'eu-west-1', roleName);
    const { report } = await applied(memory, 'rollback', plan, { run: '20260102-000000-abcdef' });
    expect(
      report.targets.filter(({ region }) => region === 'eu-west-1').map(({ verdict }) => verdict),
    ).toEqual(['conflict']);
  });

  test('leaves alone what others set since, and keeps the role that they name', async () => {
    const memory = world();
    const { history } = await run(memory, 'enable');
    put(memory, 'eu-west-1', roleName);
    put(memory, 'us-east-1', 'TeamRole');
    const plan = await rollback(memory, history);
    expect(shown(plan)).toEqual([
      'role: whole, skipped',
      'grant: attached, skipped',
      'setting eu-west-1: enabled, conflict',
      'setting us-east-1: broken, conflict',
    ]);
    expect(plan.accounts[0]?.targets[2]?.problem?.message).toContain('user/ann on 2026-12-24');
  });

  test('goes by the value if AWS names no writer, neither then nor now', async () => {
    const memory = world();
    const { history, events } = await run(memory, 'enable');
    for (const region of ['eu-west-1', 'us-east-1']) put(memory, region, roleName, 'System');
    const nobodyThen = events.map((event) =>
      event.type === 'target-ended' ? { ...event, modifiedBy: 'System' } : event,
    );
    const verdicts = async (known: RunHistory) => shown(await rollback(memory, known)).slice(2);
    expect(await verdicts(historyOf(nobodyThen))).toEqual([
      'setting eu-west-1: enabled, would-change',
      'setting us-east-1: enabled, would-change',
    ]);
    expect(await verdicts(history)).toEqual([
      'setting eu-west-1: enabled, conflict',
      'setting us-east-1: enabled, conflict',
    ]);
  });

  test('recognizes a change without an end by the session that is named after the run', async () => {
    const memory = world();
    const { events } = await run(memory, 'enable');
    const cut = events.filter(
      (event) => event.type !== 'target-ended' || event.target.kind !== 'setting',
    );
    expect(shown(await rollback(memory, historyOf(cut))).slice(2)).toEqual([
      'setting eu-west-1: enabled, would-change',
      'setting us-east-1: enabled, would-change',
    ]);
    put(memory, 'eu-west-1', roleName);
    expect(shown(await rollback(memory, historyOf(cut)))[2]).toBe(
      'setting eu-west-1: enabled, conflict',
    );
  });

  test('yields to a later run until that is rolled back', async () => {
    const memory = world();
    const enabled = await run(memory, 'enable');
    const disabled = await run(memory, 'disable', { run: '20260102-000000-aaaaaa' });
    const again = await run(memory, 'enable', { run: '20260103-000000-aaaaaa' });
    const plan = await rollback(memory, enabled.history, [disabled.history, again.history]);
    expect(shown(plan).slice(2)).toEqual([
      'setting eu-west-1: enabled, conflict',
      'setting us-east-1: enabled, conflict',
    ]);
    expect(plan.accounts[0]?.targets[2]?.problem?.hint).toContain('20260103-000000-aaaaaa');

    const histories = [disabled.history, again.history];
    for (const [index, undone] of [again, disabled].entries()) {
      const number = `2026010${4 + index}-000000-aaaaaa`;
      const later = histories.slice(histories.indexOf(undone.history) + 1);
      const ran = await applied(memory, 'rollback', await rollback(memory, undone.history, later), {
        run: number,
      });
      const started = {
        ...startedOf(memory, 'rollback', settingsOf(), number),
        rollsBack: undone.history.started.run,
      };
      histories.push(historyOf([started, ...ran.events.slice(1)]));
    }
    expect(
      shown(await rollback(memory, enabled.history, histories)).map((text) => text.split(', ')[1]),
    ).toEqual(['would-change', 'would-change', 'would-change', 'would-change']);
  });

  describe('after a later run that was cut off', () => {
    const rolledBackBy = (
      memory: Memory,
      of: RunHistory,
      events: readonly RunEvent[],
      run: string,
    ): RunHistory =>
      historyOf([
        { ...startedOf(memory, 'rollback', settingsOf(), run), rollsBack: of.started.run },
        ...events.slice(1),
      ]);
    const begunOnly = (events: readonly RunEvent[]): readonly RunEvent[] =>
      events.filter((event) => event.type !== 'target-ended' && event.type !== 'run-finished');
    const verdicts = (
      plan: Awaited<ReturnType<typeof replanRollback>>,
    ): readonly (string | undefined)[] => shown(plan).map((text) => text.split(', ')[1]);
    const settings = (memory: Memory) => memory.accounts.get(one)?.settings ?? new Map();

    test.each([0, 1, 2])(
      'finds out which of its changes were made: %i of two settings',
      async (landed) => {
        const memory = world();
        const enabled = await run(memory, 'enable');
        const held = new Map(settings(memory));
        const roles = structuredClone([...(memory.accounts.get(one)?.roles ?? [])]);
        const plan = await rollback(memory, enabled.history);
        const ran = await applied(memory, 'rollback', plan, { run: '20260102-000000-aaaaaa' });
        const cut = rolledBackBy(
          memory,
          enabled.history,
          begunOnly(ran.events),
          '20260102-000000-aaaaaa',
        );
        for (const region of ['eu-west-1', 'us-east-1'].slice(landed))
          settings(memory).set(region, held.get(region) ?? { value: null });
        for (const [name, role] of roles) memory.accounts.get(one)?.roles.set(name, role);
        const expected = [
          'would-change',
          'would-change',
          ...['in-sync', 'in-sync'].slice(0, landed),
          ...['would-change', 'would-change'].slice(landed),
        ];
        expect(verdicts(await rollback(memory, enabled.history, [cut]))).toEqual(expected);
        // Cut off again, before any change.
        const again = { ...cut, started: { ...cut.started, run: '20260103-000000-aaaaaa' } };
        expect(verdicts(await rollback(memory, enabled.history, [cut, again]))).toEqual(expected);
      },
    );

    test('leaves alone what someone wrote since', async () => {
      const memory = world();
      const enabled = await run(memory, 'enable');
      const ran = await applied(memory, 'rollback', await rollback(memory, enabled.history), {
        run: '20260102-000000-aaaaaa',
      });
      const done = rolledBackBy(memory, enabled.history, ran.events, '20260102-000000-aaaaaa');
      const cut = rolledBackBy(
        memory,
        enabled.history,
        begunOnly(ran.events),
        '20260102-000000-aaaaaa',
      );
      put(memory, 'eu-west-1', roleName);
      put(memory, 'us-east-1', 'TeamRole');
      for (const later of [done, cut]) {
        const plan = await rollback(memory, enabled.history, [later]);
        expect(verdicts(plan).slice(2)).toEqual(['conflict', 'conflict']);
        expect(plan.accounts[0]?.targets[2]?.problem?.message).toContain('user/ann');
      }
    });

    test('yields to its changes, and offers to resume it', async () => {
      const memory = world();
      const enabled = await run(memory, 'enable');
      const disabled = await run(memory, 'disable', { run: '20260102-000000-aaaaaa' });
      const again = await run(memory, 'enable', { run: '20260103-000000-aaaaaa' });
      const cut = historyOf(begunOnly(again.events));
      const plan = await rollback(memory, enabled.history, [historyOf(disabled.events), cut]);
      expect(verdicts(plan).slice(2)).toEqual(['conflict', 'conflict']);
      expect(plan.accounts[0]?.targets[2]?.problem?.hint).toContain(
        'dhmc resume 20260103-000000-aaaaaa',
      );
    });
  });

  test('is blocked for a former value whose role no longer exists', async () => {
    const memory = world();
    put(memory, 'us-east-1', 'TeamRole');
    memory.accounts.get(one)?.roles.set('teamrole', {
      ...{
        arn: `arn:aws:iam::${one}:role/TeamRole`,
        path: '/',
        name: 'TeamRole',
        trust: '{"Statement":[]}',
        tags: {},
        boundary: null,
      },
      ...{ grants: [], inlinePolicies: [], instanceProfiles: [] },
    });
    const { history } = await run(memory, 'enable', {
      settings: settingsOf({ overwrite: ['broken'] }),
    });
    memory.accounts.get(one)?.roles.delete('teamrole');
    expect(shown(await rollback(memory, history))).toEqual([
      'role: whole, skipped',
      'grant: attached, skipped',
      'setting eu-west-1: enabled, would-change',
      'setting us-east-1: enabled, blocked',
    ]);
  });

  test('of some regions keeps the role for the others', async () => {
    const memory = world();
    const { history } = await run(memory, 'enable');
    const scope = { ...wholeOrganization, regions: { regions: ['us-east-1'], excludeRegions: [] } };
    expect(shown(await rollback(memory, history, [], scope))).toEqual([
      'role: whole, skipped',
      'grant: attached, skipped',
      'setting us-east-1: enabled, would-change',
    ]);
  });

  test('has rows with reasons for accounts that left or are inactive', async () => {
    const memory = memoryCloud([member(one, ['us-east-1']), member('000000000012', ['us-east-1'])]);
    const { history } = await run(memory, 'enable');
    const entry = memory.accounts.get(one);
    if (entry !== undefined) entry.account = { ...entry.account, state: 'SUSPENDED' };
    memory.accounts.delete('000000000012');
    const plan = await rollback(memory, history);
    expect(shown(plan)).toEqual([
      ...[
        'role: unknown, skipped',
        'grant: unknown, skipped',
        'setting us-east-1: unknown, skipped',
      ],
      ...[
        'role: unknown, blocked',
        'grant: unknown, blocked',
        'setting us-east-1: unknown, blocked',
      ],
    ]);
    expect(plan.accounts[0]?.account.skipped).toContain('SUSPENDED');
    expect(plan.accounts[1]?.account.problem?.message).toContain('has left the organization');
  });
});

describe('resume', () => {
  const resume = (memory: Memory, events: readonly RunEvent[]) =>
    replanResume({
      cloud: memory.cloud,
      clock: memory.clock,
      history: historyOf(events),
      action: 'enable',
      rolledBack: null,
      laterRuns: [],
    });

  test('finishes the rest, and reports as conflicts what others changed', async () => {
    const memory = memoryCloud([member(one, ['a', 'b', 'c', 'd'])]);
    memory.fault = (call) =>
      call.operation === 'UpdateServiceSetting' && (call.region === 'a' || call.region === 'b')
        ? { kind: 'problem', code: 'denied' }
        : null;
    const { events } = await run(memory, 'enable');
    memory.fault = () => null;
    put(memory, 'b', 'TeamRole');
    put(memory, 'd', null);
    expect(shown(await resume(memory, events))).toEqual([
      ...['role: whole, changed', 'grant: attached, changed'],
      ...[
        'setting a: disabled, would-change',
        'setting b: broken, conflict',
        'setting c: enabled, changed',
        'setting d: disabled, conflict',
      ],
    ]);
  });

  test('adds no account or region that was not confirmed', async () => {
    const memory = world();
    const { events } = await run(memory, 'enable');
    memory.accounts.get(one)?.regions.push({ region: 'ap-south-1', status: 'ENABLED' });
    memory.accounts.set('000000000012', member('000000000012', ['us-east-1']));
    const plan = await resume(memory, events);
    expect(shown(plan).map((text) => text.split(', ')[1])).toEqual([
      'changed',
      'changed',
      'changed',
      'changed',
    ]);
  });

  test('retries an account that could not be entered, in the regions of the confirmed scope', async () => {
    const memory = world();
    memory.fault = (call) =>
      call.operation === 'AssumeRole' ? { kind: 'problem', code: 'role-not-assumable' } : null;
    const { events, report } = await run(memory, 'enable');
    expect(report.summary.verdicts).toEqual({ blocked: 3 });
    memory.fault = () => null;
    expect(shown(await resume(memory, events))).toEqual([
      ...['role: absent, would-change', 'grant: absent, would-change'],
      ...['setting eu-west-1: disabled, would-change', 'setting us-east-1: disabled, would-change'],
    ]);
  });

  test('reports a role deleted since as a conflict, and what depends on it as blocked', async () => {
    const memory = world();
    memory.fault = (call) =>
      call.operation === 'UpdateServiceSetting' ? { kind: 'problem', code: 'denied' } : null;
    const { events } = await run(memory, 'enable');
    memory.fault = () => null;
    memory.accounts.get(one)?.roles.clear();
    expect(shown(await resume(memory, events)).slice(0, 3)).toEqual([
      'role: absent, conflict',
      'grant: absent, conflict',
      'setting eu-west-1: disabled, blocked',
    ]);
  });
});
