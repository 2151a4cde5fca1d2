/** What comes back from a stack set: which roles may be tagged as dhmc's, and what the rows say. */
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

describe('the role of a stack set that is gone', () => {
  it.each([
    ['is tagged where it says that it is a stack set’s', made, { 'dhmc:managed-by': 'stackset' }],
    ['is done where it says dhmc', made, { 'dhmc:managed-by': 'dhmc' }],
    ['is left where it says something else', made, { 'dhmc:managed-by': 'terraform' }],
    ['is left where somebody removed the tag', made, { 'dhmc:created-by': 'dhmc' }],
    ['is left where it is another role', others, { 'dhmc:managed-by': 'stackset' }],
  ])('%s', (title, arn, tags) => {
    const expected = title.includes('tagged') ? 'retag' : title.includes('done') ? 'done' : 'leave';
    expect(decideRole({ arn, tags }, made).kind).toBe(expected);
  });
  it('is done where it is not there', () => {
    expect(decideRole(null, made)).toEqual({ kind: 'done' });
  });
});

describe('the rows', () => {
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
  ])('say what is there, and what failed: %#', (row, state, shown) => {
    expect(row).toMatchObject({ set: 'dhmc-role', status: 'TAKEN_BACK', cell: state });
    expect(row.problem).toEqual(shown);
  });
  it('of a role that was left say why beside them', () => {
    expect(leftRole(role({ verdict: 'skipped', problem }))).toMatchObject([{ reason: 'No.' }]);
    expect(leftRole(role({ verdict: 'failed', problem }))).toEqual([]);
  });
});

describe('a removal that did not finish', () => {
  const set = (name: string, enabled: boolean) => ({
    name,
    autoDeployment: { enabled, retainStacks: false, dependsOn: [] },
  });
  it.each([
    ['none: the sets are at work', [set('a', true), set('b', true)], 0, 0, null],
    ['none: nothing is on record', [], 0, 0, null],
    [
      'automatic deployment is off',
      [set('a', true), set('b', false)],
      0,
      0,
      /deployment of b is off/,
    ],
    ['the sets are gone', [], 17, 1, /17 cells and 1 role as dhmc's yet/],
    ['only a role is left', [], 0, 1, /count 1 role as/],
  ] as const)('%s', (_, sets, cells, roles, text) => {
    const found = unfinishedRemoval({ sets, cells, roles });
    if (text === null) expect(found).toBeNull();
    else expect(found).toMatch(text);
  });
});
