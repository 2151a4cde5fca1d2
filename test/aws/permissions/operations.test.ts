import { describe, expect, it } from 'vitest';
import {
  operations,
  resourceArns,
  type Operation,
  type ResourceKind,
} from '../../../src/aws/permissions/operations.ts';

const all: readonly (readonly [string, Operation])[] = Object.entries(operations);

describe('the table of operations', () => {
  it('names each operation as AWS does, and actions of its own service', () => {
    for (const [key, { name, service, actions }] of all) {
      expect(name).toBe(key);
      for (const action of actions) expect(action).toMatch(new RegExp(`^${service}:[A-Z]\\w+$`));
    }
  });

  it('has a permission for every operation except GetCallerIdentity', () => {
    expect(all.flatMap(([name, { actions }]) => (actions.length === 0 ? [name] : []))).toEqual([
      'GetCallerIdentity',
    ]);
  });

  it('marks every operation that changes something as a write', () => {
    const reads = /^(Get|List|Describe|Detect|Simulate|AssumeRole$)/;
    for (const [name, { writes }] of all) expect([name, writes]).toEqual([name, !reads.test(name)]);
  });

  it('reserves the organization and its stack sets for the caller', () => {
    for (const [name, { service, by }] of all)
      expect([name, by]).toEqual([
        name,
        ['organizations', 'sts', 'cloudformation'].includes(service) ? 'caller' : 'member',
      ]);
  });
});

describe('the ARNs of a resource kind', () => {
  const terms = { dhmcRole: 'service-role/Dhmc', roleNames: ['team/Entry', 'Other'] };
  it.each<[ResourceKind, readonly string[]]>([
    ['any', ['*']],
    ['member-role', ['arn:aws-cn:iam::*:role/team/Entry', 'arn:aws-cn:iam::*:role/Other']],
    [
      'setting',
      [
        'arn:aws-cn:ssm:*:*:servicesetting/ssm/managed-instance/default-ec2-instance-management-role',
      ],
    ],
    ['dhmc-role', ['arn:aws-cn:iam::*:role/Dhmc', 'arn:aws-cn:iam::*:role/*/Dhmc']],
    ['role', ['arn:aws-cn:iam::*:role/*']],
    ['instance-profile', ['arn:aws-cn:iam::*:instance-profile/*']],
    ['principal', ['arn:aws-cn:iam::*:role/*', 'arn:aws-cn:iam::*:user/*']],
    ['policy', ['arn:aws-cn:iam::*:policy/*']],
    ['stack-set', ['arn:aws-cn:cloudformation:*:*:stackset/*']],
    [
      'stack-set-target',
      [
        'arn:aws-cn:cloudformation:*:*:stackset/*',
        'arn:aws-cn:cloudformation:*:*:stackset-target/*',
        'arn:aws-cn:cloudformation:*:*:type/resource/*',
      ],
    ],
  ])('are right for %s', (kind, arns) => {
    expect(resourceArns(kind, { partition: 'aws-cn', ...terms })).toEqual(arns);
  });
});
