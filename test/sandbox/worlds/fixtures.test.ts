import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/sandbox/policy/evaluate.ts';
import type { World } from '../../../src/sandbox/world.ts';
import { denyDhmcChanges, regionDeny } from '../../../src/sandbox/worlds/fixtures.ts';

describe('the published service control policies', () => {
  const allowAll = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
  } as const;
  const setting =
    'arn:aws:ssm:us-east-1:000000000101:servicesetting/ssm/managed-instance/default-ec2-instance-management-role';
  const ask = (
    scp: World['scps'] & {},
    action: string,
    region: string,
    tags: Record<string, string> = {},
    role = 'OrganizationAccountAccessRole',
  ): string => {
    const decision = evaluate(
      {
        principalArn: `arn:aws:sts::000000000101:assumed-role/${role}/x`,
        principalTags: tags,
        action,
        resource: action.startsWith('ssm:') ? setting : '*',
        context: { 'aws:RequestedRegion': region },
      },
      {
        identity: [allowAll],
        session: null,
        boundary: null,
        scps: [[allowAll, ...Object.values(scp)]],
      },
    );
    return decision.allowed ? 'allowed' : `${decision.reason} ${decision.by}`;
  };
  test('deny Systems Manager outside the governed regions, but not ListRegions and IAM', () => {
    const scp = { deny: regionDeny('eu-central-1') };
    expect(ask(scp, 'ssm:GetServiceSetting', 'us-east-1')).toBe('explicit scp');
    expect(ask(scp, 'ssm:GetServiceSetting', 'eu-central-1')).toBe('allowed');
    expect(ask(scp, 'account:ListRegions', 'us-east-1')).toBe('allowed');
    expect(ask(scp, 'iam:GetRole', 'us-east-1')).toBe('allowed');
    expect(ask(scp, 'ssm:GetServiceSetting', 'us-east-1', {}, 'AWSControlTowerExecution')).toBe(
      'allowed',
    );
  });
  test('deny DHMC writes to everyone without the tag', () => {
    const scp = { deny: denyDhmcChanges };
    expect(ask(scp, 'ssm:GetServiceSetting', 'us-east-1')).toBe('allowed');
    expect(ask(scp, 'ssm:UpdateServiceSetting', 'us-east-1')).toBe('explicit scp');
    expect(
      ask(scp, 'ssm:UpdateServiceSetting', 'us-east-1', { 'job-function': 'Administrator' }),
    ).toBe('allowed');
  });
});
