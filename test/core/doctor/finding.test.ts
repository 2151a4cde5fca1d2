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

it('takes message and hint from a problem, and adds why it matters', () => {
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

it('fills facts into the message, and keeps other text in braces', () => {
  const found = fine('entry', '1', 'Entered {a} with {role}.', { role: 'arn:1:r' });
  expect(found.message).toBe('Entered {a} with arn:1:r.');
  expect(found.messageInGeneral).toBe('Entered {a} with arn:<account>:r.');
});

describe('two findings about different accounts', () => {
  const problem = (account: string, detail = 'a') =>
    problemFor('quota-exceeded', `In ${account}: ${detail}.`, { account, detail });
  const why = 'It matters.';
  it.each([
    [
      'about the same problem',
      true,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('entry', 'error', '2', problem('2'), { why }),
    ],
    [
      'about another case of the problem',
      false,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('entry', 'error', '2', problem('2', 'b'), { why }),
    ],
    [
      'of different checks',
      false,
      ofProblem('entry', 'error', '1', problem('1'), { why }),
      ofProblem('role', 'error', '2', problem('2'), { why }),
    ],
    [
      'with different facts',
      false,
      fine('regions', '1', 'In {regions}.', { regions: '1 region' }),
      fine('regions', '2', 'In {regions}.', { regions: '2 regions' }),
    ],
    [
      'with facts that differ in the account only',
      true,
      fine('entry', '1', 'By {role}.', { role: 'arn:1:r' }),
      fine('entry', '2', 'By {role}.', { role: 'arn:2:r' }),
    ],
    [
      'with the same words about different things',
      false,
      troubled('role', 'warning', '1', { ...said, about: 'a' }),
      troubled('role', 'warning', '2', { ...said, about: 'b' }),
    ],
  ])('%s are alike: %s', (_, alike, one, other) => {
    expect(one.likeness === other.likeness).toBe(alike);
  });
});
