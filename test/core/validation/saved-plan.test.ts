import { describe, expect, it } from 'vitest';
import type { PlannedTarget, TargetValue } from '../../../src/core/model/model.ts';
import {
  validatePlanFile,
  validateRollback,
  type PlanFile,
} from '../../../src/core/validation/saved-plan.ts';
import {
  account,
  accountRow,
  caller,
  historyIn,
  planned,
  runOf,
  sessionOf,
  type Change,
} from '../../support/histories.ts';
import { roleName, settingsOf, wholeOrganization } from '../../support/run-engine.ts';

const change: Change = { kind: 'setting', region: 'eu-west-1', from: 'Team', to: roleName };
const undone = historyIn(1, [{ ...change, end: 'changed' }]);
const [record] = undone.changes.values();
const session = sessionOf(runOf(1));

/** The row that undoes the change. */
const back = (over: Partial<PlannedTarget> = {}): PlannedTarget => ({
  ...planned({ ...change, from: roleName, to: 'Team' }),
  modifiedBy: session,
  modifiedAt: record?.ended?.modifiedAt ?? null,
  ...over,
});
const file = (targets: readonly PlannedTarget[], over: Partial<PlanFile> = {}): PlanFile => ({
  schema: 'dhmc.plan/v1',
  version: '0.1.0',
  createdAt: '2026-01-02T00:00:00.000Z',
  action: 'rollback',
  caller,
  organization: undone.started.organization,
  partition: 'aws',
  command: 'dhmc disable rollback',
  rollsBack: runOf(1),
  scope: wholeOrganization,
  settings: settingsOf(),
  notes: [],
  accounts: [{ account: accountRow, targets }],
  ...over,
});

describe('a saved rollback', () => {
  it('is valid if it restores the former values of the run', () => {
    expect(validateRollback(file([back()]), undone, [])).toBeNull();
  });

  it.each<[string, PlanFile]>([
    ['not a rollback of the run', file([back()], { rollsBack: runOf(2) })],
    ['its DHMC role differs', file([back()], { settings: settingsOf({ dhmcRole: 'X' }) })],
    ['was not changed by the run', file([back({ region: 'eu-west-2' })])],
    ['would not get back its value', file([back({ to: 'Other' })])],
    ['is not as the run', file([back({ from: 'Dhmc2' })])],
    ['was not written last by the run', file([back({ modifiedBy: 'ann' })])],
    [
      'which it did not name before',
      file([], {
        accounts: [{ account: accountRow, targets: [back()], stillNaming: ['eu-west-1'] }],
      }),
    ],
    [
      'the role to be created again differs',
      file([], {
        accounts: [
          {
            account: accountRow,
            targets: [],
            formerRole: { tags: { a: 'b' }, boundary: null },
          },
        ],
      }),
    ],
  ])('is refused with "%s"', (words, saved) => {
    expect(validateRollback(saved, undone, [])).toContain(words);
  });

  it('may include a setting that keeps its value and changes its state with the role', () => {
    const same: TargetValue = 'Team';
    const row = back({ region: 'eu-west-2', from: same, to: same });
    expect(validateRollback(file([row]), undone, [])).toBeNull();
  });
});

it('a saved plan is refused for a repeated account and for impossible changes', () => {
  const known = {
    organization: { id: 'o-abcdefghij', managementAccount: account },
    caller: { account, arn: 'x' },
  };
  const { accounts } = file([back()]);
  expect(validatePlanFile(file([back()], known))).toBeNull();
  expect(validatePlanFile(file([], { ...known, accounts: [...accounts, ...accounts] }))).toContain(
    'appears twice',
  );
  expect(validatePlanFile(file([back({ verdict: 'changed' })], known))).toContain('verdict');
  expect(
    validatePlanFile(file([], { organization: { id: 'x', managementAccount: '1' } })),
  ).toContain('cannot be an organization');
});
