import { expect, it } from 'vitest';
import { capitalize, duration, firstOf, plural, series } from '../../../src/core/model/counted.ts';

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

it.each([
  [0, false, '0 s'],
  [59_499, false, '59 s'],
  [59_500, false, '1 min 0 s'],
  [8_120, true, '8.1 s'],
  [59_949, true, '59.9 s'],
  [59_950, true, '1 min 0 s'],
  [248_000, true, '4 min 8 s'],
  [3_600_000, true, '1 h 0 min'],
  [7_500_000, false, '2 h 5 min'],
  [-5_000, true, '0.0 s'],
])('duration(%i, tenths: %s) is "%s"', (milliseconds, tenths, text) => {
  expect(duration(milliseconds, { tenths })).toBe(text);
});

it.each([
  [9_000, '9 s'],
  [248_000, '4 min 08 s'],
  [7_500_000, '2 h 05 min'],
])('duration(%i, padded) is "%s"', (milliseconds, text) => {
  expect(duration(milliseconds, { padded: true })).toBe(text);
});
