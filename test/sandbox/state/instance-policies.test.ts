import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/sandbox/policy/evaluate.ts';
import { instancePolicies } from '../../../src/sandbox/state/instance-policies.ts';
import { awsManagedPolicy } from '../../../src/sandbox/state/policies.ts';

const instance = 'arn:aws:ec2:eu-west-1:111111111111:instance/i-00000000000000001';

function allows(
  name: string,
  action: string,
  tags: Readonly<Record<string, string>> = {},
  resource = instance,
): boolean {
  const document = awsManagedPolicy('aws', `arn:aws:iam::aws:policy/${name}`);
  if (document === undefined) throw new Error(`There is no policy ${name}.`);
  const context = Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  );
  return evaluate(
    {
      principalArn: 'arn:aws:sts::111111111111:assumed-role/App/i-00000000000000001',
      principalTags: {},
      action,
      resource,
      context,
    },
    { identity: [document], session: null, boundary: null, scps: [] },
  ).allowed;
}

describe("AWS's policies for instances", () => {
  it.each([
    ['AmazonElasticFileSystemsUtils', {}, true],
    ['AmazonEKSLocalOutpostClusterPolicy', {}, true],
    ['AWSEC2SqlHaInstancePolicy', {}, false],
    ['AWSEC2SqlHaInstancePolicy', { SqlHaMonitored: 'false' }, false],
    ['AWSEC2SqlHaInstancePolicy', { SqlHaMonitored: 'true' }, true],
    ['AmazonRDSCustomInstanceProfileRolePolicy', {}, false],
    ['AmazonRDSCustomInstanceProfileRolePolicy', { AWSRDSCustom: 'custom-oracle' }, true],
    ['AWSQuickSetupPatchPolicyBaselineAccess', {}, false],
  ])('%s with tags %j allows the heartbeat: %s', (name, tags, expected) => {
    expect(allows(name, 'ssm:UpdateInstanceInformation', tags)).toBe(expected);
  });

  it.each([
    ['AmazonElasticFileSystemsUtils', 'ssmmessages:OpenDataChannel', true],
    ['AmazonElasticFileSystemsUtils', 'ssm:GetParameters', true],
    ['AmazonEKSLocalOutpostClusterPolicy', 'ssm:GetDocument', false],
    ['AWSEC2SqlHaInstancePolicy', 'ec2messages:GetMessages', true],
    ['AmazonRDSCustomInstanceProfileRolePolicy', 'ssmmessages:CreateDataChannel', false],
  ])('%s allows %s: %s', (name, action, expected) => {
    expect(allows(name, action, {}, '*')).toBe(expected);
  });

  it('use the ARNs of their partition', () => {
    const arn = 'arn:aws-cn:iam::aws:policy/AWSEC2SqlHaInstancePolicy';
    const document = awsManagedPolicy('aws-cn', arn);
    expect(JSON.stringify(document)).toContain('"arn:aws-cn:ec2:*:*:instance/*"');
    expect(JSON.stringify(document)).not.toContain('"arn:aws:');
    expect(awsManagedPolicy('aws-cn', arn)).toBe(document);
    expect(awsManagedPolicy('aws', arn)).toBeUndefined();
    expect(awsManagedPolicy('aws-cn', `${arn}s`)).toBeUndefined();
  });

  it('can be evaluated for every supported request', () => {
    expect(Object.keys(instancePolicies)).toHaveLength(5);
    for (const name of Object.keys(instancePolicies))
      for (const action of ['ec2:DescribeInstances', 'iam:GetRole', 'ssm:GetServiceSetting'])
        expect(() => allows(name, action, {}, '*')).not.toThrow();
  });
});
