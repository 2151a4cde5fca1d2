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

describe('a CloudFormation response', () => {
  it.each([
    ['ENABLED', 'enabled'],
    ['DISABLED', 'disabled'],
    ['DISABLED_PERMANENTLY', 'disabled-permanently'],
  ])('with status %s means that trusted access is %s', (Status, expected) => {
    expect(accessOf({ Status })).toBe(expected);
  });

  it.each(['MAYBE', 'toString', ''])('with status %j is refused', (Status) => {
    expect(() => accessOf({ Status })).toThrow();
  });

  it('lists the active sets that the organization manages', () => {
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

  it('with few fields gives safe defaults for a set', () => {
    const StackSet = { StackSetName: 'a', StackSetId: 'a:1', StackSetARN: 'arn:a' };
    expect(stackSetOf({ StackSet })).toEqual({
      ...{ name: 'a', id: 'a:1', arn: 'arn:a', tags: {}, parameters: {}, units: [], regions: [] },
      ...{ template: null, managedExecution: false },
      autoDeployment: { enabled: false, retainStacks: false, dependsOn: [] },
    });
    expect(() => stackSetOf({ StackSet: { ...StackSet, StackSetARN: 5 } })).toThrow();
  });

  it('must name an account by its id', () => {
    const instance = { Account: '111111111111', Region: 'eu-west-1', Status: 'CURRENT' };
    expect(stackInstancesOf({ Summaries: [instance] })).toMatchObject([
      { account: '111111111111', status: 'CURRENT', detailedStatus: null, reason: null },
    ]);
    expect(() => stackInstancesOf({ Summaries: [{ ...instance, Account: '../x' }] })).toThrow(
      'is not an account',
    );
  });

  it('counts the failed instances of an operation, and requires a known status', () => {
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

  it('lists drift property by property, and resources that are gone', () => {
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
