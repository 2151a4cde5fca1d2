/** Coverage as one JSON document, written in parts. */
import { forJson } from '../escape.ts';
import type { CoverageParts } from './format.ts';
import { withPublicProblem } from '../public-problem.ts';
import { listOf, listOfLines } from '../json-parts.ts';

export async function* renderJson({ report, lines }: CoverageParts): AsyncIterable<string> {
  const { accounts, cells, ...rest } = report;
  const head = forJson(JSON.stringify(rest, null, 2));
  yield `${head.slice(0, head.lastIndexOf('\n}'))},\n  "accounts": [`;
  yield* listOf(accounts.map(withPublicProblem));
  yield '],\n  "cells": [';
  yield* listOf(cells.map(withPublicProblem));
  yield '],\n  "instances": [';
  yield* listOfLines(lines());
  yield ']\n}\n';
}
