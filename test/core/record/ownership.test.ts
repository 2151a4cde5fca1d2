/** Whether the live value is the run's own work: each end of a change, with each writer that AWS shows. */
import { describe, expect, test } from 'vitest';
import { changeOutcome } from '../../../src/core/record/history.ts';
import { changeStatus, isOwnWork, writerOf } from '../../../src/core/record/ownership.ts';
import type { RunHistory } from '../../../src/core/record/history.ts';
import type { TargetValue } from '../../../src/core/model/model.ts';
import {
  account,
  caller,
  historyIn,
  otherTrust,
  ourRole,
  policy,
  runOf,
  sessionOf,
  type Change,
  type End,
} from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';

const region = 'eu-west-1';
const setting = (end: End, over: Partial<Change> = {}): Change => ({
  ...{ kind: 'setting', region, from: null, to: roleName, end },
  ...over,
});
const role = (end: End): Change => ({ kind: 'role', from: null, to: ourRole, end });
const trust = (end: End): Change => ({
  ...{ kind: 'role', from: { ...ourRole, trust: otherTrust }, to: ourRole, end },
});
const grant = (end: End): Change => ({ kind: 'grant', from: null, to: policy, end });

const entryOf = (change: Change) => {
  const history = historyIn(1, [change]);
  const [record] = history.changes.values();
  if (record === undefined) throw new Error('no change');
  return { change: record, history };
};

test.each<[End, ReturnType<typeof changeOutcome>]>([
  ['changed', 'made'],
  ['cut', 'unrecorded'],
  ['unknown', 'unrecorded'],
  ['not-read-back', 'unrecorded'],
  ['lost', 'doubtful'],
  ['refused', 'none'],
  ['conflict', 'none'],
  ['in-sync', 'none'],
  ['not-attempted', 'none'],
])('the outcome of a change that ended %s is %s', (end, outcome) => {
  for (const change of [setting(end), role(end), trust(end), grant(end)]) {
    expect(changeOutcome(entryOf(change).change), change.kind).toBe(outcome);
  }
});

test('the outcome is unrecorded where a journal of 0.1.0 says that AWS accepted the change but did not show it', () => {
  const { change } = entryOf(setting('lost'));
  const message = 'AWS accepted the change, but 15 seconds later it still returns null.';
  const problem = { code: 'aws-error', message, hint: '', requestId: null } as const;
  const ended = change.ended === null ? null : { ...change.ended, problem };
  expect(changeOutcome({ ...change, ended })).toBe('unrecorded');
});

test.each<[string | null, ReturnType<typeof writerOf>]>([
  [sessionOf(runOf(1)), 'run'],
  [caller.arn, 'run'],
  [sessionOf(runOf(2)), 'others'],
  ['arn:aws:iam::111111111111:user/ann', 'others'],
  ['arn:aws:sts::000000000001:assumed-role/Admin/somebody-else', 'unclear'],
  [null, 'unclear'],
  ['System', 'unclear'],
  ['moto', 'unclear'],
])('the writer %s is %s', (by, writer) => {
  expect(writerOf(by, runOf(1), [caller.arn])).toBe(writer);
});

describe('isOwnWork, for a setting with the value that the run was to write,', () => {
  const at = '2026-01-01T00:01:00.000Z';
  const later = '2026-01-05T00:00:00.000Z';
  const ann = 'arn:aws:iam::111111111111:user/ann';
  test.each<[End, string, string | null, string | null, boolean]>([
    ['changed', 'the run', sessionOf(runOf(1)), at, true],
    ['changed', 'the run, at a later time', sessionOf(runOf(1)), later, false],
    ['changed', 'a person', ann, later, false],
    ['changed', 'another run', sessionOf(runOf(2)), later, false],
    ['changed', 'nobody', null, null, true],
    ['changed', 'the system', 'System', later, false],
    ['cut', 'the run', sessionOf(runOf(1)), at, true],
    ['cut', 'the caller', caller.arn, at, true],
    ['cut', 'nobody', null, null, true],
    ['cut', 'a person', ann, at, false],
    ['cut', 'another run', sessionOf(runOf(2)), at, false],
    ['unknown', 'the run', sessionOf(runOf(1)), at, true],
    ['unknown', 'a person', ann, at, false],
    ['lost', 'the run', sessionOf(runOf(1)), later, true],
    ['lost', 'the caller', caller.arn, later, false],
    ['lost', 'nobody', null, null, false],
    ['lost', 'a person', ann, later, false],
    ['refused', 'the run', sessionOf(runOf(1)), later, false],
    ['refused', 'a person', ann, later, false],
    ['conflict', 'a person', ann, later, false],
    ['in-sync', 'a person', ann, later, false],
  ])(
    'is right if the change ended %s and the writer is %s',
    (end, _, modifiedBy, modifiedAt, own) => {
      const written = { modifiedBy, modifiedAt };
      expect(isOwnWork(entryOf(setting(end)), { value: roleName, written, role: null })).toBe(own);
    },
  );

  test('is false if AWS named another principal when the run read it back', () => {
    const entry = entryOf(setting('changed', { by: ann }));
    const written = { modifiedBy: ann, modifiedAt: '2026-01-01T00:01:00.000Z' };
    expect(isOwnWork(entry, { value: roleName, written, role: null })).toBe(false);
  });
});

