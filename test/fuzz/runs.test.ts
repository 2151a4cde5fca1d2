import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent, RunSettings } from '../../src/core/record/events.ts';
import type { RunHistory } from '../../src/core/record/history.ts';
import { planHasChanges, type Plan } from '../../src/core/planning/plan.ts';
import { foldReport } from '../../src/core/record/report.ts';
import { applyPlan, recordResume } from '../../src/run/apply.ts';
import { replanResume, replanRollback } from '../../src/run/replan.ts';
import { planRun } from '../../src/run/plan.ts';
import { memoryCloud } from '../support/memory-cloud.ts';
import type { Memory } from '../support/memory-cloud.ts';
import {
  applied,
  historyOf,
  rows,
  run,
  runId,
  settingsOf,
  startedOf,
  wholeOrganization,
} from '../support/run-engine.ts';
import type { Ran } from '../support/run-engine.ts';
import { worldKind } from '../support/memory-worlds.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

const rollbackId = '20260102-000000-abcdef';

const settingsKind: fc.Arbitrary<RunSettings> = fc
  .record({
    overwrite: fc.constantFrom<RunSettings['overwrite']>([], ['foreign', 'quick-setup']),
    allowPrivilegedRole: fc.boolean(),
  })
  .map((over) => settingsOf(over));

async function rollBack(memory: Memory, ran: Pick<Ran, 'history'>): Promise<Ran> {
  const { cloud, clock } = memory;
  const settings = settingsOf();
  const plan = await replanRollback({
    cloud,
    clock,
    history: ran.history,
    scope: null,
    laterRuns: [],
    settings,
  });
  return applied(memory, 'rollback', plan, { run: rollbackId });
}

async function resume(memory: Memory, events: readonly RunEvent[]): Promise<RunEvent[]> {
  const { cloud, clock } = memory;
  const history = historyOf(events);
  const plan = await replanResume({
    cloud,
    clock,
    history,
    action: 'enable',
    rolledBack: null,
    laterRuns: [],
  });
  const all = [...events];
  const record = async (event: RunEvent): Promise<void> => {
    await Promise.resolve();
    all.push(event);
  };
  const at = new Date(clock.now()).toISOString();
  const resumed = {
    type: 'run-resumed',
    at,
    caller: cloud.caller,
    command: 'dhmc resume',
  } as const;
  await recordResume(record, { resumed, plan, at, by: 'yes' });
  await applyPlan({
    cloud,
    clock,
    plan,
    run: runId,
    action: 'enable',
    settings: history.started.settings,
    record,
  });
  return all;
}

test('a plan after enable has no changes', async () => {
  await fc.assert(
    fc.asyncProperty(worldKind, settingsKind, async (world, settings) => {
      const memory = memoryCloud(world());
      await run(memory, 'enable', { settings });
      const again = await planRun({
        cloud: memory.cloud,
        clock: memory.clock,
        action: 'enable',
        scope: wholeOrganization,
        settings,
      });
      expect(planHasChanges(again)).toBe(false);
    }),
    { numRuns: caseCount(300), ...caseSeed() },
  );
});

test('rollback after enable restores the world exactly', async () => {
  await fc.assert(
    fc.asyncProperty(worldKind, settingsKind, async (world, settings) => {
      const memory = memoryCloud(world());
      const before = memory.snapshot();
      const ran = await run(memory, 'enable', { settings });
      await rollBack(memory, ran);
      expect(memory.snapshot()).toBe(before);
    }),
    { numRuns: caseCount(300), ...caseSeed() },
  );
});

test('rollback of a rollback restores the world after enable', async () => {
  await fc.assert(
    fc.asyncProperty(worldKind, settingsKind, async (world, settings) => {
      const memory = memoryCloud(world());
      const ran = await run(memory, 'enable', { settings });
      const after = memory.snapshot();
      const undone = await rollBack(memory, ran);
      const { cloud, clock } = memory;
      const plan = await replanRollback({
        cloud,
        clock,
        history: undone.history,
        scope: null,
        laterRuns: [],
        settings: settingsOf(),
      });
      await applied(memory, 'rollback', plan, { run: '20260103-000000-abcdef' });
      expect(memory.snapshot()).toBe(after);
    }),
    { numRuns: caseCount(300), ...caseSeed() },
  );
});

