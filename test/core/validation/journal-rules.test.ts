import { describe, expect, it } from 'vitest';
import type { RunEvent, RunStarted } from '../../../src/core/record/events.ts';
import type { AccountPlan, PlannedTarget } from '../../../src/core/model/model.ts';
import { journalRules } from '../../../src/core/validation/journal-rules.ts';
import { proofPlan } from '../../../src/core/validation/proof-changes.ts';
import { dhmcTrustPolicy, trustsNobody } from '../../../src/core/iam/trust-policy.ts';
import { begun, ended, planned, roleValue, setting, startedOf } from '../../journal/sample.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const account = '222222222222';
const cell = setting(account, 'eu-west-1');
const at = '2026-11-22T11:00:00.000Z';
const roleKey = { kind: 'role', account, region: null } as const;
const grantKey = { kind: 'grant', account, region: null } as const;
const arn = `arn:aws:iam::${account}:role/${roleValue}`;
const ours = { arn, trust: dhmcTrustPolicy };
const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const statement = (principal: object): object => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
});
const trust = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const stranger = statement({ AWS: 'arn:aws:iam::666666666666:root' });
const ssm = statement({ Service: 'ssm.amazonaws.com' });

const started = (changes: Partial<RunStarted> = {}): RunStarted =>
  startedOf('20261122-110000-aaaaaa', changes);
const settings = (changes: Partial<RunStarted['settings']>): Partial<RunStarted> => ({
  settings: { ...started().settings, ...changes },
});
const plan = (
  targets: readonly PlannedTarget[],
  changes: Partial<AccountPlan['account']> = {},
): RunEvent => ({
  type: 'account-planned',
  plan: {
    account: {
      id: account,
      name: 'n',
      path: null,
      state: 'ACTIVE',
      skipped: null,
      problem: null,
      ...changes,
    },
    targets,
  },
});
const whole = planned(roleKey, { state: 'whole', verdict: 'in-sync', from: ours, to: ours });

/** The problem of the first event with one. */
function problemOf(...events: readonly RunEvent[]): string | null {
  const rules = journalRules(now);
  for (const event of events) {
    const problem = rules.problemOf(event);
    if (problem !== null) return problem;
  }
  return null;
}

describe('a journal that dhmc can have written', () => {
  it('has no problem', () => {
    const events = [
      started(),
      plan([whole, planned(grantKey, { from: null, to: policy }), planned(cell)]),
      { type: 'run-confirmed', at, by: 'yes' } as const,
      begun(grantKey, at, null, policy),
      ended(grantKey, at),
      begun(cell, at),
      ended(cell, at),
    ];
    expect(problemOf(...events)).toBeNull();
  });

  it('may be dated up to a day ahead', () => {
    expect(problemOf(started({ startedAt: '2026-11-23T11:59:59.000Z' }))).toBeNull();
    expect(problemOf(started({ startedAt: '2026-11-23T12:00:01.000Z' }))).toMatch(/in the future/);
  });
});

describe('the start of a run', () => {
  it.each([
    ['a date years ahead', { startedAt: '2099-01-01T00:00:00.000Z' }, /in the future/],
    ['no date', { startedAt: 'soon' }, /not a time/],
    ['a text that sorts after every date', { startedAt: 'Z' }, /not a time/],
    ['an impossible run id', { run: '../../x' }, /cannot be a run/],
    ['an impossible id of the run to roll back', { rollsBack: '../x' }, /cannot be a run/],
    [
      'an impossible organization id',
      { organization: { id: 'o-1', managementAccount: account } },
      /cannot be an organization/,
    ],
    [
      'an impossible account id',
      { organization: { id: 'o-exampleorg1', managementAccount: '12' } },
      /cannot be an account/,
    ],
    [
      'an impossible account of the caller',
      { caller: { account: 'x', arn: 'x' } },
      /cannot be an account/,
    ],
    ['a role with a variable', settings({ roleNames: ['a${b}'] }), /cannot be the name of a role/],
    ['a role with a wildcard', settings({ roleNames: ['a*/b'] }), /cannot be the name of a role/],
    ['a DHMC role with a backtick', settings({ dhmcRole: 'a`/b' }), /cannot be the name of a role/],
    [
      'a boundary with a wildcard',
      settings({ permissionsBoundary: 'arn:aws:iam::aws:policy/*' }),
      /cannot be a permissions boundary/,
    ],
    ['an impossible region', settings({ homeRegion: 'nowhere' }), /cannot be a region/],
    ["another partition's region", settings({ homeRegion: 'cn-north-1' }), /cannot be a region/],
  ] as const)('is refused with %s', (_, changes, reason) => {
    expect(problemOf(started(changes))).toMatch(reason);
  });
});

