/** One table of situations: what the APIs show in each, and the judgement. The numbers are for reference. */
import { expect, test } from 'vitest';
import { judgeInstance } from '../../../src/core/coverage/judge.ts';
import { coverageReasons } from '../../../src/core/coverage/model.ts';
import { lostOrUnlisted } from './situations/lost-or-unlisted.ts';
import { online } from './situations/online.ts';
import { factsOf, type Situation } from './situations/situation.ts';
import { special } from './situations/special.ts';

const rows = [...online, ...lostOrUnlisted, ...special];

test.each(rows)('row $n is $is: $title', (row) => {
  const judgement = judgeInstance(factsOf(row));
  const { managedBy, confidence, reason } = judgement;
  expect([managedBy, confidence, ...(reason === null ? [] : [reason])].join(' ')).toBe(row.is);
  expect(judgement.evidence.length).toBeGreaterThan(0);
  if (reason !== null) expect(judgement.hint).toMatch(/^[A-Z].*\.$/);
});

test('the table covers every reason', () => {
  const seen = new Set(rows.map((row) => row.is.split(' ')[2]));
  expect(coverageReasons.filter((reason) => !seen.has(reason))).toEqual([]);
});

const row = (title: string): Situation => {
  const found = rows.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no row: ${title}`);
  return found;
};

test('the hint says when to check again', () => {
  expect(judgeInstance(factsOf(row('the setting was changed 34 minutes ago'))).hint).toBe(
    'Check again after 2026-11-28T12:01Z.',
  );
  expect(
    judgeInstance(
      factsOf(row('an old agent is lost for up to six hours after a change of the profile')),
    ).hint,
  ).toBe('Check again after 2026-11-28T12:01Z.');
});

test('the hint names the required version for an old agent that its profile manages', () => {
  const { reason, hint } = judgeInstance(factsOf(row('the profile manages an old agent')));
  expect(reason).toBeNull();
  expect(hint).toContain('3.2.582.0');
});

test('the judgement lists the evidence', () => {
  expect(judgeInstance(factsOf(row('the role is broken and shown'))).evidence).toEqual([
    'Systems Manager lists the instance as Online and shows the role Dhmc.',
    'The instance has no instance profile.',
    'The setting names the role Dhmc, which cannot be used: the role does not exist.',
  ]);
});
