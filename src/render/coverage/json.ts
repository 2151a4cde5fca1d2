/** Coverage as one JSON document, written in parts. */
import { forJson } from '../escape.ts';
import type { CoverageParts } from './format.ts';

export async function* renderJson({ report, lines }: CoverageParts): AsyncIterable<string> {
  const { accounts, cells, ...rest } = report;
  const head = forJson(JSON.stringify(rest, null, 2));
  yield `${head.slice(0, head.lastIndexOf('\n}'))},\n  "accounts": [`;
  yield list(accounts);
  yield '],\n  "cells": [';
  yield list(cells);
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

const list = (values: readonly unknown[]): string =>
  values.length === 0
    ? ''
    : `${values.map((value) => `\n    ${forJson(JSON.stringify(value))}`).join(',')}\n  `;