test('rollback after disable --delete-role restores the world exactly', async () => {
  await fc.assert(
    fc.asyncProperty(worldKind, async (world) => {
      const memory = memoryCloud(world());
      await run(memory, 'enable', {});
      const before = memory.snapshot();
      const ran = await run(memory, 'disable', {
        run: '20260104-000000-abcdef',
        settings: settingsOf({ deleteRole: true }),
      });
      await rollBack(memory, ran);
      expect(memory.snapshot()).toBe(before);
    }),
    { numRuns: caseCount(300), ...caseSeed() },
  );
});

interface Doomed {
  readonly action: 'enable' | 'rollback';
  readonly plan: Plan;
  readonly run: string;
  readonly settings: RunSettings;
  readonly rollsBack?: string;
}

/** Carries out a run up to a call or an event, then stops as after SIGKILL: nothing later happens or is recorded. */
async function killed(
  memory: Memory,
  doomed: Doomed,
  at: number,
): Promise<{ readonly events: RunEvent[]; readonly died: boolean }> {
  const { action, plan, settings, run, rollsBack = null } = doomed;
  memory.writer = `arn:aws:sts::000000000001:assumed-role/Admin/dhmc-${run}`;
  const events: RunEvent[] = [];
  let moments = 0;
  let dead = false;
  const never = new Promise<never>(() => undefined);
  const moment = (): void => {
    if (moments >= at) dead = true;
    moments += 1;
  };
  const died = new Promise<void>((resolve) => {
    const check = (): void => {
      if (dead) resolve();
      else setImmediate(check);
    };
    check();
  });
  memory.fault = () => {
    if (dead) return { kind: 'dead', done: false };
    moment();
    if (dead) return { kind: 'dead', done: false };
    moment();
    return dead ? { kind: 'dead', done: true } : null;
  };
  const record = async (event: RunEvent): Promise<void> => {
    await Promise.resolve();
    moment();
    if (dead) await never;
    events.push(event);
    moment();
    if (dead) await never;
  };
  events.push({ ...startedOf(memory, action, settings, run), rollsBack });
  for (const account of plan.accounts) events.push({ type: 'account-planned', plan: account });
  events.push({ type: 'run-confirmed', at: new Date(0).toISOString(), by: 'yes' });
  const { cloud, clock } = memory;
  const ended = applyPlan({ cloud, clock, plan, run, action, settings, record }).then(() => {
    dead = true;
  });
  const finishedFirst = await Promise.race([
    ended.then(() => moments <= at),
    died.then(() => false),
  ]);
  return { events, died: !finishedFirst };
}

test('after a kill at any moment, resume ends in the world of an uninterrupted run, and rollback in the original one', async () => {
  const runs = Math.max(10, caseCount(25));
  let points = 0;
  await fc.assert(
    fc.asyncProperty(worldKind, settingsKind, async (world, settings) => {
      const whole = memoryCloud(world());
      await run(whole, 'enable', { settings });
      for (let at = 0; ; at += 1) {
        const memory = memoryCloud(world());
        const before = memory.snapshot();
        const plan = await planRun({
          cloud: memory.cloud,
          clock: memory.clock,
          action: 'enable',
          scope: wholeOrganization,
          settings,
        });
        const { events, died } = await killed(
          memory,
          { action: 'enable', plan, run: runId, settings },
          at,
        );
        if (!died) break;
        points += 1;
        // The dead process keeps its cloud; the next command gets a copy of the world at that moment.
        const resumed = memoryCloud(structuredClone([...memory.accounts.values()]));
        const copy = memoryCloud(structuredClone([...memory.accounts.values()]));
        const all = await resume(resumed, events);
        expect(resumed.snapshot(), `resumed after ${at}`).toBe(whole.snapshot());
        await rollBack(resumed, { history: historyOf(all) });
        expect(resumed.snapshot(), `rolled back after resume after ${at}`).toBe(before);
        await rollBack(copy, { history: historyOf(events) });
        expect(copy.snapshot(), `rolled back after ${at}`).toBe(before);
      }
    }),
    { numRuns: runs, ...caseSeed() },
  );
  console.log(`killed at ${points} moments`);
  expect(points).toBeGreaterThan(10 * runs);
});

