import { expect, it } from 'vitest';
import type { RunStarted } from '../../../src/core/record/events.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import {
  problemOfProof,
  problemOfProofPlan,
  proofPlan,
  proofValues,
} from '../../../src/core/validation/proof-changes.ts';
import { startedOf } from '../../journal/sample.ts';

const id = '222222222222';
const role = 'dhmc-proof/DhmcProof-0123abcd';
const plan = proofPlan({
  account: { id, name: 'n', path: '', state: 'ACTIVE' },
  region: 'eu-west-1',
  role,
  roleArn: `arn:aws:iam::${id}:role/${role}`,
});

it('the plan of a proof has one role, one setting and nothing else', () => {
  expect(plan.targets.map(({ kind, region }) => [kind, region])).toEqual([
    ['role', null],
    ['setting', 'eu-west-1'],
  ]);
  expect(problemOfProofPlan(plan)).toBeNull();
});

it.each([
  [
    'a grant',
    plannedTarget(
      { kind: 'grant', account: id },
      { state: 'absent', verdict: 'would-change', to: 'p' },
    ),
  ],
  [
    'a setting that had a value',
    plannedTarget(
      { kind: 'setting', account: id },
      { state: 'enabled', verdict: 'would-change', from: 'x', to: role },
    ),
  ],
  [
    'a reset',
    plannedTarget({ kind: 'setting', account: id }, { state: 'enabled', verdict: 'would-change' }),
  ],
])('a plan with %s is refused', (_, target) => {
  expect(problemOfProofPlan({ ...plan, targets: [target] })).toContain('what no proof does');
});

it.each<[string, Partial<RunStarted['settings']>, string | null, string | null]>([
  ['a proof', {}, null, null],
  ['another role', { dhmcRole: 'Dhmc' }, null, 'is not a role of a proof'],
  ['an overwrite', { overwrite: ['foreign'] }, null, 'rolls back, overwrites or removes'],
  ['a deletion', { deleteRole: true }, null, 'rolls back, overwrites or removes'],
  ['a rollback', {}, '20260101-000000-abcdef', 'rolls back, overwrites or removes'],
])('problemOfProof is right for %s', (_, over, rollsBack, found) => {
  const started = startedOf('20261122-110000-aaaaaa');
  const settings = {
    ...started.settings,
    overwrite: [],
    deleteRole: false,
    dhmcRole: role,
    ...over,
  };
  const problem = problemOfProof({ ...started, rollsBack, settings });
  if (found === null) expect(problem).toBeNull();
  else expect(problem).toContain(found);
});

it('proofValues lists every value that a proof gives a target', () => {
  expect(proofValues(id, role)).toEqual([role, 'DhmcProof-0123abcd', null]);
  expect(proofValues(id, null)).toEqual([null]);
  const [made, untrusting, gone] = proofValues(id, { arn: 'arn', trust: '{}' });
  expect([made, gone]).toEqual([{ arn: 'arn', trust: '{}' }, null]);
  expect(JSON.stringify(untrusting)).toContain(id);
});
