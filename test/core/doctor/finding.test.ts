import { expect, it } from 'vitest';
import { fine, ofProblem, statusOfFindings, troubled } from '../../../src/core/doctor/finding.ts';

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
  expect(ofProblem('entry', 'error', '1', problem, 'It is blocked.')).toEqual({
    check: 'entry',
    level: 'error',
    subject: '1',
    name: null,
    message: 'No.',
    why: 'It is blocked.',
    hint: 'Ask.',
  });
});