test('a rollback killed at any moment is finished by resume, or by a third rollback if the second is killed too', async () => {
  const runs = Math.max(4, caseCount(8));
  let points = 0;
  const copyOf = (memory: Memory): Memory =>
    memoryCloud(structuredClone([...memory.accounts.values()]));
  await fc.assert(
    fc.asyncProperty(worldKind, settingsKind, fc.nat(40), async (world, settings, atSecond) => {
      const memory = memoryCloud(world());
      const before = memory.snapshot();
      const { history } = await run(memory, 'enable', { settings });
      const rollback = async (
        now: Memory,
        laterRuns: readonly RunHistory[],
        at: number,
        run: string,
      ) => {
        const { cloud, clock } = now;
        const plan = await replanRollback({
          cloud,
          clock,
          history,
          scope: null,
          laterRuns,
          settings,
        });
        return killed(now, { action: 'rollback', plan, run, settings, rollsBack: runId }, at);
      };
      for (let at = 0; ; at += 1) {
        const once = copyOf(memory);
        const first = await rollback(once, [], at, '20260102-000000-abcdef');
        if (!first.died) break;
        points += 1;
        const killedOnce = historyOf(first.events);
        const twice = copyOf(once);
        const second = await rollback(twice, [killedOnce], atSecond, '20260103-000000-abcdef');
        const thrice = copyOf(twice);
        await rollback(
          thrice,
          [killedOnce, historyOf(second.events)],
          Infinity,
          '20260104-000000-abcdef',
        );
        expect(thrice.snapshot(), `rolled back after ${at}`).toBe(before);
        const resumed = copyOf(once);
        const { cloud, clock } = resumed;
        const plan = await replanResume({
          cloud,
          clock,
          history: killedOnce,
          action: 'rollback',
          rolledBack: history,
          laterRuns: [],
        });
        await applied(resumed, 'rollback', plan, { run: killedOnce.started.run });
        expect(resumed.snapshot(), `resumed after ${at}`).toBe(before);
      }
    }),
    { numRuns: runs, ...caseSeed() },
  );
  console.log(`killed at ${points} moments`);
  expect(points).toBeGreaterThan(10 * runs);
});

test('rollback keeps what others changed since the run', async () => {
  const world = worldKind;
  await fc.assert(
    fc.asyncProperty(
      world,
      fc.constantFrom('eu-west-1', 'us-east-1'),
      fc.constantFrom('TeamRole', null),
      async (make, region, value) => {
        const memory = memoryCloud(make());
        const ran = await run(memory, 'enable');
        const entry = memory.accounts.get('000000000011');
        entry?.settings.set(region, {
          value,
          pending: false,
          modifiedBy: 'team',
          modifiedAt: '2026-12-01T00:00:00.000Z',
        });
        await rollBack(memory, ran);
        expect(entry?.settings.get(region)?.value).toBe(value);
      },
    ),
    { numRuns: caseCount(100), ...caseSeed() },
  );
});

test('the live report equals the report from the journal', async () => {
  await fc.assert(
    fc.asyncProperty(worldKind, async (world) => {
      const memory = memoryCloud(world());
      const ran = await run(memory, 'enable');
      const read = foldReport(null, JSON.parse(JSON.stringify(ran.events)) as RunEvent[]).report({
        finishedAt: '',
        calls: 0,
        throttled: 0,
      });
      expect(read).toEqual(ran.report);
      expect(rows(read).some((text) => text.includes('would-change'))).toBe(false);
    }),
    { numRuns: caseCount(50), ...caseSeed() },
  );
});
