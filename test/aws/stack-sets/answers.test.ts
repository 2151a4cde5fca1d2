import { describe, expect, it } from 'vitest';
import {
  accessOf,
  driftsOf,
  operationOf,
  resultsOf,
  serviceManagedNames,
  stackInstancesOf,
  stackSetOf,
} from '../../../src/aws/stack-sets/answers.ts';

describe('what CloudFormation answers', () => {
  it.each([
    ['ENABLED', 'enabled'],
    ['DISABLED', 'disabled'],
    ['DISABLED_PERMANENTLY', 'disabled-permanently'],
  ])('%s is trusted access that is %s', (Status, expected) => {
    expect(accessOf({ Status })).toBe(expected);
  });

  it.each(['MAYBE', 'toString', ''])('%j is not a known access', (Status) => {
    expect(() => accessOf({ Status })).toThrow();
  });

  it('lists the sets that are there and that the organization manages', () => {
    const set = { StackSetName: 'a', PermissionModel: 'SERVICE_MANAGED', Status: 'ACTIVE' };
    expect(
      serviceManagedNames({
        Summaries: [
          set,
          { ...set, Status: 'DELETED' },
          { ...set, PermissionModel: 'SELF_MANAGED' },
        ],
      }),
    ).toEqual(['a']);
  });

  it('takes of a set that says little what is safe to believe', () => {
    const StackSet = { StackSetName: 'a', StackSetId: 'a:1', StackSetARN: 'arn:a' };
    expect(stackSetOf({ StackSet })).toEqual({
      ...{ name: 'a', id: 'a:1', arn: 'arn:a', tags: {}, parameters: {}, units: [], regions: [] },
      ...{ template: null, managedExecution: false },
      autoDeployment: { enabled: false, retainStacks: false, dependsOn: [] },
    });
    expect(() => stackSetOf({ StackSet: { ...StackSet, StackSetARN: 5 } })).toThrow();
  });

  it('takes only an account’s id for an account', () => {
    const instance = { Account: '111111111111', Region: 'eu-west-1', Status: 'CURRENT' };
    expect(stackInstancesOf({ Summaries: [instance] })).toMatchObject([
      { account: '111111111111', status: 'CURRENT', detailedStatus: null, reason: null },
    ]);
    expect(() => stackInstancesOf({ Summaries: [{ ...instance, Account: '../x' }] })).toThrow(
      'is not an account',
    );
  });

  it('counts what an operation failed in, and knows its status', () => {
    const operation = { OperationId: 'op', Action: 'CREATE', Status: 'SUCCEEDED' };
    expect(operationOf(operation)).toMatchObject({ failed: 0, endedAt: null });
    expect(
      operationOf({ ...operation, StatusDetails: { FailedStackInstancesCount: 2 } }).failed,
    ).toBe(2);
    expect(() => operationOf({ ...operation, Status: 'DONE' })).toThrow('not a known status');
    expect(() =>
      operationOf({ ...operation, StatusDetails: { FailedStackInstancesCount: '2' } }),
    ).toThrow('is not a number');
    expect(() => resultsOf({ Summaries: [{}] })).toThrow();
  });

  it('says what differs, property by property, and what is gone', () => {
    expect(
      driftsOf({
        Summaries: [
          { LogicalResourceId: 'A', StackResourceDriftStatus: 'IN_SYNC' },
          { LogicalResourceId: 'B', StackResourceDriftStatus: 'DELETED' },
          {
            LogicalResourceId: 'C',
            StackResourceDriftStatus: 'MODIFIED',
            PropertyDifferences: [
              { PropertyPath: '/X', ActualValue: '1', ExpectedValue: '2' },
              { PropertyPath: '/Y' },
            ],
          },
        ],
      }),
    ).toEqual(['B is gone', '/X of C is 1 instead of 2', '/Y of C is nothing instead of nothing']);
  });
});
