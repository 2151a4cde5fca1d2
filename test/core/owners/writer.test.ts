import { describe, expect, it } from 'vitest';
import { isTerraform, writerBy } from '../../../src/core/owners/writer.ts';

const session = (name: string): string => `arn:aws:sts::111122223333:assumed-role/${name}`;

describe('writerBy', () => {
  it.each([
    [null, null, null],
    ['', null, null],
    ['System', null, null],
    ['arn:aws:iam::111122223333:user/ada', 'person', 'ada'],
    ['arn:aws-cn:iam::111122223333:user/team/ada', 'person', 'ada'],
    ['arn:aws-us-gov:iam::111122223333:root', 'person', 'root'],
    ['arn:aws:sts::111122223333:federated-user/bob', 'person', 'bob'],
    [
      session('AWSReservedSSO_AdministratorAccess_4f1d2c3b5a697887/jo@acme.example'),
      'person',
      'jo@acme.example',
    ],
    [
      session('OrganizationAccountAccessRole/dhmc-20261128-094451-7nabvw'),
      'dhmc',
      '20261128-094451-7nabvw',
    ],
    [
      session('AWSControlTowerExecution/dhmc-20261128-094451-7nabvw'),
      'dhmc',
      '20261128-094451-7nabvw',
    ],
    [session('OrganizationAccountAccessRole/dhmc-now'), 'other', 'OrganizationAccountAccessRole'],
    [
      session('stacksets-exec-0123456789abcdef0123456789abcdef/AWSCloudFormation'),
      'stackset',
      'stacksets-exec-0123456789abcdef0123456789abcdef',
    ],
    [
      session('AWSCloudFormationStackSetExecutionRole/x'),
      'stackset',
      'AWSCloudFormationStackSetExecutionRole',
    ],
    ['arn:aws:iam::111122223333:role/stacksets-exec-0a', 'stackset', 'stacksets-exec-0a'],
    [
      session('AWSServiceRoleForCloudFormationStackSetsOrgMember/x'),
      'stackset',
      'AWSServiceRoleForCloudFormationStackSetsOrgMember',
    ],
    [session('AWSControlTowerExecution/AWSCloudFormation'), 'stackset', 'AWSControlTowerExecution'],
    [session('AWSControlTowerExecution/loop'), 'other', 'AWSControlTowerExecution'],
    [
      session('cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1/AWSCloudFormation'),
      'stack',
      'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1',
    ],
    [session('DeployRole/AWSCloudFormation'), 'stack', 'DeployRole'],
    [
      session('AWS-QuickSetup-LocalExecutionRole/QuickSetup'),
      'quick-setup',
      'AWS-QuickSetup-LocalExecutionRole',
    ],
    [
      session('AWS-QuickSetup-SSM/Automation-5f0c6f3e-6a0b-4d7e-9f34-2b1f4f3a7c10'),
      'quick-setup',
      'AWS-QuickSetup-SSM',
    ],
    [session('AWSServiceRoleForSSMQuickSetup/x'), 'quick-setup', 'AWSServiceRoleForSSMQuickSetup'],
    [
      session('AutomationServiceRole-EnableDefaultSSM/Automation-1'),
      'automation',
      'AutomationServiceRole-EnableDefaultSSM',
    ],
    [
      session('AutomationServiceRole-EnableDefaultSSM-eu-west-1/x'),
      'automation',
      'AutomationServiceRole-EnableDefaultSSM-eu-west-1',
    ],
    [
      session('DhmcAutomation/Automation-5f0c6f3e-6a0b-4d7e-9f34-2b1f4f3a7c10'),
      'automation',
      'DhmcAutomation',
    ],
    [session('AutomationServiceRole-Other/x'), 'other', 'AutomationServiceRole-Other'],
    [session('AWSServiceRoleForAmazonSSM/x'), 'other', 'AWSServiceRoleForAmazonSSM'],
    [session('Admin/jane'), 'other', 'Admin'],
    [session('Admin'), 'other', 'Admin'],
    ['ssm.amazonaws.com', 'other', 'ssm.amazonaws.com'],
    ['someone', 'other', 'someone'],
  ])('gives the kind and name of %s', (by, kind, name) => {
    expect(writerBy(by)).toEqual(kind === null ? null : { kind, name });
  });
});

describe('isTerraform', () => {
  it.each([
    [session('pipeline/aws-go-sdk-1699999999999999999'), true],
    [session('terraform-deploy/run'), true],
    [session('Deploy/Terraform'), true],
    [session('Deploy/build-7'), false],
    ['arn:aws:iam::111122223333:user/terraform', false],
    [null, false],
  ])('for %s is %s', (by, expected) => {
    expect(isTerraform(by)).toBe(expected);
  });
});
