import { expect, it } from 'vitest';
import {
  agentActions,
  awsPolicyName,
  furtherActions,
  isQuickSetupSign,
  spellingOf,
} from '../../../../src/core/advice/rights/agent-rights.ts';

it('no action is both an agent action and a further action', () => {
  expect(agentActions.filter((action) => furtherActions.includes(action))).toEqual([]);
});

it.each([
  ['ssm:updateinstanceinformation', 'ssm:UpdateInstanceInformation'],
  ['s3:getobject', 's3:GetObject'],
  ['ssm:unheard', 'ssm:unheard'],
])('%s is spelled %s', (action, spelled) => {
  expect(spellingOf(action)).toBe(spelled);
});

it.each([
  ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore', 'AmazonSSMManagedInstanceCore'],
  ['arn:aws-cn:iam::aws:policy/service-role/AmazonEC2RoleforSSM', 'AmazonEC2RoleforSSM'],
  ['arn:aws:iam::111111111111:policy/AmazonSSMManagedInstanceCore', null],
  ['inline:x', null],
])('the AWS policy of %s is %j', (policy, name) => {
  expect(awsPolicyName(policy)).toBe(name);
});

const plain = { name: 'App', tags: {}, attached: [] };
it.each([
  [plain, false],
  [{ ...plain, name: 'AmazonSSMRoleForInstancesQuickSetup' }, true],
  [{ ...plain, tags: { 'QSConfigId-abc': 'x' } }, true],
  [
    { ...plain, attached: ['arn:aws:iam::aws:policy/AWSQuickSetupPatchPolicyBaselineAccess'] },
    true,
  ],
])('%j shows that Quick Setup is at work: %s', (role, sign) => {
  expect(isQuickSetupSign(role)).toBe(sign);
});
