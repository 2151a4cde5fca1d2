import { expect, it } from 'vitest';
import { capitalize, plural, series } from '../../../src/core/model/counted.ts';

it.each([
  [0, 'account', '0 accounts'],
  [1, 'account', '1 account'],
  [1, 'policy', '1 policy'],
  [2, 'policy', '2 policies'],
  [12_345, 'cell', '12,345 cells'],
])('%i of %s is %s', (count, noun, text) => {
  expect(plural(count, noun)).toBe(text);
});

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%j in a sentence is "%s"', (parts, text) => {
  expect(series(parts)).toBe(text);
});

it.each([
  ['', ''],
  ['reset it', 'Reset it'],
])('"%s" at the start of a sentence is "%s"', (text, expected) => {
  expect(capitalize(text)).toBe(expected);
});
