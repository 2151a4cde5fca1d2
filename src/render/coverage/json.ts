/** Coverage as one JSON document, written in parts. */
import { forJson } from '../escape.ts';
import type { CoverageParts } from './format.ts';
import { withPublicProblem } from '../public-problem.ts';

export async function* renderJson({ report, lines }: CoverageParts): AsyncIterable<string> {
  const { accounts, cells, ...rest } = report;
  const head = forJson(JSON.stringify(rest, null, 2));
  yield `${head.slice(0, head.lastIndexOf('\n}'))},\n  "accounts": [`;
  yield* list(accounts.map(withPublicProblem));
  yield '],\n  "cells": [';
  yield* list(cells.map(withPublicProblem));
  yield '],\n  "instances": [';
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
  yield `${block}${first ? '' : '\n  '}]\n}\n`;
}

function* list(values: readonly unknown[]): Iterable<string> {
  if (values.length === 0) return;
  yield* blocksOf(values, '\n    ', ',\n    ');
  yield '\n  ';
}

/** Values as JSON, in blocks: one text of all cells of a large organization would be as large as all that is kept. */
export function* blocksOf(
  values: readonly unknown[],
  before: string,
  between: string,
): Iterable<string> {
  let block = '';
  for (const [index, value] of values.entries()) {
    block += `${index === 0 ? before : between}${forJson(JSON.stringify(value))}`;
    if (block.length <= 60_000) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}
