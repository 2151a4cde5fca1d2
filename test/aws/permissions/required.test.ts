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

describe('the permissions that enable needs in an account', () => {
  it('name the role and the setting in that account and partition', () => {
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

  it('pass the role only to Systems Manager', () => {
    expect(need('iam:PassRole')?.context).toMatchObject({
      'iam:PassedToService': 'ssm.amazonaws.com',
      'aws:RequestedRegion': 'eu-west-1',
    });
  });

  it("use the home region for IAM, and the setting's region for Systems Manager", () => {
    expect(need('iam:GetRole')?.context['aws:RequestedRegion']).toBe('us-east-1');
    expect(need('ssm:GetServiceSetting')?.context['aws:RequestedRegion']).toBe('eu-west-1');
  });

  it('include the tags of the new role', () => {
    expect(need('iam:CreateRole')?.context['aws:RequestTag/team']).toBe('a');
    expect(need('iam:GetRole')?.context).not.toHaveProperty('aws:RequestTag/team');
  });

  it('include the boundary only when one is given', () => {
    const boundary = needs({ permissionsBoundary: 'Bound' }).filter(({ resource }) =>
      resource.endsWith(`:${account}:policy/Bound`),
    );
    expect(boundary.map(({ action }) => action)).toContain('iam:GetPolicy');
    expect(needs().filter(({ resource }) => resource.includes('Bound'))).toEqual([]);
  });

  it('keep those for undo apart, and list none twice for a purpose', () => {
    expect(need('iam:DeleteRole')?.for).toBe('undo');
    expect(need('iam:CreateRole')?.for).toBe('enable');
    const keys = needs().map(
      ({ action, resource, for: purpose }) => `${action} ${resource} ${purpose}`,
    );
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });
});
