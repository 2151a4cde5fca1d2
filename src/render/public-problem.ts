/** Problems in the form of the public JSON: without the reason and facts that only dhmc uses, for grouping. */
import type { Problem } from '../core/model/model.ts';

export const publicProblem = (problem: Problem | null): Problem | null =>
  problem === null || problem.reason === undefined
    ? problem
    : {
        code: problem.code,
        message: problem.message,
        hint: problem.hint,
        requestId: problem.requestId,
      };

/** A row of a report, with its problem in the public form. */
export const withPublicProblem = <Row extends { readonly problem: Problem | null }>(
  row: Row,
): Row =>
  row.problem?.reason === undefined ? row : { ...row, problem: publicProblem(row.problem) };
