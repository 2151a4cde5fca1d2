import { expect, it } from 'vitest';
import { listOf, listOfLines } from '../../src/render/json-parts.ts';

const lines = async function* (values: readonly unknown[]): AsyncIterable<string> {
  await Promise.resolve();
  for (const value of values) yield JSON.stringify(value);
};

it.each<[string, readonly unknown[]]>([
  ['nothing', []],
  ['one value', [{ a: 1 }]],
  [
    'a list longer than a block',
    Array.from({ length: 3 }, (_, index) => `${index}${'x'.repeat(30_000)}`),
  ],
])('lists %s the same from an array and from a stream', async (_, values) => {
  const there = [...listOf(values)];
  const come: string[] = [];
  for await (const part of listOfLines(lines(values))) come.push(part);
  expect(JSON.parse(`[${there.join('')}]`)).toEqual(values);
  expect(come.join('')).toBe(there.join(''));
  if (values.length > 1) expect(there.length).toBeGreaterThan(1);
});
