/** Coverage as NDJSON: one line per instance as it is found, and the rest of the report in the last line. */
import type { CoverageInstance } from '../../core/coverage/model.ts';
import { forJson } from '../escape.ts';
import { blocksOf } from '../json-parts.ts';
import type { CoverageStream } from './format.ts';
import { withPublicProblem } from '../public-problem.ts';

/** An instance as one line of JSON, without a line break. */
export const lineOf = (instance: CoverageInstance): string => forJson(JSON.stringify(instance));

export const ndjsonStream = (): CoverageStream => ({
  head: '',
  rows: (instances) => instances.map((instance) => `${lineOf(instance)}\n`).join(''),
  *end({ schema, summary, changes, accounts, cells }) {
    const head = forJson(JSON.stringify({ schema, summary, changes }));
    yield `${head.slice(0, -1)},"accounts":[`;
    yield* blocksOf(accounts.map(withPublicProblem), '', ',');
    yield '],"cells":[';
    yield* blocksOf(cells.map(withPublicProblem), '', ',');
    yield ']}\n';
  },
});
