import { expect, it } from 'vitest';
import { neededAnywhere, neededFor, neededWhereUnread } from '../../../src/core/doctor/needed.ts';
import type { Need } from '../../../src/core/doctor/readings.ts';
import type { AccountPlan, PlannedTarget } from '../../../src/core/model/model.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';

const account = '111111111111';
const ours = { arn: `arn:aws:iam::${account}:role/Dhmc`, trust: '{}' };
const need = (action: string, purpose: Need['for'] = 'enable'): Need => ({
  action,
  resource: action.startsWith('ssm:') ? `arn:aws:ssm:us-east-1:${account}:servicesetting/x` : '*',
  context: {},
  for: purpose,
});
const needs: readonly Need[] = [
  need('iam:CreateRole'),
  need('iam:TagRole'),
  need('iam:ListAttachedRolePolicies'),
  need('iam:AttachRolePolicy'),
  need('iam:UpdateAssumeRolePolicy'),
  need('iam:PassRole'),
  need('ssm:UpdateServiceSetting'),
  need('ssm:ResetServiceSetting', 'undo'),
  need('iam:DeleteRole', 'undo'),
];
const setting = (region: string, verdict: PlannedTarget['verdict']): PlannedTarget =>
  plannedTarget({ kind: 'setting', account, region }, { state: 'disabled', verdict, to: 'Dhmc' });
const role = (from: PlannedTarget['from']): PlannedTarget =>
  plannedTarget(
    { kind: 'role', account },
    { state: from === null ? 'absent' : 'broken', verdict: 'would-change', from, to: ours },
  );
const grant = plannedTarget(
  { kind: 'grant', account },
  { state: 'absent', verdict: 'would-change', to: 'arn:aws:iam::aws:policy/P' },
);

const shown = (...targets: readonly PlannedTarget[]): readonly string[] => {
  const plan: AccountPlan = {
    account: { id: account, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets,
  };
  return neededFor(plan, needs).map(({ action, resource, context }) =>
    [action, /ssm:([a-z0-9-]+)/.exec(resource)?.[1], context['aws:RequestedRegion']]
      .filter((part) => part !== undefined)
      .join(' '),
  );
};
const undo = ['ssm:ResetServiceSetting us-east-1', 'iam:DeleteRole'];

it.each<[string, readonly PlannedTarget[], readonly string[]]>([
  ['nothing', [], undo],
  [
    'a missing role',
    [role(null)],
    ['iam:CreateRole', 'iam:TagRole', 'iam:ListAttachedRolePolicies', ...undo],
  ],
  ['a trust policy', [role({ ...ours, trust: '[]' })], ['iam:UpdateAssumeRolePolicy', ...undo]],
  ['a policy', [grant], ['iam:AttachRolePolicy', ...undo]],
  [
    'the settings of two regions',
    [setting('eu-west-1', 'would-change'), setting('eu-west-2', 'would-change')],
    [
      'iam:PassRole eu-west-1',
      'iam:PassRole eu-west-2',
      'ssm:UpdateServiceSetting eu-west-1 eu-west-1',
      'ssm:UpdateServiceSetting eu-west-2 eu-west-2',
      'ssm:ResetServiceSetting eu-west-1 eu-west-1',
      'ssm:ResetServiceSetting eu-west-2 eu-west-2',
      'iam:DeleteRole',
    ],
  ],
  [
    'no setting that was read',
    [setting('eu-west-1', 'in-sync'), setting('eu-west-2', 'skipped')],
    ['ssm:ResetServiceSetting eu-west-1 eu-west-1', 'iam:DeleteRole'],
  ],
])('a plan that changes %s needs these rights only', (_, targets, expected) => {
  expect(shown(...targets)).toEqual(expected);
});

it('the simulator gets each action of the plan and of its rollback once', () => {
  const plan: AccountPlan = {
    account: { id: account, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets: [
      role(ours),
      setting('eu-west-1', 'would-change'),
      setting('us-east-1', 'would-change'),
    ],
  };
  const actions = neededAnywhere(plan, needs).map(({ action }) => action);
  expect(actions).toEqual([
    'iam:UpdateAssumeRolePolicy',
    'iam:PassRole',
    'ssm:UpdateServiceSetting',
    'ssm:ResetServiceSetting',
    'iam:DeleteRole',
  ]);
});

it('every right is needed in a region whose setting could not be read, and none in other regions', () => {
  const unread = plannedTarget(
    { kind: 'setting', account, region: 'eu-west-1' },
    { state: 'unknown', verdict: 'blocked' },
  );
  const plan: AccountPlan = {
    account: { id: account, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets: [unread, setting('eu-west-2', 'skipped')],
  };
  const found = (all: readonly Need[]) =>
    all.map(({ action, context }) => [action, context['aws:RequestedRegion']]);
  expect(found(neededFor(plan, needs))).toEqual([['iam:DeleteRole', undefined]]);
  expect(found(neededWhereUnread(plan, [need('ssm:GetServiceSetting'), ...needs]))).toEqual(
    [
      'ssm:GetServiceSetting',
      'iam:PassRole',
      'ssm:UpdateServiceSetting',
      'ssm:ResetServiceSetting',
    ].map((action) => [action, 'eu-west-1']),
  );
});
