/** Advice as one JSON document, written in parts. */
import { forJson } from '../escape.ts';
import type { AdviceParts } from './format.ts';
import { auditRow } from './words.ts';
import { withPublicProblem } from '../public-problem.ts';

export async function* renderJson({ report, changes, lines }: AdviceParts): AsyncIterable<string> {
  const { accounts, unread, dhmcRoles, ...rest } = report;
  const head = forJson(JSON.stringify({ ...rest, changes }, null, 2));
  yield `${head.slice(0, head.lastIndexOf('\n}'))},\n  "accounts": [`;
  yield list(accounts.map(withPublicProblem));
  yield '],\n  "unread": [';
  yield list(unread.map(withPublicProblem));
  yield '],\n  "roles": [';
  let first = true;
  let block = '';
  for await (const line of lines()) {
    block += `${first ? '' : ','}\n    ${line}`;
    first = false;
    if (block.length > 60_000) {
      yield block;
      block = '';
    }
  }
  yield `${block}${first ? '' : '\n  '}],\n  "dhmcRoles": [`;
  yield list(dhmcRoles.map(auditRow));
  yield ']\n}\n';
}

const list = (values: readonly unknown[]): string =>
  values.length === 0
    ? ''
    : `${values.map((value) => `\n    ${forJson(JSON.stringify(value))}`).join(',')}\n  `;
