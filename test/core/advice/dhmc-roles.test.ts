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

it('keeps how actions are written, and finds what is dangerous on every resource', () => {
  const found = audit({
    inline: {
      wide: allow(['s3:GetObject', 'dynamodb:GetItem', 'sts:AssumeRole']),
      narrow: allow('kms:Decrypt', { Resource: 'arn:aws:kms:*:*:key/1' }),
    },
  });
  expect(found.beyond).toEqual([
    'dynamodb:GetItem',
    'kms:Decrypt',
    's3:GetObject',
    'sts:AssumeRole',
  ]);
  expect(found.dangerous).toEqual(['s3:GetObject', 'sts:AssumeRole']);
});

it('says which rights of the agent are missing', () => {
  const found = audit({ attached: [], inline: { x: allow('ssmmessages:*') } });
  expect(found.missing).toContain('ssm:UpdateInstanceInformation');
  expect(found.missing).not.toContain('ssmmessages:OpenDataChannel');
});
