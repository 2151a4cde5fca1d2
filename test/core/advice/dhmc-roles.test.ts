import { expect, it } from 'vitest';
import { auditDhmcRole } from '../../../src/core/advice/dhmc-roles.ts';
import { account, allow, deny, dhmcRoleOf, region, type RoleGiven } from './facts.ts';

const audit = (given: RoleGiven) =>
  auditDhmcRole(dhmcRoleOf(given), [
    { partition: 'aws', account, region, organization: 'o-1', instance: null },
  ]);

it.each<[string, RoleGiven, readonly string[], readonly string[]]>([
  ["AWS's policy only", {}, [], []],
  ['one more right', { inline: { x: allow('s3:getobject') } }, [], ['s3:GetObject']],
  [
    'NotAction',
    { inline: { x: { Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] } } },
    [],
    ['*'],
  ],
  [
    'one right denied entirely, and one denied for some resources',
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
    'rights that its boundary does not allow',
    {
      inline: { x: allow(['kms:Decrypt', 's3:GetObject', 'iam:*']) },
      boundary: allow(['ssm:*', 'ssmmessages:*', 'ec2messages:*', 's3:*']),
    },
    [],
    ['iam:*', 's3:GetObject'],
  ],
])("lists missing and excess rights of a setting's role with %s", (_, given, missing, beyond) => {
  expect(audit(given)).toMatchObject({ account, missing, beyond });
});

it('spells actions as AWS does, and marks the dangerous ones that apply to every resource', () => {
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

it('lists the rights that the agent lacks', () => {
  const found = audit({ attached: [], inline: { x: allow('ssmmessages:*') } });
  expect(found.missing).toContain('ssm:UpdateInstanceInformation');
  expect(found.missing).not.toContain('ssmmessages:OpenDataChannel');
});
