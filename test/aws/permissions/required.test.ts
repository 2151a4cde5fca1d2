import { describe, expect, it } from 'vitest';
import { requiredPermissions } from '../../../src/aws/permissions/required.ts';

const account = '111111111111';
const needs = (over: Partial<Parameters<typeof requiredPermissions>[0]> = {}) =>
  requiredPermissions({
    ...{ partition: 'aws', account, region: 'eu-west-1', dhmcRole: 'team/Own' },
    ...{ permissionsBoundary: null, homeRegion: 'us-east-1', newRoleTags: { team: 'a' } },
    ...over,
  });
const need = (action: string, over: Parameters<typeof needs>[0] = {}) =>
  needs(over).find((each) => each.action === action);

describe('what enable asks for in an account', () => {
  it('is about the role, the setting and the policy of that account and partition', () => {
    const over = { partition: 'aws-us-gov', region: 'us-gov-west-1' } as const;
    expect(need('iam:CreateRole', over)?.resource).toBe(
      `arn:aws-us-gov:iam::${account}:role/team/Own`,
    );
    expect(need('ssm:UpdateServiceSetting', over)?.resource).toMatch(
      new RegExp(
        `^arn:aws-us-gov:ssm:us-gov-west-1:${account}:servicesetting/ssm/managed-instance/`,
      ),
    );
  });

  it('lets the role be passed to Systems Manager alone', () => {
    expect(need('iam:PassRole')?.context).toMatchObject({
      'iam:PassedToService': 'ssm.amazonaws.com',
      'aws:RequestedRegion': 'eu-west-1',
    });
  });

  it('calls IAM in the home region, and Systems Manager where the setting is', () => {
    expect(need('iam:GetRole')?.context['aws:RequestedRegion']).toBe('us-east-1');
    expect(need('ssm:GetServiceSetting')?.context['aws:RequestedRegion']).toBe('eu-west-1');
  });

  it('creates the role with its tags', () => {
    expect(need('iam:CreateRole')?.context['aws:RequestTag/team']).toBe('a');
    expect(need('iam:GetRole')?.context).not.toHaveProperty('aws:RequestTag/team');
  });

  it('looks for the boundary only where one is asked for', () => {
    const boundary = needs({ permissionsBoundary: 'Bound' }).filter(({ resource }) =>
      resource.endsWith(`:${account}:policy/Bound`),
    );
    expect(boundary.map(({ action }) => action)).toContain('iam:GetPolicy');
    expect(needs().filter(({ resource }) => resource.includes('Bound'))).toEqual([]);
  });

  it('has apart what only undoing asks for, and names nothing twice for one purpose', () => {
    expect(need('iam:DeleteRole')?.for).toBe('undo');
    expect(need('iam:CreateRole')?.for).toBe('enable');
    const keys = needs().map(
      ({ action, resource, for: purpose }) => `${action} ${resource} ${purpose}`,
    );
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});
