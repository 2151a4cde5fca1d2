import { expect, it } from 'vitest';
import {
  statusOfStackSets,
  summaryOfInstances,
  type ReportedInstance,
  type ReportedOperation,
  type StackSetReport,
} from '../../../src/core/stack-sets/report.ts';
import { problem } from '../../support/histories.ts';

const instance = (over: Partial<ReportedInstance> = {}): ReportedInstance => ({
  set: 's',
  account: '1',
  region: 'a',
  status: 'CURRENT',
  detailedStatus: 'SUCCEEDED',
  drift: null,
  cell: 'enabled',
  problem: null,
  ...over,
});
const operation = (over: Partial<ReportedOperation> = {}): ReportedOperation => ({
  id: 'o',
  call: 'c',
  set: 's',
  status: 'SUCCEEDED',
  failed: 0,
  problem: null,
  ...over,
});
const ofReport = (over: Partial<StackSetReport>): StackSetReport => ({
  schema: 'dhmc.stackset/v1',
  action: 'status',
  dryRun: false,
  run: null,
  startedAt: 's',
  finishedAt: 'f',
  caller: { account: '1', arn: 'a' },
  organization: { id: 'o', managementAccount: '1' },
  partition: 'aws',
  stopped: null,
  summary: { ...summaryOfInstances(over.instances ?? []), calls: 0, throttled: 0 },
  accounts: [],
  sets: [],
  operations: [],
  instances: [],
  notCovered: [],
  ...over,
});
const lost = instance({ problem: problem('denied') });
const because = (reason: string) => instance({ problem: { ...problem('aws-error'), reason } });

it.each<[string, Partial<StackSetReport>, number, number]>([
  ['everything is in place', { instances: [instance()] }, 0, 0],
  ['a cell is a target, but not deployed', { instances: [lost] }, 0, 2],
  [
    'the drift of an instance could not be detected',
    { instances: [because('stack-drift-unread')] },
    1,
    1,
  ],
  ['an account is not active', { instances: [because('stack-account-inactive')] }, 0, 0],
  [
    'a deployment leaves an account that is not active',
    { action: 'deploy', instances: [because('stack-account-inactive')] },
    0,
    0,
  ],
  ['a removal is planned', { action: 'remove', dryRun: true, instances: [lost] }, 0, 0],
  ['a deployment does not cover a cell', { action: 'deploy', instances: [lost] }, 1, 1],
  [
    'the operation of a deployment is still running',
    { action: 'deploy', instances: [because('stack-underway')] },
    0,
    0,
  ],
  [
    'an instance has an operation that is still running',
    { instances: [because('stack-underway')] },
    0,
    2,
  ],
  [
    'a removal leaves an instance whose operation is still running',
    { action: 'remove', instances: [because('stack-underway')] },
    1,
    1,
  ],
  ['a cell could not be read', { instances: [instance({ cell: 'unknown' })] }, 1, 1],
  ['an operation failed', { operations: [operation({ status: 'FAILED' })] }, 1, 1],
  ['an operation failed in some accounts', { operations: [operation({ failed: 1 })] }, 1, 1],
  [
    'a removal failed only in an account without a deployed stack',
    { action: 'remove', operations: [operation({ status: 'FAILED', failed: 1 })] },
    0,
    0,
  ],
  [
    'AWS refused a call of a removal',
    { action: 'remove', operations: [operation({ status: 'refused' })] },
    1,
    1,
  ],
  ['AWS refused a call', { operations: [operation({ status: 'refused' })] }, 1, 1],
  ['the command was stopped', { stopped: { message: 'm', hint: 'h' } }, 1, 1],
])('the exit status is right where %s', (_, over, plain, check) => {
  const report = ofReport(over);
  expect(statusOfStackSets(report, { check: false })).toBe(plain);
  expect(statusOfStackSets(report, { check: true })).toBe(check);
});

it('counts each account once, and only cells that were read', () => {
  expect(summaryOfInstances([instance(), lost, instance({ account: '2', cell: null })])).toEqual({
    accounts: 2,
    instances: 3,
    statuses: { CURRENT: 3 },
    cells: { enabled: 2 },
    problems: 1,
  });
});
