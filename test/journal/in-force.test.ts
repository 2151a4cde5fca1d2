import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import { listRuns, runToRollBack } from '../../src/journal/index.ts';
import {
  begun,
  ended,
  organization,
  planned,
  planOf,
  roleValue,
  startedOf,
  write,
} from './sample.ts';

import {
  account,
  enabling,
  finished,
  first,
  id,
  rollingBack,
  second,
  stateWith,
  time,
} from './hourly-runs.ts';

const inForce = async (stateDir: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await listRuns(stateDir, organization.id)).runs.map((run) => [run.header.run, run.inForce]),
  );

describe('the number of changes in force', () => {
  test('drops as a run is rolled back in part or wholly', async () => {
    expect(await inForce(await stateWith(enabling(8)))).toEqual({ [id(8)]: 2 });
    expect(await inForce(await stateWith(enabling(8), rollingBack(9, 8, [first])))).toEqual({
      [id(8)]: 1,
      [id(9)]: 1,
    });
    expect(
      await inForce(await stateWith(enabling(8), rollingBack(9, 8, [first], [second]))),
    ).toEqual({ [id(8)]: 0, [id(9)]: 1 });
    expect(
      await inForce(
        await stateWith(enabling(8), rollingBack(9, 8, [first]), rollingBack(10, 8, [second])),
      ),
    ).toMatchObject({
      [id(8)]: 0,
    });
  });

  test('includes a run again whose rollback was rolled back', async () => {
    const runs = [enabling(8), rollingBack(9, 8), rollingBack(10, 9, [first])];
    expect(await inForce(await stateWith(...runs))).toEqual({
      [id(8)]: 1,
      [id(9)]: 1,
      [id(10)]: 1,
    });
    expect(await inForce(await stateWith(...runs, rollingBack(11, 10, [first])))).toMatchObject({
      [id(8)]: 0,
      [id(9)]: 2,
      [id(10)]: 0,
    });
  });

  test('includes a change that a resumed run made after a rollback of the run', async () => {
    const resumed: RunEvent[] = [
      ...enabling(8, [first]),
      {
        type: 'run-resumed',
        at: time(10),
        caller: startedOf(id(8)).caller,
        command: 'dhmc resume',
      },
      planOf(account, [planned(first, { verdict: 'changed' }), planned(second)]),
      begun(second, time(10)),
      ended(second, time(10, 31)),
      finished(10),
    ];
    const stateDir = await stateWith(enabling(7), resumed, rollingBack(9, 8, [first], [second]));
    expect(await inForce(stateDir)).toMatchObject({ [id(7)]: 2, [id(8)]: 1 });
    expect((await runToRollBack(stateDir, organization.id)).run.header.run).toBe(id(8));
  });

  test('includes a run again if a later run that had undone it was rolled back', async () => {
    const disabling = (hour: number): RunEvent[] => [
      startedOf(id(hour), { action: 'disable' }),
      planOf(account, [planned(first, { from: roleValue, to: null })]),
      { type: 'run-confirmed', at: time(hour, 10), by: 'yes' },
      begun(first, time(hour), roleValue, null),
      ended(first, time(hour, 31), { value: null }),
      finished(hour),
    ];
    const restoring = rollingBack(11, 9, [first]).map((event): RunEvent => {
      if (event.type === 'account-planned') return planOf(account, [planned(first)]);
      return event.type === 'change-begun' ? begun(first, time(11)) : event;
    });
    const runs = [enabling(8, [first]), disabling(9), rollingBack(10, 8, [], [first])];
    expect(await inForce(await stateWith(...runs))).toMatchObject({ [id(8)]: 0, [id(9)]: 1 });
    expect(await inForce(await stateWith(...runs, restoring))).toMatchObject({
      [id(8)]: 1,
      [id(9)]: 0,
    });
  });

  test('includes a run again if its first rollback was rolled back, though a second one found nothing to do', async () => {
    const runs = [
      enabling(8, [first]),
      rollingBack(9, 8, [first]),
      rollingBack(10, 8, [], [first]),
    ];
    expect(await inForce(await stateWith(...runs))).toMatchObject({ [id(8)]: 0 });
    expect(await inForce(await stateWith(...runs, rollingBack(11, 9, [first])))).toMatchObject({
      [id(8)]: 1,
      [id(9)]: 0,
    });
  });

  test('excludes changes without an end, which are counted as open, and changes that AWS refused', async () => {
    const cutOff = [
      ...enabling(8).slice(0, 3),
      begun(first, time(8)),
      begun(second, time(8)),
      ended(second, time(8), { verdict: 'failed', state: 'disabled', value: null }),
    ];
    const stateDir = await stateWith(cutOff);
    expect((await listRuns(stateDir, organization.id)).runs[0]).toMatchObject({
      outcome: 'unfinished',
      changes: 0,
      inForce: 0,
      open: 1,
    });
    expect((await runToRollBack(stateDir, organization.id)).run.header.run).toBe(id(8));
    await write(stateDir, rollingBack(9, 8, [], [first]));
    expect((await listRuns(stateDir, organization.id)).runs[1]).toMatchObject({
      changes: 0,
      open: 0,
    });
  });

  test('includes a change whose result a resumed run found', async () => {
    const resumed: RunEvent[] = [
      ...enabling(8, [first]).slice(0, -2),
      { type: 'run-resumed', at: time(9), caller: startedOf(id(8)).caller, command: 'dhmc resume' },
      planOf(account, [planned(first, { verdict: 'changed' })]),
      finished(9),
    ];
    expect((await listRuns(await stateWith(resumed), organization.id)).runs[0]).toMatchObject({
      changes: 1,
      inForce: 1,
      open: 0,
    });
  });

  test('does not make an applied rollback a run to roll back by default', async () => {
    const [started, ...rest] = rollingBack(9, 8);
    if (started?.type !== 'run-started') throw new Error('a run starts with its start');
    const stateDir = await stateWith(enabling(8), [
      { ...started, action: 'apply', applies: 'rollback' },
      ...rest,
    ]);
    await expect(runToRollBack(stateDir, organization.id)).rejects.toThrow(
      /Nothing is left to roll back/,
    );
  });

  test('includes a change that succeeded after a failure', async () => {
    const again: RunEvent[] = [
      ...enabling(8, [first]).slice(0, -2),
      ended(first, time(8), { verdict: 'failed', state: 'disabled', value: null }),
      finished(8),
      { type: 'run-resumed', at: time(9), caller: startedOf(id(8)).caller, command: 'dhmc resume' },
      begun(first, time(9)),
      ended(first, time(9, 31)),
      finished(9),
    ];
    const stateDir = await stateWith(again);
    expect(await inForce(stateDir)).toEqual({ [id(8)]: 1 });
  });
});
