import { describe, expect, it } from 'vitest';
import {
  onControlPolicies,
  onPermissions,
  simulatedDenial,
} from '../../../src/core/doctor/call-findings.ts';
import type { Need, Permission } from '../../../src/core/doctor/readings.ts';
import { known, unknown } from '../../../src/core/model/model.ts';
import { problem } from '../../support/histories.ts';

const account = { id: '1', name: 'n', path: '', state: 'ACTIVE' } as const;
const need = (action: string, purpose: Need['for'] = 'enable'): Need => ({
  action,
  resource: '*',
  context: { 'aws:RequestedRegion': 'eu-west-1' },
  for: purpose,
});
const needs = [need('ssm:UpdateServiceSetting'), need('iam:DeleteRole', 'undo')];
const level = (content: string) =>
  known([{ target: 'r-1', policies: [{ id: 'p', arn: 'arn:p', name: 'P', content }] }]);
const inRole = { principal: 'role', principalArn: null };
const examined = { account, needs, levels: null };
const denying = (action: string, by: NonNullable<Permission['by']>, explicit = false) =>
  known(
    needs.map((each): Permission => {
      const allowed = each.action !== action;
      return { ...each, allowed, by: allowed ? null : by, explicit: !allowed && explicit };
    }),
  );

describe('a finding on the answer of the simulator', () => {
  it.each([
    ['ssm:UpdateServiceSetting', 'policy', 'error', 'the permissions of role do not allow'],
    ['ssm:UpdateServiceSetting', 'boundary', 'error', 'the permissions boundary of role'],
    ['iam:DeleteRole', 'policy', 'warning', 'do not allow iam:DeleteRole'],
  ] as const)('on %s denied by a %s has the level %s', (action, by, level_, words) => {
    const permissions = denying(action, by);
    const [found] = onPermissions(examined, { permissions, ...inRole }, needs);
    expect(found?.finding).toMatchObject({ check: 'permissions', level: level_ });
    expect(found?.finding.message).toContain(words);
    expect(found?.needs.map((each) => each.action)).toEqual([action]);
  });
  it.each([
    ['policy', false, 'do not allow', /^Grant iam:DeleteRole to role/],
    [
      'policy',
      true,
      'a policy of role denies',
      /^Remove the denial of iam:DeleteRole from the pol/,
    ],
    ['boundary', false, 'would not allow', /^Add iam:DeleteRole to the permissions boundary/],
    [
      'boundary',
      true,
      /of its policies\) denies/,
      /^Remove the denial of iam:DeleteRole from the per/,
    ],
  ] as const)(
    'on a denial by a %s has the fix for it (explicit: %s)',
    (by, explicit, words, fix) => {
      const permissions = denying('iam:DeleteRole', by, explicit);
      const [found] = onPermissions(examined, { permissions, ...inRole }, needs);
      expect(found?.finding.message).toMatch(words);
      expect(found?.finding.hint).toMatch(fix);
    },
  );
  it.each([
    [
      ['ssm:DescribeInstanceInformation', 'ssm:ListAssociations'],
      'disable and rollback would work',
    ],
    [['ssm:ListAssociations', 'iam:DeleteRole'], 'could not undo everything that enable changes'],
  ])('on the missing rights %j says why they matter', (actions, why) => {
    const missing = actions.map((action) => need(action, 'undo'));
    const permissions = known(
      missing.map((each): Permission => ({ ...each, allowed: false, by: 'policy' })),
    );
    const found = onPermissions(examined, { permissions, ...inRole }, []);
    expect(found.map(({ finding }) => finding.level)).toEqual(['warning']);
    expect(found[0]?.finding.why).toContain(why);
  });
  it('on a denial by control policies counts only where their text could not be understood', () => {
    const permissions = denying('ssm:UpdateServiceSetting', 'scp');
    const inside = { permissions, ...inRole };
    const codeOf = (levels: Parameters<typeof onPermissions>[0]['levels']) =>
      onPermissions({ ...examined, levels }, inside, needs)[0]?.finding.level;
    expect(codeOf(level('{'))).toBe('error');
    expect(codeOf(level('{"Statement":[]}'))).toBe('ok');
  });
  it('is a warning where the simulator could not be called', () => {
    const permissions = unknown(problem('denied'));
    const [found] = onPermissions(examined, { permissions, ...inRole }, needs);
    expect(found?.finding).toMatchObject({ level: 'warning', message: 'denied' });
  });
});

