/**
 * Parts of long JSON documents, in blocks: the text of all rows of a large organization would be as large as all data
 * in memory.
 */
import { forJson } from './escape.ts';

const blockLength = 60_000;

/** Values as JSON: `before` precedes the first one, `between` each of the others. */
export function* blocksOf(
  values: readonly unknown[],
  before: string,
  between: string,
): Iterable<string> {
  let block = '';
  for (const [index, value] of values.entries()) {
    block += `${index === 0 ? before : between}${forJson(JSON.stringify(value))}`;
    if (block.length <= blockLength) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

/** The content of a list between its brackets, one value per line. */
export function* listOf(values: readonly unknown[]): Iterable<string> {
  if (values.length === 0) return;
  yield* blocksOf(values, '\n    ', ',\n    ');
  yield '\n  ';
}

/** The same for values that are lines of JSON. */
export async function* listOfLines(lines: AsyncIterable<string>): AsyncIterable<string> {
  let isFirst = true;
  let block = '';
  for await (const line of lines) {
    block += `${isFirst ? '' : ','}\n    ${line}`;
    isFirst = false;
    if (block.length <= blockLength) continue;
    yield block;
    block = '';
  }
  yield `${block}${isFirst ? '' : '\n  '}`;
}
