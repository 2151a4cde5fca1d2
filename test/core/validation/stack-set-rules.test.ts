import { expect, it } from 'vitest';
import type { RunEvent, RunStarted } from '../../../src/core/record/events.ts';
import {
  problemOfStackSetEvent,
  problemOfStackSetRun,
} from '../../../src/core/validation/stack-set-rules.ts';
import { startedOf } from '../../journal/sample.ts';

const at = '2026-11-22T11:00:00.000Z';
const base = startedOf('20261122-110000-aaaaaa');
const started = (over: Partial<RunStarted> = {}): RunStarted => ({
  ...base,
  action: 'stackset-deploy',
  settings: { ...base.settings, overwrite: [], deleteRole: false },
  stackSets: { prefix: 'dhmc', takeOver: false, pilot: null },
  ...over,
});

it.each<[Partial<RunStarted>, string | null]>([
  [{}, null],
  [{ rollsBack: 'r' }, 'rolls back, overwrites or removes'],
  [{ settings: { ...base.settings, deleteRole: true } }, 'rolls back, overwrites or removes'],
  [{ stackSets: { prefix: '1x', takeOver: false, pilot: null } }, 'is not a valid prefix'],
  [{ stackSets: { prefix: 'x', takeOver: false, pilot: '12' } }, 'cannot be an account'],
])('problemOfStackSetRun is right for %j', (over, found) => {
  const problem = problemOfStackSetRun(started(over));
  if (found === null) expect(problem).toBeNull();
  else expect(problem).toContain(found);
});

it('a run with stack sets is refused without their names', () => {
  const { stackSets: _, ...without } = started();
  expect(problemOfStackSetRun(without)).toContain('does not say which stack sets');
});

const arn = 'arn:aws:cloudformation:us-east-1:111111111111:stackset/dhmc-role:0a-1b';
const cell = { kind: 'setting', account: '111111111111', region: 'eu-west-1' } as const;
const call = {
  type: 'stack-set-call-begun',
  at,
  call: 'CreateStackInstances',
  stackSet: 'dhmc-role',
  operation: 'op-1',
  accountFilter: 'INTERSECTION',
  units: ['ou-ab12-12345678'],
  accounts: ['111111111111'],
  regions: ['eu-west-1'],
} as const;
const given = {
  type: 'cell-handed-over',
  at,
  target: cell,
  stackSet: arn,
  operation: null,
} as const;

const role = {
  type: 'role-handed-over',
  at,
  account: '111111111111',
  region: 'eu-west-1',
  stackSet: arn,
  role: 'arn:aws:iam::111111111111:role/service-role/Dhmc',
} as const;
const retag = {
  type: 'role-tag-begun',
  at,
  account: '111111111111',
  role: role.role,
  from: 'stackset',
  to: 'dhmc',
} as const;
const back = {
  type: 'cell-taken-back',
  at,
  target: cell,
  stackSet: arn,
  value: null,
  state: 'disabled',
} as const;

it.each<[string | null, RunEvent]>([
  [null, call],
  [null, role],
  [null, retag],
  [null, { ...role, type: 'role-taken-back', verdict: 'changed', state: 'whole', problem: null }],
  ['cannot be a role of account', { ...role, account: '222222222222' }],
  ['cannot be a role of account', { ...retag, role: 'arn:aws:iam::111111111111:user/x' }],
  ['cannot be a region', { ...role, region: 'nowhere' }],
  ['cannot be a stack set', { ...role, stackSet: 'arn:x' }],
  [null, { ...given, endedAt: at }],
  ['not a time', { ...given, endedAt: 'soon' }],
  [null, { ...back, written: { modifiedBy: null, modifiedAt: at } }],
  ['not a time', { ...back, written: { modifiedBy: null, modifiedAt: 'soon' } }],
  ['cannot be a root or unit', { ...call, units: ['ou-x'] }],
  ['cannot be an account', { ...call, accounts: ['1'] }],
  ['cannot be a region of aws', { ...call, regions: ['cn-north-1'] }],
  ['cannot name a stack set', { ...call, stackSet: '-x' }],
  ['cannot be an operation', { ...call, operation: 'a b' }],
  [null, given],
  ['something else than a cell', { ...given, target: { ...cell, kind: 'role' } }],
  ['cannot be a stack set', { ...given, stackSet: 'arn:x' }],
  ['never records', { type: 'change-begun', at, target: cell, from: null, to: 'x' }],
])('the problem is %j for %j', (found, event) => {
  const problem = problemOfStackSetEvent(event, started());
  if (found === null) expect(problem).toBeNull();
  else expect(problem).toContain(found);
});

it.each<[boolean, Partial<typeof call> | object, boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { accountFilter: 'DIFFERENCE' }, false],
  [true, { call: 'DeleteStackInstances' }, false],
])('in a run that takes over (%s), the call %j may take over: %s', (takeOver, over, isFine) => {
  const event = { ...call, ...over, takesOver: true } as RunEvent;
  const problem = problemOfStackSetEvent(
    event,
    started({ stackSets: { prefix: 'dhmc', takeOver, pilot: null } }),
  );
  expect(problem).toBe(isFine ? null : 'takes cells over, which its run or its call does not do');
});

it('a run without stack sets has no events of stack sets', () => {
  expect(problemOfStackSetEvent(given, base)).toContain('which the run is not');
  expect(
    problemOfStackSetEvent({ type: 'run-finished', at, calls: 0, throttled: 0 }, base),
  ).toBeNull();
});