describe('isOwnWork, for a role as the run was to create it,', () => {
  const tagged = (run: string | null) => ({
    tags: run === null ? {} : { 'dhmc:created-by': 'dhmc', 'dhmc:run': run },
  });
  test.each<[End, string, string | null, boolean]>([
    ['changed', 'the run', runOf(1), true],
    ['changed', 'nobody', null, true],
    ['changed', 'another run', runOf(2), false],
    ['cut', 'the run', runOf(1), true],
    ['cut', 'nobody', null, false],
    ['cut', 'another run', runOf(2), false],
    ['lost', 'the run', runOf(1), true],
    ['lost', 'nobody', null, false],
    ['refused', 'the run', runOf(1), false],
    ['refused', 'nobody', null, false],
    ['conflict', 'another run', runOf(2), false],
  ])('is right if the creation ended %s and its tag names %s', (end, _, run, own) => {
    const now = { value: ourRole, written: null, role: tagged(run) };
    expect(isOwnWork(entryOf(role(end)), now)).toBe(own);
  });

  test.each<[End, boolean]>([
    ['changed', true],
    ['cut', true],
    ['unknown', true],
    ['lost', false],
    ['refused', false],
    ['conflict', false],
  ])('is right if the change of trust or grant ended %s', (end, own) => {
    for (const change of [trust(end), grant(end)]) {
      const now = { value: change.to, written: null, role: tagged(null) };
      expect(isOwnWork(entryOf(change), now), change.kind).toBe(own);
    }
  });

  test('is true for a rollback that created the role again with its former tags', () => {
    const formerRole = { tags: { 'dhmc:run': runOf(1) }, boundary: null };
    const history = historyIn(3, [role('cut')], { rollsBack: runOf(2), plan: { formerRole } });
    const [change] = history.changes.values();
    const now = { value: ourRole, written: null, role: tagged(runOf(1)) };
    expect(change !== undefined && isOwnWork({ change, history }, now)).toBe(true);
  });
});

describe('changeStatus', () => {
  const back = (end: End = 'changed'): Change => setting(end, { from: roleName, to: null });
  const rollback = (n: number, of: number, change: Change): RunHistory =>
    historyIn(n, [change], { rollsBack: runOf(of) });
  test.each<[string, readonly RunHistory[], TargetValue, string]>([
    ['no later run', [], roleName, 'in force'],
    ['a rollback', [rollback(2, 1, back())], null, `undone by ${runOf(2)}`],
    ['a rollback that was refused', [rollback(2, 1, back('refused'))], roleName, 'in force'],
    [
      'a rollback that was cut off before its write',
      [rollback(2, 1, back('cut'))],
      roleName,
      'in force',
    ],
    [
      'a rollback that was cut off after its write',
      [rollback(2, 1, back('cut'))],
      null,
      `undone by ${runOf(2)}`,
    ],
    [
      'a rollback that was rolled back',
      [rollback(2, 1, back()), rollback(3, 2, setting('changed'))],
      roleName,
      'in force',
    ],
    [
      'a later run',
      [historyIn(2, [setting('changed', { from: roleName, to: 'Other' })])],
      'Other',
      `in force, above ${runOf(2)}`,
    ],
    [
      'a later run that was refused',
      [historyIn(2, [setting('refused', { from: roleName, to: 'Other' })])],
      roleName,
      'in force',
    ],
    [
      'a later run and its rollback',
      [
        historyIn(2, [setting('changed', { from: roleName, to: 'Other' })]),
        rollback(3, 2, setting('changed', { from: 'Other', to: roleName })),
      ],
      roleName,
      'in force',
    ],
  ])('is right after %s', (_, laterRuns, value, words) => {
    const now = { value, written: { modifiedBy: null, modifiedAt: null }, role: null };
    const target = { kind: 'setting', account, region } as const;
    const status = changeStatus(target, entryOf(setting('changed')), laterRuns, now);
    const shown = [
      status.inForce ? 'in force' : `undone by ${status.undoneBy?.started.run ?? 'nobody'}`,
      ...(status.above === null ? [] : [`above ${status.above.started.run}`]),
    ].join(', ');
    expect(shown).toBe(words);
  });
});
