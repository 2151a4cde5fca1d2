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
  ['nothing is wrong', { instances: [instance()] }, 0, 0],
  ['a cell is covered by intention alone', { instances: [lost] }, 0, 2],
  ['a drift could not be detected', { instances: [because('stack-drift-unread')] }, 1, 1],
  ['an account is not active', { instances: [because('stack-account-inactive')] }, 0, 0],
  [
    'a deployment leaves an account that is not active',
    { action: 'deploy', instances: [because('stack-account-inactive')] },
    0,
    0,
  ],
  ['a removal is planned', { action: 'remove', dryRun: true, instances: [lost] }, 0, 0],
  ['a deployment leaves a cell', { action: 'deploy', instances: [lost] }, 1, 1],
  [
    'a deployment is still being carried out',
    { action: 'deploy', instances: [because('stack-underway')] },
    0,
    0,
  ],
  ['an instance is still being carried out', { instances: [because('stack-underway')] }, 0, 2],
  [
    'a removal leaves an instance that is being carried out',
    { action: 'remove', instances: [because('stack-underway')] },
    1,
    1,
  ],
  ['a cell could not be read', { instances: [instance({ cell: 'unknown' })] }, 1, 1],
  ['an operation failed', { operations: [operation({ status: 'FAILED' })] }, 1, 1],
  ['an operation lost some', { operations: [operation({ failed: 1 })] }, 1, 1],
  [
    'a removal went on over an account in which nothing was deployed',
    { action: 'remove', operations: [operation({ status: 'FAILED', failed: 1 })] },
    0,
    0,
  ],
  [
    'a call of a removal was refused',
    { action: 'remove', operations: [operation({ status: 'refused' })] },
    1,
    1,
  ],
  ['a call was refused', { operations: [operation({ status: 'refused' })] }, 1, 1],
  ['it was stopped', { stopped: { message: 'm', hint: 'h' } }, 1, 1],
])('where %s', (_, over, plain, check) => {
  const report = ofReport(over);
  expect(statusOfStackSets(report, { check: false })).toBe(plain);
  expect(statusOfStackSets(report, { check: true })).toBe(check);
});

it('counts accounts once, and cells that were looked at', () => {
  expect(summaryOfInstances([instance(), lost, instance({ account: '2', cell: null })])).toEqual({
    accounts: 2,
    instances: 3,
    statuses: { CURRENT: 3 },
    cells: { enabled: 2 },
    problems: 1,
  });
});
