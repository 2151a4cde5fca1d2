import { expect, test } from 'vitest';
import {
  compareCoverage,
  describeUncompared,
  openEarlier,
} from '../../../src/core/coverage/changes.ts';
import type {
  CoverageCell,
  CoverageInstance,
  ManagedBy,
} from '../../../src/core/coverage/model.ts';
import { cell, instance } from './instances.ts';

const changesOf = (
  before: readonly CoverageInstance[],
  after: readonly CoverageInstance[],
  cells: {
    readonly before?: readonly CoverageCell[];
    readonly after?: readonly CoverageCell[];
  } = {},
) => {
  const all = [cell('eu-west-1'), cell('us-east-1')];
  const earlier = openEarlier();
  for (const one of cells.before ?? all) earlier.addCell(one);
  for (const one of before) earlier.addInstance(one);
  const comparison = compareCoverage(earlier);
  for (const one of after) comparison.add(one);
  return comparison.changes(cells.after ?? all);
};

const nothing = { managed: [], lost: [], otherwise: [], new: [], gone: [] };

test.each<{ readonly from: ManagedBy; readonly to: ManagedBy; readonly is: object }>([
  { from: 'none', to: 'dhmc', is: { managed: ['i-1'] } },
  { from: 'unknown', to: 'profile', is: { managed: ['i-1'] } },
  { from: 'dhmc', to: 'none', is: { lost: ['i-1'] } },
  { from: 'profile', to: 'dhmc', is: { otherwise: [{ id: 'i-1', from: 'profile', to: 'dhmc' }] } },
  { from: 'dhmc', to: 'unknown', is: { otherwise: [{ id: 'i-1', from: 'dhmc', to: 'unknown' }] } },
  { from: 'none', to: 'unknown', is: { otherwise: [{ id: 'i-1', from: 'none', to: 'unknown' }] } },
  { from: 'dhmc', to: 'dhmc', is: {} },
])('reports a change from $from to $to', ({ from, to, is }) => {
  expect(changesOf([instance('i-1', from)], [instance('i-1', to)])).toEqual({ ...nothing, ...is });
});

test('a managed instance that was stopped is not lost', () => {
  const stopped = instance('i-1', 'unknown', { state: 'stopped' });
  expect(changesOf([instance('i-1', 'dhmc')], [stopped])).toEqual(nothing);
});

test('an instance that was started and is managed became managed', () => {
  const stopped = instance('i-1', 'unknown', { state: 'stopped' });
  expect(changesOf([stopped], [instance('i-1', 'dhmc')]).managed).toEqual(['i-1']);
});

test('an instance is new or gone only where its cell was read both times', () => {
  const one = instance('i-1', 'dhmc');
  expect(changesOf([], [one]).new).toEqual(['i-1']);
  expect(changesOf([one], []).gone).toEqual(['i-1']);
  const unread = [cell('eu-west-1', null)];
  expect(changesOf([], [one], { before: unread })).toEqual(nothing);
  expect(changesOf([one], [], { after: unread })).toEqual(nothing);
  expect(changesOf([one], [], { after: [cell('us-east-1')] })).toEqual(nothing);
});

test.each([
  [{ earlier: 0, now: 0 }, ''],
  [{ earlier: 0, now: 1 }, '1 cell only in this report.'],
  [{ earlier: 2, now: 3 }, '3 cells only in this report, 2 cells only in the earlier one.'],
])('counts the cells that were not compared: %j', (uncompared, text) => {
  expect(describeUncompared(uncompared)).toMatch(text === '' ? /^$/ : text);
});

test('counts the cells that only one of two reports read', () => {
  const earlier = openEarlier();
  for (const one of [cell('eu-west-1'), cell('us-east-1'), cell('us-west-2', null)])
    earlier.addCell(one);
  const now = [cell('eu-west-1'), cell('us-west-2'), cell('us-east-1', null)];
  expect(compareCoverage(earlier).uncompared(now)).toEqual({ earlier: 1, now: 1 });
});
