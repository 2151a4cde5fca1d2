/** The end of stack sets: the roles that may be tagged as dhmc's, and the rows of the report. */
import { describe, expect, it } from 'vitest';
import type { CellTakenBack, RoleTakenBack } from '../../../src/core/record/events.ts';
import {
  decideRole,
  leftRole,
  rowOfCell,
  rowOfRole,
  unfinishedRemoval,
} from '../../../src/core/stack-sets/taken-back.ts';

const made = 'arn:aws:iam::000000000101:role/service-role/Dhmc';
const others = 'arn:aws:iam::000000000101:role/Dhmc';
const stackSet = 'arn:aws:cloudformation:us-east-1:000000000001:stackset/dhmc-role:0b5d';
const at = '2026-01-01T00:00:00.000Z';
const problem = { code: 'denied', message: 'No.', hint: '', requestId: null } as const;

describe('the role of a deleted stack set', () => {
  it.each([
    ['retag', 'a stack set’s', made, { 'dhmc:managed-by': 'stackset' }],
    ['done', 'dhmc’s', made, { 'dhmc:managed-by': 'dhmc' }],
    ['leave', 'someone else’s', made, { 'dhmc:managed-by': 'terraform' }],
    ['leave', 'without that tag', made, { 'dhmc:created-by': 'dhmc' }],
    ['leave', 'another role', others, { 'dhmc:managed-by': 'stackset' }],
  ])('has the decision %s where it is %s', (decision, _, arn, tags) => {
    expect(decideRole({ arn, tags }, made).kind).toBe(decision);
  });
  it('has the decision done where it does not exist', () => {
    expect(decideRole(null, made)).toEqual({ kind: 'done' });
  });
});

describe('the rows of a removal', () => {
  const cell = (over: Partial<CellTakenBack>): CellTakenBack => ({
    ...{ type: 'cell-taken-back', at, stackSet, value: null, state: 'enabled' },
    ...{ target: { kind: 'setting', account: '000000000101', region: 'us-east-1' }, ...over },
  });
  const role = (over: Partial<RoleTakenBack>): RoleTakenBack => ({
    ...{ type: 'role-taken-back', at, account: '000000000101', region: 'us-east-1', stackSet },
    ...{ role: made, verdict: 'changed', state: 'whole', problem: null, ...over },
  });
  it.each([
    [rowOfCell(cell({})), 'enabled', null],
    [rowOfCell(cell({ state: 'unknown', problem })), 'unknown', problem],
    [rowOfCell(cell({ state: 'unknown' })), null, null],
    [rowOfRole(role({})), 'whole', null],
    [rowOfRole(role({ verdict: 'blocked', state: 'unknown', problem })), 'unknown', problem],
    [rowOfRole(role({ verdict: 'skipped', state: 'unknown', problem })), null, null],
    [rowOfRole(role({ verdict: 'skipped', state: 'whole', problem })), 'whole', null],
  ])('have the live state and the problem: %j', (row, state, shown) => {
    expect(row).toMatchObject({ set: 'dhmc-role', status: 'TAKEN_BACK', cell: state });
    expect(row.problem).toEqual(shown);
  });
  it('have a reason for a role that was left alone', () => {
    expect(leftRole(role({ verdict: 'skipped', problem }))).toMatchObject([{ reason: 'No.' }]);
    expect(leftRole(role({ verdict: 'failed', problem }))).toEqual([]);
  });
});

describe('the note on an unfinished removal', () => {
  const set = (name: string, enabled: boolean) => ({
    name,
    autoDeployment: { enabled, retainStacks: false, dependsOn: [] },
  });
  it.each([
    ['is null where the sets work', [set('a', true), set('b', true)], 0, 0, null],
    ['is null where nothing is on record', [], 0, 0, null],
    [
      'names a set without automatic deployment',
      [set('a', true), set('b', false)],
      0,
      0,
      /deployment of b is off/,
    ],
    [
      'counts cells and roles where the sets are deleted',
      [],
      17,
      1,
      /17 cells and 1 role as dhmc's yet/,
    ],
    ['counts a role where only that is left', [], 0, 1, /count 1 role as/],
  ] as const)('%s', (_, sets, cells, roles, text) => {
    const found = unfinishedRemoval({ sets, cells, roles });
    if (text === null) expect(found).toBeNull();
    else expect(found).toMatch(text);
  });
});
