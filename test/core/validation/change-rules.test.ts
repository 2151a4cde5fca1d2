import { describe, expect, it } from 'vitest';
import type { AccountPlan, PlannedTarget } from '../../../src/core/model/model.ts';
import { trustsNobody } from '../../../src/core/iam/trust-policy.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import {
  problemOfAccount,
  problemOfOrigin,
  problemOfSettings,
  type ChangeContext,
} from '../../../src/core/validation/change-rules.ts';
import {
  account,
  accountRow,
  otherTrust,
  ourRole,
  policy,
  roleArn,
} from '../../support/histories.ts';
import { roleName, settingsOf, wholeOrganization } from '../../support/run-engine.ts';

const settings = settingsOf();
const enable: ChangeContext = { action: 'enable', settings, partition: 'aws' };
const toChange = { state: 'disabled', verdict: 'would-change' } as const;
const setting = (over: Partial<PlannedTarget> = {}): PlannedTarget => ({
  ...plannedTarget(
    { kind: 'setting', account, region: 'eu-west-1' },
    { ...toChange, to: roleName },
  ),
  ...over,
});
const role = (over: Partial<PlannedTarget> = {}): PlannedTarget => ({
  ...plannedTarget({ kind: 'role', account }, { ...toChange, state: 'absent', to: ourRole }),
  ...over,
});
const grant = (over: Partial<PlannedTarget> = {}): PlannedTarget => ({
  ...plannedTarget({ kind: 'grant', account }, { ...toChange, state: 'absent', to: policy }),
  ...over,
});
const problemOf = (
  targets: readonly PlannedTarget[],
  context: Partial<ChangeContext> = {},
  more: Partial<AccountPlan> = {},
): string | null =>
  problemOfAccount(
    { account: accountRow, targets, ...more },
    { ...enable, ...context },
    { verdicts: ['in-sync', 'would-change'] },
  );
const keeps = { action: 'disable' } as const;
const deletes = { action: 'disable', settings: settingsOf({ deleteRole: true }) } as const;
const undoes = { action: 'rollback' } as const;
const proofRole = 'dhmc-proof/DhmcProof-0123abcd';
const proofArn = `arn:aws:iam::${account}:role/${proofRole}`;

describe('a plan that dhmc can have made has no problem if it', () => {
  it.each<[string, readonly PlannedTarget[], Partial<ChangeContext>]>([
    ['enables', [role(), grant(), setting()], {}],
    [
      'repairs a trust policy',
      [role({ from: { ...ourRole, trust: otherTrust }, to: mended() })],
      {},
    ],
    ['disables', [setting({ from: roleName, to: null })], keeps],
    [
      'removes the role',
      [role({ from: ourRole, to: null }), grant({ from: policy, to: null })],
      deletes,
    ],
    [
      'rolls back',
      [setting({ from: roleName, to: 'Team' }), role({ from: ourRole, to: null })],
      undoes,
    ],
    [
      'rolls back a proof that was killed while its role trusted nobody',
      [role({ from: { arn: proofArn, trust: trustsNobody(account) }, to: null })],
      { ...undoes, settings: settingsOf({ dhmcRole: proofRole }) },
    ],
    [
      'takes over a setting of a kind in --overwrite',
      [role(), setting({ from: 'Team', state: 'foreign' })],
      { settings: settingsOf({ overwrite: ['foreign'] }) },
    ],
  ])('%s', (_, targets, context) => {
    expect(problemOf(targets, context)).toBeNull();
  });
});

