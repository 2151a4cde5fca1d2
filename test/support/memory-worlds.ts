/** Worlds for property tests: accounts with every kind of role, grant and setting. */
import fc from 'fast-check';
import { grantPolicyArn } from '../../src/core/iam/role-names.ts';
import { dhmcTrustPolicy } from '../../src/core/iam/trust-policy.ts';
import type { Setting } from '../../src/core/model/model.ts';
import { member } from './memory-cloud.ts';
import type { MemoryAccount, MemoryRole } from './memory-cloud.ts';
import { roleName } from './run-engine.ts';

const regions = ['ap-south-1', 'eu-west-1', 'us-east-1'];
const ours = roleName.slice(roleName.lastIndexOf('/') + 1);
const otherTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
});

export const roleIn = (
  account: string,
  path: string,
  name: string,
  over: Partial<MemoryRole> = {},
): MemoryRole => ({
  arn: `arn:aws:iam::${account}:role${path}${name}`,
  path,
  name,
  trust: dhmcTrustPolicy,
  tags: {},
  boundary: null,
  grants: [],
  inlinePolicies: [],
  instanceProfiles: [],
  ...over,
});

const roleKind = fc.record({
  path: fc.constantFrom('/service-role/', '/'),
  trust: fc.constantFrom(dhmcTrustPolicy, otherTrust),
  grants: fc.constantFrom<string[]>(
    [],
    [grantPolicyArn('aws')],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    ['arn:aws:iam::aws:policy/AdministratorAccess'],
  ),
  tags: fc.constantFrom<Record<string, string>>(
    {},
    { 'dhmc:created-by': 'dhmc', 'dhmc:run': '20250101-000000-000000' },
  ),
});

const settingKind = fc.constantFrom(
  null,
  null,
  roleName,
  ours,
  'TeamRole',
  'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1',
  'MissingRole',
  'aws-reserved/sso/Admin',
);

const setting = (value: string): Setting => ({
  value,
  pending: false,
  modifiedBy: 'arn:aws:iam::000000000011:user/team',
  modifiedAt: '2026-10-01T00:00:00.000Z',
});

export const accountKind = (id: string): fc.Arbitrary<() => MemoryAccount> =>
  fc
    .record({
      role: fc.option(roleKind),
      settings: fc.array(settingKind, { minLength: 3, maxLength: 3 }),
      state: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED'),
    })
    .map(({ role, settings, state }) => () => {
      const account = member(id, regions, { state });
      if (role !== null)
        account.roles.set(
          ours.toLowerCase(),
          roleIn(id, role.path, ours, {
            trust: role.trust,
            grants: [...role.grants],
            tags: role.tags,
          }),
        );
      account.roles.set('teamrole', roleIn(id, '/', 'TeamRole'));
      account.roles.set(
        'aws-quicksetup-ssm-defaultec2mgmtrole-eu-west-1',
        roleIn(id, '/', 'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1'),
      );
      for (const [index, region] of regions.entries()) {
        const value = settings[index] ?? null;
        if (value !== null) account.settings.set(region, setting(value));
      }
      return account;
    });

/** Generates functions that make equal worlds, so that a test can use one world several times. */
export const worldKind: fc.Arbitrary<() => MemoryAccount[]> = fc
  .tuple(accountKind('000000000011'), accountKind('000000000012'))
  .map((makers) => () => makers.map((make) => make()));
