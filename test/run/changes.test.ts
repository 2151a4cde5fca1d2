import { describe, expect, it } from 'vitest';
import { parseRoleName } from '../../src/core/iam/role-names.ts';
import type { Role, Setting, TargetValue } from '../../src/core/model/model.ts';
import { plannedTarget } from '../../src/core/planning/planned-targets.ts';
import type { AccountAccess } from '../../src/run/cloud.ts';
import {
  createRoleStep,
  deleteRoleStep,
  grantStep,
  needsRole,
  settingStep,
  trustStep,
} from '../../src/run/changes.ts';

const account = '111111111111';
const subject = { partition: 'aws', account, role: parseRoleName('Own') } as Parameters<
  typeof createRoleStep
>[2];
const arn = `arn:aws:iam::${account}:role/Own`;
const trust = '{"Version":"2012-10-17","Statement":[]}';
const other = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny"}]}';
const target = (
  kind: 'role' | 'grant' | 'setting',
  from: TargetValue,
  to: TargetValue,
  more: { modifiedBy?: string } = {},
) =>
  plannedTarget(
    { kind, account, ...(kind === 'setting' ? { region: 'eu-west-1' } : {}) },
    { state: 'disabled', verdict: 'would-change', from, to, stateAfter: 'enabled', ...more },
  );
/** Account access that records every call with its arguments. */
const recorded = () => {
  const calls: unknown[][] = [];
  const access = new Proxy({} as AccountAccess, {
    get:
      (_, name) =>
      (...args: readonly unknown[]) => {
        calls.push([name, ...args]);
        return Promise.resolve({ ok: true });
      },
  });
  return { access, calls };
};
const { access } = recorded();
const role = (over: Partial<Role> = {}): Role => ({
  arn,
  path: '/',
  name: 'Own',
  trust,
  tags: {},
  boundary: null,
  ...over,
});

describe('a setting', () => {
  const setting = (value: string | null, over: Partial<Setting> = {}): Setting => ({
    value,
    pending: false,
    modifiedBy: null,
    modifiedAt: null,
    ...over,
  });
  const step = (strict: boolean, from: string | null = null, to: string | null = 'Own') =>
    settingStep(access, target('setting', from, to), 'eu-west-1', {
      role: subject.role,
      strict,
      writer: (by) => (by === 'me' ? 'run' : 'others'),
    });

  it.each([
    [false, false, setting('Own'), 'after'],
    [false, false, setting(null), 'before'],
    [false, false, setting('Theirs'), 'moved'],
    [false, false, setting(null, { modifiedBy: 'ann' }), 'before'],
    [true, false, setting(null, { modifiedBy: 'ann' }), 'moved'],
    [true, true, setting(null, { modifiedBy: 'ann' }), 'before'],
    [true, false, setting(null), 'before'],
  ] as const)('strict %s, begun %s: %j is judged as %s', (strict, begun, value, found) => {
    expect(step(strict).judge(value, begun)).toBe(found);
  });

  it('is pending while Systems Manager says so, and otherwise judged by its value', () => {
    expect(step(false).seen(setting('Own', { pending: true })).state).toBe('pending');
    expect(step(false).seen(setting('Own')).state).toBe('enabled');
    expect(step(false).seen(setting(null)).state).toBe('disabled');
    expect(step(false).seen(setting('Theirs')).state).toBe('foreign');
  });

  it('is reset if it is to name no role, and otherwise updated', async () => {
    const { access: kept, calls } = recorded();
    const write = (to: string | null) =>
      settingStep(kept, target('setting', 'x', to), 'eu-west-1', {
        ...{ role: subject.role, strict: false, writer: () => 'others' as const },
      }).write();
    await write(null);
    await write('Own');
    expect(calls).toEqual([
      ['resetSetting', 'eu-west-1'],
      ['updateSetting', 'eu-west-1', 'Own'],
    ]);
  });
});

describe('creating a role', () => {
  const details = { tags: { 'dhmc:run': '1', 'dhmc:created-at': 'now' }, boundary: null };
  const step = createRoleStep(access, target('role', null, { arn, trust }), subject, details);

  it.each([
    [null, 'before'],
    [role({ tags: { 'dhmc:run': '1', 'dhmc:created-at': 'before' } }), 'after'],
    [role({ tags: { 'dhmc:run': '2' } }), 'moved'],
    [role({ arn: `${arn}2`, tags: details.tags }), 'moved'],
  ])('judges %j as %s', (found, expected) => {
    expect(step.judge(found, false)).toBe(expected);
  });

  it("recognizes the run's own role by its tags, whatever the time", () => {
    expect(step.madeBy(role({ tags: { 'dhmc:run': '1' } }))).toBe('run');
    expect(step.madeBy(role())).toBe('others');
  });

  it('takes path and name from the ARN', async () => {
    const { access: kept, calls } = recorded();
    const deep = { arn: `arn:aws:iam::${account}:role/team/x/Own`, trust };
    await createRoleStep(kept, target('role', null, deep), subject, details).write();
    expect(calls[0]).toEqual([
      'createRole',
      expect.objectContaining({ path: '/team/x/', name: 'Own', trust, tags: details.tags }),
    ]);
  });
});

describe('changing a trust policy', () => {
  const step = trustStep(access, target('role', { arn, trust }, { arn, trust: other }), subject);
  it.each([
    [role(), 'before'],
    [role({ trust: ` ${trust.replaceAll(':', ': ')}` }), 'before'],
    [role({ trust: other }), 'after'],
    [role({ trust: '{}' }), 'moved'],
    [null, 'moved'],
  ])('judges %j as %s', (found, expected) => {
    expect(step.judge(found, false)).toBe(expected);
  });

  it('reports whether the role is gone or has another policy', () => {
    expect(step.moved(null).message).toContain('no longer exists');
    expect(step.moved(role()).message).toContain('is not what it was');
  });
});

describe('deleting a role', () => {
  const former = { tags: { a: 'b' }, boundary: null };
  const step = deleteRoleStep(access, target('role', { arn, trust }, null), subject, former);
  it.each([
    [null, 'after'],
    [role(), 'before'],
    [role({ trust: other }), 'moved'],
    [role({ arn: `${arn}2` }), 'moved'],
  ])('judges %j as %s', (found, expected) => {
    expect(step.judge(found, false)).toBe(expected);
  });

  it('records what is needed to create the role again', () => {
    expect(step.formerRole).toEqual(former);
  });
});

describe('a grant', () => {
  const policy = 'arn:policy';
  it.each([
    [null, policy, ['arn:policy'], 'after'],
    [null, policy, [], 'before'],
    [null, policy, null, 'before'],
    [policy, null, ['arn:policy'], 'before'],
    [policy, null, [], 'after'],
    [policy, null, null, 'after'],
  ])('from %s to %s with %j is judged as: %s', (from, to, grants, expected) => {
    expect(grantStep(access, target('grant', from, to), 'Own').judge(grants, false)).toBe(expected);
  });

  it('is attached or detached', async () => {
    const { access: kept, calls } = recorded();
    await grantStep(kept, target('grant', null, policy), 'Own').write();
    await grantStep(kept, target('grant', policy, null), 'Own').write();
    expect(calls.map(([name]) => name)).toEqual(['attachGrant', 'detachGrant']);
  });
});

it.each([
  ['Own', true],
  ['own', true],
  ['Theirs', false],
  [null, false],
])('a setting with the new value %s needs our role: %s', (to, expected) => {
  expect(needsRole(target('setting', null, to), subject.role)).toBe(expected);
});