describe('a change in a journal', () => {
  const rollback = started({ action: 'rollback', rollsBack: '20261121-110000-aaaaaa' });
  const disable = started({ action: 'disable', ...settings({ deleteRole: true }) });
  const other = `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`;
  const row = (
    key: Parameters<typeof planned>[0],
    from: PlannedTarget['from'],
    to: PlannedTarget['to'],
  ): PlannedTarget => planned(key, { from, to });

  it.each([
    [
      'that replaces a trust instead of adding to it',
      started(),
      [row(roleKey, { arn, trust: trust(stranger) }, { arn, trust: trust(ssm) })],
      /never makes of a role/,
    ],
    [
      'of another role',
      started(),
      [
        row(
          roleKey,
          { arn: other, trust: trust(stranger) },
          { arn: other, trust: trust(stranger, ssm) },
        ),
      ],
      /differs from the plan's/,
    ],
    [
      'of a role in another account',
      started(),
      [row(roleKey, null, { arn: arn.replace(account, '333333333333'), trust: dhmcTrustPolicy })],
      /is not a role of the account/,
    ],
    [
      'that deletes a role that trusts another principal',
      disable,
      [row(roleKey, { arn, trust: trust(ssm, stranger) }, null)],
      /never makes of a role/,
    ],
    [
      'of a policy other than the one of DHMC',
      disable,
      [row(grantKey, 'arn:aws:iam::aws:policy/AdministratorAccess', null)],
      /a policy other than/,
    ],
    ['of a reserved value', rollback, [row(cell, roleValue, 'aws-reserved/x')], /never sets/],
    ['of a value with a variable', rollback, [row(cell, roleValue, 'a${b}/x')], /never sets/],
    ['between two values of others', rollback, [row(cell, 'One', 'Other')], /not changed by a run/],
    [
      'that takes over a setting without --overwrite',
      started(settings({ overwrite: [] })),
      [whole, row(cell, 'Other', roleValue)],
      /may not replace/,
    ],
    [
      'in an impossible region',
      started(),
      [whole, planned(setting(account, 'Nowhere'))],
      /not in a region of the partition/,
    ],
    [
      'with a trust that is nested too deeply',
      started(),
      [row(roleKey, null, { arn, trust: `{"a":${'['.repeat(30)}${']'.repeat(30)}}` })],
      /trust policy that is not valid/,
    ],
    [
      'of a row with another account',
      started(),
      [planned(setting('333333333333', 'eu-west-1'))],
      /of another account/,
    ],
  ] as const)('%s is refused', (_, start, targets, reason) => {
    expect(problemOf(start, plan(targets))).toMatch(reason);
  });

  it('that the run did not plan is refused', () => {
    expect(problemOf(started(), begun(cell, at))).toMatch(/did not plan/);
    const inSync = planned(cell, { verdict: 'in-sync' });
    expect(problemOf(started(), plan([whole, inSync]), begun(cell, at))).toMatch(/did not plan/);
  });

  it('that differs from the planned one, or is in the future, is refused', () => {
    const plans = [started(), plan([whole, planned(cell)])] as const;
    expect(problemOf(...plans, begun(cell, at, 'Other'))).toMatch(/another change/);
    expect(problemOf(...plans, begun(cell, '2099-01-01T00:00:00.000Z'))).toMatch(/in the future/);
  });

  it('that deletes a role is refused where dhmc did not create the role', () => {
    const plans = [disable, plan([row(roleKey, ours, null)])] as const;
    const deleting = (tags: Record<string, string>): RunEvent => ({
      ...begun(roleKey, at, ours, null),
      formerRole: { tags, boundary: null },
    });
    expect(problemOf(...plans, deleting({ 'dhmc:created-by': 'dhmc' }))).toBeNull();
    expect(problemOf(...plans, deleting({}))).toMatch(/did not make/);
  });

  it('in an account that is not active is refused', () => {
    expect(problemOf(started(), plan([whole, planned(cell)], { state: 'CLOSED' }))).toMatch(
      /it is CLOSED/,
    );
  });
});

