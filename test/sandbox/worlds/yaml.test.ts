import { expect, it } from 'vitest';
import { parseYaml } from '../../../src/sandbox/worlds/yaml.ts';

it('gives the same object for an alias as for its anchor', () => {
  const { a, b } = parseYaml('a: &x { n: [1] }\nb: *x\n') as Record<'a' | 'b', unknown>;
  expect(a).toEqual({ n: [1] });
  expect(b).toBe(a);
});

it.each([
  ['{"a": [1, null, true, "x"]}', { a: [1, null, true, 'x'] }],
  ['a:\n', { a: null }],
  ['1: x\n', { '1': 'x' }],
  ['', null],
])('parses %j as %j', (text, value) => {
  expect(parseYaml(text)).toEqual(value);
});

it.each(['a: [1', 'a: *x\n', 'a: &x [*x]\n'])('refuses %j', (text) => {
  expect(() => parseYaml(text)).toThrow();
});
