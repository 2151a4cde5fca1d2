/** Advice as one JSON document, written in parts. */
import { forJson } from '../escape.ts';
import type { AdviceParts } from './format.ts';
import { auditRow } from './words.ts';
import { withPublicProblem } from '../public-problem.ts';
import { listOf, listOfLines } from '../json-parts.ts';

export async function* renderJson({ report, changes, lines }: AdviceParts): AsyncIterable<string> {
  const { accounts, unread, dhmcRoles, ...rest } = report;
  const head = forJson(JSON.stringify({ ...rest, changes }, null, 2));
  yield `${head.slice(0, head.lastIndexOf('\n}'))},\n  "accounts": [`;
  yield* listOf(accounts.map(withPublicProblem));
  yield '],\n  "unread": [';
  yield* listOf(unread.map(withPublicProblem));
  yield '],\n  "roles": [';
  yield* listOfLines(lines());
  yield '],\n  "dhmcRoles": [';
  yield* listOf(dhmcRoles.map(auditRow));
  yield ']\n}\n';
}
