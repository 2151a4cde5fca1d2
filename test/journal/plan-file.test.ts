import { describe, expect, it } from 'vitest';
import { parsePlanFile } from '../../src/journal/plan-file.ts';
import { everyEvent, run, startedOf } from './sample.ts';
import { planForFile } from '../../src/journal/filed-plan.ts';

const { caller, organization, partition, command, scope, settings, version } = startedOf(run);
const accounts = everyEvent(run).flatMap((event) =>
  event.type === 'account-planned' ? [event.plan] : [],
);
const plan = {
  ...{ schema: 'dhmc.plan/v1', version, createdAt: '2026-11-22T10:00:00.000Z', action: 'enable' },
  ...{ caller, organization, partition, command, rollsBack: null, scope, settings },
  ...{ notes: ['One.'], accounts },
};
const filed = accounts.map(planForFile);
const parse = (value: object) => parsePlanFile(JSON.stringify(value));

describe('the text of a saved plan', () => {
  it('is read back unchanged', () => {
    expect(parse({ ...plan, accounts: filed })).toEqual({ ok: true, plan });
  });

  it('of 0.1.0 is read with the current member names', () => {
    const former = filed.map(({ stillNaming, ...rest }) => ({
      ...rest,
      leftNaming: stillNaming,
    }));
    expect(parse({ ...plan, accounts: former })).toEqual({ ok: true, plan });
  });

  it.each([
    [{ ...plan, schema: 'dhmc.plan/v2' }, 'its version is dhmc.plan/v2'],
    [{ ...plan, schema: 'dhmc.report/v1' }, 'it does not carry "schema": "dhmc.plan/v1"'],
    [[plan], 'it does not carry "schema"'],
    [{ ...plan, action: 'apply' }, 'action: '],
    [{ ...plan, partition: 'aws-moon' }, 'partition: '],
    [{ ...plan, accounts: [{ ...accounts[0], targets: [{}] }] }, 'accounts.0.targets.0'],
    [{ ...plan, settings: { ...settings, failureTolerance: '5 %' } }, 'settings.failureTolerance'],
    [{ ...plan, accounts: {} }, 'accounts: '],
  ])('is refused with the place of the fault: %#', (value, reason) => {
    const parsed = parse(value);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });

  it('is refused where it is not JSON', () => {
    const parsed = parsePlanFile('{');
    expect(parsed.ok ? '' : parsed.reason).toMatch(/^it is not JSON \(/);
  });
});