describe('a denial by control policies that the simulator reports', () => {
  const deny = (...keys: readonly string[]) => ({
    Effect: 'Deny',
    Action: 'ssm:*',
    Resource: '*',
    ...(keys.length === 0
      ? {}
      : { Condition: { StringNotLike: Object.fromEntries(keys.map((key) => [key, 'x'])) } }),
  });
  const documents = (...statements: readonly object[]) =>
    level(
      JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...statements],
      }),
    );
  it.each([
    ['documented for the management account', null, 'documented'],
    ['certain where the policies could not be read', unknown(problem('denied')), 'certain'],
    ['certain where a policy could not be understood', level('{'), 'certain'],
    ['documented where the policies deny the action', documents(deny()), 'documented'],
    [
      'documented where the policies deny the action, with and without a condition',
      documents(deny(), deny('aws:PrincipalTag/a')),
      'documented',
    ],
    ['certain where it depends on tags only', documents(deny('aws:PrincipalTag/a')), 'certain'],
    [
      'uncertain where it depends on tags and more',
      documents(deny('aws:PrincipalTag/a', 'aws:SourceIp')),
      'uncertain',
    ],
    ['uncertain where the policies do not show it', documents(), 'uncertain'],
  ] as const)('is %s', (_, levels, adds) => {
    expect(simulatedDenial({ levels }, need('ssm:UpdateServiceSetting'), null)).toBe(adds);
  });

  const found = (levels: Parameters<typeof onPermissions>[0]['levels']) => {
    const permissions = denying('ssm:UpdateServiceSetting', 'scp');
    return onPermissions({ ...examined, levels }, { permissions, ...inRole }, needs).map(
      ({ finding: { level: of, message, why } }) => [of, message, why],
    );
  };
  it.each([
    ['depends on tags', ['aws:PrincipalTag/a'], 'error', /would not allow/, /^enable would be/],
    [
      'depends on more than tags',
      ['aws:SourceIp'],
      'warning',
      /would not allow/,
      /^Unless a real request/,
    ],
    ['is certain', [], 'ok', /only what control-policies names keeps role from/, /^$/],
  ])('never counts as allowed where it %s', (_, keys, of, message, why) => {
    expect(found(documents(deny(...keys)))).toEqual([
      [of, expect.stringMatching(message), expect.stringMatching(why)],
    ]);
  });
});

describe('a finding on the text of control policies', () => {
  const deny = (more: object): string =>
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'ssm:*', Resource: '*', ...more },
      ],
    });
  const found = (content: string) =>
    onControlPolicies({ ...examined, levels: level(content) }, null).map(({ finding }) => finding);
  it('is an error that names the regions where they deny for certain', () => {
    expect(found(deny({}))).toMatchObject([{ level: 'error' }]);
    expect(found(deny({}))[0]?.message).toContain('denies ssm:UpdateServiceSetting in eu-west-1.');
  });
  it('is a warning that names the condition where they deny under a condition', () => {
    const content = deny({ Condition: { StringEquals: { 'aws:PrincipalTag/x': 'y' } } });
    expect(found(content)).toMatchObject([{ level: 'warning' }]);
    expect(found(content)[0]?.message).toContain('if a condition on aws:PrincipalTag/x holds');
  });
  it('names the level where they allow nothing', () => {
    expect(found('{"Statement":[]}')[0]?.message).toContain('attached to r-1 allows');
  });
  it('is a warning where they cannot be understood', () => {
    expect(found('{')).toMatchObject([{ level: 'warning', hint: 'Look at the policy arn:p.' }]);
  });
  it('does not cover regions that could not be read', () => {
    const levels = level('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}');
    const of = (unread: boolean) =>
      onControlPolicies({ ...examined, levels }, null, { unread })[0]?.finding.message;
    expect(of(true)).toMatch(/in the regions whose setting can be read\.$/);
    expect(of(false)).toMatch(/its rollback need\.$/);
  });
  it('is ok for the management account, which they do not bind', () => {
    expect(onControlPolicies(examined, null)[0]?.finding.level).toBe('ok');
  });
});