describe('a plan that dhmc cannot have made', () => {
  it.each<[string, readonly PlannedTarget[], Partial<ChangeContext>]>([
    ['another account', [setting({ account: '222222222222' })], {}],
    ['twice', [role(), setting(), setting()], {}],
    ['the verdict failed', [setting({ verdict: 'failed' })], {}],
    ['not in a region of the partition', [role(), setting({ region: 'cn-north-1' })], {}],
    ["a role other than the plan's", [role(), setting({ to: 'Other' })], {}],
    ['may not replace', [role(), setting({ from: 'Team', state: 'foreign' })], {}],
    ['never sets or replaces', [role(), setting({ from: 'aws-reserved/sso/x' })], {}],
    ['would not be reset', [setting({ from: 'Team', to: null })], keeps],
    ['not changed by a run of dhmc', [setting({ from: 'A', to: 'B' })], undoes],
    ['a policy other than', [grant({ to: 'arn:aws:iam::aws:policy/AdministratorAccess' })], {}],
    ['would be removed', [grant({ from: policy, to: null })], {}],
    ['keeps the role', [grant({ from: policy, to: null })], keeps],
    ['never makes of a role', [role({ to: { ...ourRole, trust: otherTrust } })], {}],
    ['never makes of a role', [role({ from: ourRole, to: null })], keeps],
    [
      'never makes of a role',
      [role({ from: { ...ourRole, trust: trustsNobody(account) }, to: null })],
      undoes,
    ],
    [
      'never makes of a role',
      [role({ from: { arn: proofArn, trust: trustsNobody('222222222222') }, to: null })],
      { ...undoes, settings: settingsOf({ dhmcRole: proofRole }) },
    ],
    ["differs from the plan's", [role({ to: { ...ourRole, arn: `${roleArn}2` } })], {}],
    [
      'is not a role of the account',
      [role({ to: { ...ourRole, arn: 'arn:aws:iam::1:role/x' } })],
      {},
    ],
    ['a trust policy that is not valid', [role({ to: { ...ourRole, trust: '{' } })], {}],
  ])('is refused with "%s"', (words, targets, context) => {
    expect(problemOf(targets, context)).toContain(words);
  });

  it('is refused for a change in an account that is not active', () => {
    const suspended = { account: { ...accountRow, state: 'SUSPENDED' } };
    expect(problemOf([setting()], {}, suspended)).toContain('it is SUSPENDED');
    expect(problemOf([setting({ verdict: 'in-sync' })], {}, suspended)).toBeNull();
  });
  it('is refused where it creates a role again that dhmc had not created', () => {
    const formerRole = { tags: {}, boundary: null };
    expect(problemOf([], undoes, { formerRole })).toContain('was not created by dhmc');
    expect(problemOf([], {}, { formerRole })).toContain('only a rollback has');
  });
});

it.each([
  [{ organization: { id: 'o-1', managementAccount: account } }, '"o-1" cannot be an organization'],
  [{ caller: { account: '1', arn: 'x' } }, '"1" cannot be an account'],
  [
    { scope: { ...wholeOrganization, regions: { regions: ['mars'], excludeRegions: [] } } },
    '"mars" cannot be a region of aws',
  ],
  [{}, null],
])('problemOfOrigin is right for %j', (over, found) => {
  expect(
    problemOfOrigin({
      organization: { id: 'o-abcdefghij', managementAccount: account },
      caller: { account, arn: 'x' },
      partition: 'aws',
      scope: wholeOrganization,
      ...over,
    }),
  ).toBe(found);
});

it.each([
  [{}, null],
  [{ dhmcRole: 'a b' }, '"a b" cannot be the name of a role'],
  [{ roleNames: ['x*'] }, '"x*" cannot be the name of a role'],
  [{ permissionsBoundary: 'arn:x' }, '"arn:x" cannot be a permissions boundary'],
  [{ roleTags: { 'DHMC:run': 'x' } }, '"DHMC:run" cannot be a tag that a user sets'],
  [{ homeRegion: 'cn-north-1' }, '"cn-north-1" cannot be a region of aws'],
  [{ assumeUnused: ['x'] }, '"x" cannot be a region of aws'],
])('problemOfSettings is right for %j', (over, found) => {
  expect(problemOfSettings(settingsOf(over), 'aws')).toBe(found);
});

/** Our role with the trust after a repair of `otherTrust`. */
function mended(): typeof ourRole {
  const { Statement } = JSON.parse(otherTrust) as { Statement: readonly object[] };
  const ours = JSON.parse(ourRole.trust) as { Statement: readonly object[] };
  const trust = JSON.stringify({ ...ours, Statement: [...Statement, ...ours.Statement] });
  return { ...ourRole, trust };
}