describe('the journal of a proof', () => {
  const path = 'dhmc-proof/DhmcProof-0123abcd';
  const made = { arn: `arn:aws:iam::${account}:role/${path}`, trust: dhmcTrustPolicy };
  const proof = (changes: Partial<RunStarted['settings']> = {}, more: Partial<RunStarted> = {}) =>
    started({
      ...settings({ dhmcRole: path, overwrite: [], ...changes }),
      action: 'prove',
      ...more,
    });
  const rows = proofPlan({
    account: { id: account, name: 'n', path: null, state: 'ACTIVE' },
    region: 'eu-west-1',
    role: path,
    roleArn: made.arn,
  }).targets;
  const nobody = (who: string): string => trust({ ...statement({ AWS: who }), Effect: 'Deny' });
  const change = (to: PlannedTarget['to']): RunEvent => begun(roleKey, at, null, to);

  it.each<[string, readonly RunEvent[]]>([
    ['with the changes of a proof', [proof(), plan(rows), change(made)]],
    [
      'with a trust that lets nobody assume the role for a moment',
      [proof(), plan(rows), change({ ...made, trust: trustsNobody(account) })],
    ],
  ])('%s has no problem', (_, events) => {
    expect(problemOf(...events)).toBeNull();
  });

  it.each<[string, readonly RunEvent[]]>([
    ['on the DHMC role', [proof({ dhmcRole: roleValue })]],
    ['on the access role of dhmc', [proof({ dhmcRole: 'OrganizationAccountAccessRole' })]],
    [
      'on a role with the name of a proof role at another path',
      [proof({ dhmcRole: 'DhmcProof-0123abcd' })],
    ],
    ['on a role with a longer name', [proof({ dhmcRole: `${path}x` })]],
    ['that takes over others’ settings', [proof({ overwrite: ['foreign'] })]],
    ['that removes roles', [proof({ deleteRole: true })]],
    ['that rolls back', [proof({}, { rollsBack: '20261122-100000-aaaaaa' })]],
    [
      'with a grant',
      [proof(), plan([...rows, planned(grantKey, { verdict: 'would-change', to: policy })])],
    ],
    [
      'on a setting that was not at the default',
      [
        proof(),
        plan([planned(cell, { state: 'broken', verdict: 'would-change', from: path, to: path })]),
      ],
    ],
    [
      'that repairs an existing role',
      [
        proof(),
        plan([
          planned(roleKey, {
            state: 'broken',
            verdict: 'would-change',
            from: { ...made, trust: trust(stranger) },
            to: { ...made, trust: trust(stranger, ssm) },
          }),
        ]),
      ],
    ],
    [
      'with a trust for another principal',
      [proof(), plan(rows), change({ ...made, trust: trust(stranger) })],
    ],
    [
      'with a Deny for another account',
      [proof(), plan(rows), change({ ...made, trust: nobody('666666666666') })],
    ],
  ])('%s is refused', (_, events) => {
    expect(problemOf(...events)).not.toBeNull();
    expect(problemOf(...events.slice(0, -1))).toBeNull();
  });
});

describe('the journal of a run with stack sets', () => {
  const run = (more: Partial<RunStarted> = {}) =>
    started({
      ...settings({ overwrite: [] }),
      action: 'stackset-deploy',
      stackSets: { prefix: 'dhmc', takeOver: true, pilot: null },
      ...more,
    });
  const arn = 'arn:aws:cloudformation:us-east-1:111111111111:stackset/dhmc-setting:0a-1b';
  const call = (more: object = {}): RunEvent => ({
    type: 'stack-set-call-begun',
    at,
    call: 'CreateStackInstances',
    stackSet: 'dhmc-setting',
    operation: 'dhmc-20261122-100000-aaaaaa-1',
    units: ['r-abcd'],
    accounts: [account],
    accountFilter: 'INTERSECTION',
    regions: ['eu-west-1'],
    ...more,
  });
  const handed = (more: object = {}): RunEvent => ({
    type: 'cell-handed-over',
    at,
    target: { kind: 'setting', account, region: 'eu-west-1' },
    stackSet: arn,
    operation: null,
    ...more,
  });

  it('has no problem with the events of such a run', () => {
    expect(problemOf(run(), call(), handed())).toBeNull();
  });

  it.each<[string, readonly RunEvent[]]>([
    ['without the names of the sets', [started({ action: 'stackset-deploy' })]],
    [
      'with an invalid prefix',
      [run({ stackSets: { prefix: 'a.b', takeOver: false, pilot: null } })],
    ],
    [
      'with an invalid pilot account',
      [run({ stackSets: { prefix: 'a', takeOver: false, pilot: 'x' } })],
    ],
    ['that rolls back', [run({ rollsBack: '20261122-100000-aaaaaa' })]],
    ['that plans targets', [run(), plan([whole])]],
    ['with an invalid set name', [run(), call({ stackSet: 'a b' })]],
    ['with an invalid organizational unit', [run(), call({ units: ['all'] })]],
    ['with a region of another partition', [run(), call({ regions: ['cn-north-1'] })]],
    ['with an invalid account', [run(), call({ accounts: ['1'] })]],
    ['with an invalid operation', [run(), call({ operation: '*' })]],
    ['with an ARN that is not a stack set’s', [run(), handed({ stackSet: 'arn:aws:s3:::bucket' })]],
    [
      'that transfers a role as a cell',
      [run(), handed({ target: { kind: 'role', account, region: null } })],
    ],
    ['for a run of another action', [started(), handed()]],
  ])('%s is refused', (_, events) => {
    expect(problemOf(...events)).not.toBeNull();
  });
});
