import { expect, it } from 'vitest';
import { plural } from '../../../src/core/model/counted.ts';

it.each([
  [0, 'account', '0 accounts'],
  [1, 'account', '1 account'],
  [1, 'policy', '1 policy'],
  [2, 'policy', '2 policies'],
  [12_345, 'cell', '12,345 cells'],
])('%i of %s is %s', (count, noun, text) => {
  expect(plural(count, noun)).toBe(text);
});
