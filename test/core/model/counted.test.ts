import { expect, it } from 'vitest';
import { capitalize, firstOf, plural, series } from '../../../src/core/model/counted.ts';

it.each([
  [0, 'account', '0 accounts'],
  [1, 'account', '1 account'],
  [1, 'policy', '1 policy'],
  [2, 'policy', '2 policies'],
  [12_345, 'cell', '12,345 cells'],
])('plural(%i, %s) is %s', (count, noun, text) => {
  expect(plural(count, noun)).toBe(text);
});

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('series(%j) is "%s"', (parts, text) => {
  expect(series(parts)).toBe(text);
});

it.each([
  ['', ''],
  ['reset it', 'Reset it'],
])('capitalize("%s") is "%s"', (text, expected) => {
  expect(capitalize(text)).toBe(expected);
});

it.each([
  [[], 3, undefined, ''],
  [['a', 'b'], 2, undefined, 'a, b'],
  [['a', 'b', 'c'], 2, undefined, 'a, b and 1 more'],
  [['a', 'b'], 2, 2, 'a, b'],
  [['a', 'b'], 2, 1_502, 'a, b and 1,500 more'],
])('firstOf(%j, %i, %s) is "%s"', (names, most, total, text) => {
  expect(firstOf(names, most, total)).toBe(text);
});
