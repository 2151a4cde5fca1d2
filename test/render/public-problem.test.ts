import { expect, it } from 'vitest';
import { problemFor } from '../../src/core/problems/hints.ts';
import { publicProblem, withPublicProblem } from '../../src/render/public-problem.ts';

const problem = problemFor('throttled', 'Rate exceeded', { detail: 'x' }, { requestId: 'r' });
const shown = { code: 'throttled', message: 'Rate exceeded', hint: problem.hint, requestId: 'r' };

it('a public problem has no reason and no facts, but everything else', () => {
  expect(publicProblem(problem)).toEqual(shown);
  expect(publicProblem(null)).toBeNull();
  expect(withPublicProblem({ id: '1', problem })).toEqual({ id: '1', problem: shown });
});

it('a row without a problem stays the same', () => {
  const row = { id: '1', problem: null };
  expect(withPublicProblem(row)).toBe(row);
});
