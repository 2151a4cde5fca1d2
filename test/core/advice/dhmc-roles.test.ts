import { expect, it } from 'vitest';
import { auditDhmcRole } from '../../../src/core/advice/dhmc-roles.ts';
import { account, allow, deny, dhmcRoleOf, region, type RoleGiven } from './facts.ts';

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
  [
    'a right that a Deny takes away, and one that it takes away on some resources',
    {
      inline: {
        x: allow(['kms:Decrypt', 's3:GetObject']),
        no: deny('kms:Decrypt'),
        some: {
          Statement: [{ Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::private/*' }],
        },
      },
    },
    [],
    ['s3:GetObject'],
  ],
  [
    'rights outside of its boundary',
    {
      inline: { x: allow(['kms:Decrypt', 's3:GetObject', 'iam:*']) },
      boundary: allow(['ssm:*', 'ssmmessages:*', 'ec2messages:*', 's3:*']),
    },
    [],
    ['iam:*', 's3:GetObject'],
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
