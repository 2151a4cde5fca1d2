import { expect, it } from 'vitest';
import { auditDhmcRole } from '../../../src/core/advice/dhmc-roles.ts';
import { account, allow, dhmcRoleOf, region, type RoleGiven } from './facts.ts';

const audit = (given: RoleGiven) =>
  auditDhmcRole(dhmcRoleOf(given), [
    { partition: 'aws', account, region, organization: 'o-1', instance: null },
  ]);

it.each<[string, RoleGiven, readonly string[], readonly string[]]>([
  ["AWS's policy alone", {}, [], []],
  ['a right of its own besides', { inline: { x: allow('s3:getobject') } }, [], ['s3:GetObject']],
  [
    'all but some actions',
    { inline: { x: { Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] } } },
    [],
    ['*'],
  ],
])('the role of a setting, with %s', (_, given, missing, beyond) => {
  expect(audit(given)).toMatchObject({ account, missing, beyond });
});

it('says which rights of the agent are missing', () => {
  const found = audit({ attached: [], inline: { x: allow('ssmmessages:*') } });
  expect(found.missing).toContain('ssm:UpdateInstanceInformation');
  expect(found.missing).not.toContain('ssmmessages:OpenDataChannel');
});
