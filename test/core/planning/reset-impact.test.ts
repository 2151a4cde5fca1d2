import { describe, expect, it } from 'vitest';
import { known, unknown, type PlannedTarget } from '../../../src/core/model/model.ts';
import type { Plan } from '../../../src/core/planning/plan.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import {
  cellsToReset,
  warningsOfResets,
  type CellUse,
} from '../../../src/core/planning/reset-impact.ts';
import { namesOf } from '../../../src/core/model/account-names.ts';
import { account, accountRow, problem } from '../../support/histories.ts';

const setting = (
  region: string,
  over: Partial<Pick<PlannedTarget, 'from' | 'to' | 'verdict'>> = {},
): PlannedTarget =>
  plannedTarget(
    { kind: 'setting', account, region },
    { state: 'enabled', verdict: 'would-change', from: 'Dhmc', to: null, ...over },
  );
const planOf = (...targets: readonly PlannedTarget[]): Plan => ({
  accounts: [{ account: accountRow, targets }],
  notes: [],
});

it('cellsToReset has the settings that change from a value to the default', () => {
  const plan = planOf(
    plannedTarget({ kind: 'role', account }, { state: 'whole', verdict: 'would-change' }),
    setting('a'),
    setting('b', { to: 'Team' }),
    setting('c', { from: null }),
    setting('d', { verdict: 'blocked' }),
    setting('e'),
  );
  expect([...cellsToReset(plan)]).toEqual([[account, ['a', 'e']]]);
  expect(cellsToReset(planOf()).size).toBe(0);
});

describe('the warnings on resets', () => {
  const names = namesOf([accountRow]);
  const use = (region: string, over: Partial<CellUse> = {}): CellUse => ({
    account,
    region,
    instances: known({ withOurRole: 0, withoutRole: 0 }),
    associations: known(0),
    ...over,
  });
  const warnings = (...uses: readonly CellUse[]): readonly string[] =>
    warningsOfResets(names, uses, 'service-role/Dhmc').map((text) => text.replaceAll(account, '1'));
  const instances = (withOurRole: number, withoutRole: number) =>
    known({ withOurRole, withoutRole });

  it('are none where nothing is in use', () => {
    expect(warnings(use('a'))).toEqual([]);
  });
  it('count instances that are certainly lost separately from those that may be', () => {
    const [text] = warnings(
      use('a', { instances: instances(1, 0) }),
      use('b', { instances: instances(1000, 2) }),
    );
    expect(text).toContain('1,001 EC2 instances online with the role Dhmc, and 2 EC2 instances');
    expect(text).toContain('one (1) a: 1; one (1) b: 1,002.');
  });
  it('name ten cells and count the others', () => {
    const [text] = warnings(
      ...Array.from({ length: 12 }, (_, i) => use(`r${i}`, { instances: instances(1, 0) })),
    );
    expect(text).toMatch(/r9: 1; and 2 more cells\.$/);
  });
  it('say where Quick Setup would switch DHMC on again', () => {
    expect(warnings(use('a', { associations: known(1) }))[0]).toContain(
      'once a day, in one (1) a.',
    );
  });
  it('say once for each reason which readings failed', () => {
    const denied = unknown(problem('denied'));
    const found = warnings(
      use('a', { instances: denied, associations: denied }),
      use('b', { instances: denied }),
    );
    expect(found).toEqual([
      'Whether instances are managed through DHMC now could not be read in one (1) a; one (1) b: denied. hint',
      'Whether Quick Setup would switch it on again could not be read in one (1) a: denied. hint',
    ]);
  });
});
