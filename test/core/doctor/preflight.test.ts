import { describe, expect, it } from 'vitest';
import { known, unknown, type AccountPlan } from '../../../src/core/model/model.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import { preflightPlan, type PreflightReading } from '../../../src/core/doctor/preflight.ts';
import type { Need, Permission } from '../../../src/core/doctor/readings.ts';
import { noteText } from '../../../src/core/problems/notes.ts';

const id = '222222222222';
const account = { id, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null };
const regions = ['eu-west-1', 'us-east-1'];
const arn = `arn:aws:iam::${id}:role/service-role/Dhmc`;
const plan: AccountPlan = {
  account,
  targets: [
    plannedTarget(
      { kind: 'role', account: id },
      { state: 'absent', verdict: 'would-change', to: { arn, trust: '{}' } },
    ),
    plannedTarget(
      { kind: 'grant', account: id },
      { state: 'absent', verdict: 'would-change', to: 'arn:aws:iam::aws:policy/P' },
    ),
    ...regions.map((region) =>
      plannedTarget(
        { kind: 'setting', account: id, region },
        { state: 'disabled', verdict: 'would-change', to: 'service-role/Dhmc' },
      ),
    ),
  ],
};

const need = (action: string, purpose: Need['for'] = 'enable'): Need => ({
  action,
  resource: '*',
  context: { 'aws:RequestedRegion': 'us-east-1' },
  for: purpose,
});
const needs: readonly Need[] = [
  ...['iam:CreateRole', 'iam:TagRole', 'iam:AttachRolePolicy', 'iam:PassRole'].map((action) =>
    need(action),
  ),
  need('ssm:UpdateServiceSetting'),
  need('iam:DeleteRole', 'undo'),
];

/** A reading in which `by` denies the `denied` actions. */
const reading = (
  by: Permission['by'],
  denied: readonly string[],
  rest: Partial<PreflightReading> = {},
): PreflightReading => ({
  account,
  needs,
  levels: null,
  inside: known({
    principal: 'role Entry',
    principalArn: `arn:aws:iam::${id}:role/Entry`,
    permissions: known(
      needs.map((each) => {
        const allowed = !denied.includes(each.action);
        return { ...each, allowed, by: allowed ? null : by };
      }),
    ),
  }),
  ...rest,
});

const check = (read: PreflightReading) => {
  const { plan: checked, preflight } = preflightPlan(
    { accounts: [plan], notes: [] },
    new Map([[id, read]]),
  );
  const targets = checked.accounts[0]?.targets ?? [];
  return {
    preflight,
    denied: targets.flatMap(({ kind, region, problem }) =>
      problem === null ? [] : [`${region ?? kind} ${problem.code}`],
    ),
    message: targets.find(({ problem }) => problem !== null)?.problem?.message ?? '',
    notes: targets.flatMap(({ notes }) => notes.map(noteText)),
  };
};

const onRegion = (region: string): PreflightReading['levels'] =>
  known([
    {
      target: 'r-1',
      policies: [
        {
          id: 'p-1',
          arn: 'arn:p',
          name: 'P',
          content: JSON.stringify({
            Statement: [
              { Effect: 'Allow', Action: '*', Resource: '*' },
              {
                Effect: 'Deny',
                Action: 'ssm:UpdateServiceSetting',
                Resource: '*',
                Condition: { StringEquals: { 'aws:RequestedRegion': region } },
              },
            ],
          }),
        },
      ],
    },
  ]);

describe('the preflight of a plan', () => {
  it('names all missing actions of an account on each row that lacks one', () => {
    const { denied, message, preflight } = check(
      reading('policy', ['iam:CreateRole', 'iam:AttachRolePolicy', 'ssm:UpdateServiceSetting']),
    );
    expect(denied).toEqual(['role denied', 'grant denied', 'eu-west-1 denied', 'us-east-1 denied']);
    expect(message).toContain('iam:CreateRole, iam:AttachRolePolicy, ssm:UpdateServiceSetting');
    expect(preflight).toEqual({ tried: 1, denied: 1, undetermined: 0 });
  });

  it.each([
    ['iam:TagRole', 'boundary', ['role denied-by-boundary']],
    ['iam:AttachRolePolicy', 'policy', ['grant denied']],
    ['iam:PassRole', 'policy', ['eu-west-1 denied', 'us-east-1 denied']],
    ['iam:DeleteRole', 'policy', []],
  ] as const)('puts a denial of %s by a %s on %j', (action, by, denied) => {
    expect(check(reading(by, [action])).denied).toEqual(denied);
  });

  it('finds in the text of a service control policy the region that it denies', () => {
    expect(check(reading(null, [], { levels: onRegion('eu-west-1') })).denied).toEqual([
      'eu-west-1 denied-by-scp',
    ]);
    expect(check(reading(null, [], { levels: onRegion('sa-east-1') })).denied).toEqual([]);
  });

  it('adds notes on changes that could not be undone or checked, and counts undetermined accounts', () => {
    const undo = check(reading('policy', ['iam:DeleteRole']));
    expect(undo.notes.join()).toContain('could not undo everything');
    expect(undo.preflight).toEqual({ tried: 1, denied: 0, undetermined: 0 });
    const problem = { code: 'denied', message: 'No.', hint: 'Allow it.', requestId: null } as const;
    const closed = check(reading(null, [], { inside: unknown(problem) }));
    expect(closed.notes).toEqual(['Not checked: No. Allow it.']);
    expect(closed.preflight).toEqual({ tried: 1, denied: 0, undetermined: 1 });
    const unread = check(reading(null, [], { levels: unknown(problem) }));
    expect(unread.preflight.undetermined).toBe(1);
  });
});
