import type { Problem, Report } from '../core/model/model.ts';
import { forJson } from './escape.ts';
import { withPublicProblem } from './public-problem.ts';

const rowsInPart = 500;

const indented = (value: unknown): string =>
  `    ${JSON.stringify(value, null, 2).replaceAll('\n', '\n    ')}`;

function* listParts(rows: readonly { readonly problem: Problem | null }[]): Generator<string> {
  for (let begin = 0; begin < rows.length; begin += rowsInPart) {
    const part = rows
      .slice(begin, begin + rowsInPart)
      .map((row) => indented(withPublicProblem(row)));
    yield `${begin === 0 ? '[\n' : ',\n'}${forJson(part.join(',\n'))}`;
  }
  yield rows.length === 0 ? '[]' : '\n  ]';
}

/**
 * The JSON report in parts, so that the text of a large organization is never in memory at once. Untrusted text stays
 * unchanged as data; hidden and control characters in it are escaped as JSON.
 */
export function* jsonParts(report: Report): Generator<string> {
  const { accounts, targets, ...head } = report;
  yield forJson(JSON.stringify(head, null, 2).slice(0, -'\n}'.length));
  yield ',\n  "accounts": ';
  yield* listParts(accounts);
  yield ',\n  "targets": ';
  yield* listParts(targets);
  yield '\n}\n';
}

/** The JSON report as one text. */
export const renderJson = (report: Report): string => [...jsonParts(report)].join('');
