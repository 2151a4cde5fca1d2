import { describe, expect, it } from 'vitest';
import { fine, ofProblem, statusOfFindings, troubled } from '../../../src/core/doctor/finding.ts';
import { problemFor } from '../../../src/core/problems/hints.ts';

const said = { message: 'It is late.', why: 'Time matters.', hint: 'Hurry.' };
const warning = troubled('clock', 'warning', 'here', said);
const error = troubled('clock', 'error', 'here', said);
const ok = fine('clock', 'here', 'All is well.');

it.each([
  [[], 0],
  [[ok], 0],
  [[ok, warning], 2],
  [[warning, error, ok], 1],
])('the worst finding sets the status', (findings, status) => {
  expect(statusOfFindings(findings)).toBe(status);
});

it('says of a problem what it says, and why that matters', () => {
  const problem = { code: 'denied', message: 'No.', hint: 'Ask.', requestId: 'r' } as const;
  expect(ofProblem('entry', 'error', '1', problem, { why: 'It is blocked.' })).toMatchObject({
    check: 'entry',
    level: 'error',
    subject: '1',
    name: null,
    message: 'No.',
    why: 'It is blocked.',
    hint: 'Ask.',
    problem,
  });
});

it('fills facts into the message, and leaves alone what is not a fact', () => {
  const found = fine('entry', '1', 'Entered {a} with {role}.', { role: 'arn:1:r' });
  expect(found.message).toBe('Entered {a} with arn:1:r.');
  expect(found.messageInGeneral).toBe('Entered {a} with arn:<account>:r.');
});

describe('findings about two accounts', () => {
  const problem = (account: string, detail = 'a') =>
    problemFor('quota-exceeded', `In ${account}: ${detail}.`, { account, detail });
  const why = 'It matters.';
  it.each([
    [
      'of one problem',
      true,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('entry', 'error', '2', problem('2'), { why }),
    ],
    [
      'of another case',
      false,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('entry', 'error', '2', problem('2', 'b'), { why }),
    ],
    [
      'of another check',
      false,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('role', 'error', '2', problem('2'), { why }),
    ],
    [
      'with other facts',
      false,
      fine('regions', '1', 'In {regions}.', { regions: '1 region' }),
      fine('regions', '2', 'In {regions}.', { regions: '2 regions' }),
    ],
    [
      'with facts of the account',
      true,
      fine('entry', '1', 'By {role}.', { role: 'arn:1:r' }),
      fine('entry', '2', 'By {role}.', { role: 'arn:2:r' }),
    ],
    [
      'with the same words about something else',
      false,
      troubled('role', 'warning', '1', { ...said, about: 'a' }),
      troubled('role', 'warning', '2', { ...said, about: 'b' }),
    ],
  ])('%s: alike is %s', (_, alike, one, other) => {
    expect(one.likeness === other.likeness).toBe(alike);
  });
});
