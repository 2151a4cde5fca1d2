import { describe, expect, it } from 'vitest';
import {
  attribute,
  block,
  comment,
  expression,
  hclFile,
  quoted,
} from '../../../src/render/templates/hcl.ts';

describe('HCL', () => {
  it.each([
    ['plain', '"plain"'],
    ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
    ['${var.x}', '"$${var.x}"'],
    ['%{if x}', '"%%{if x}"'],
    ['a\nb', '"a\\nb"'],
  ])('quotes %j without interpolation', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });

  it.each([
    [5, '5'],
    [true, 'true'],
    [[], '[]'],
    [{}, '{}'],
    [['a', 'b'], '["a", "b"]'],
    [[{ a: 1 }], '[\n  {\n    a = 1\n  },\n]'],
    [
      { a: 1, long_name: 'x', 'b c': 2 },
      '{\n  a         = 1\n  long_name = "x"\n  "b c"     = 2\n}',
    ],
  ])('writes %j', (value, expected) => {
    expect(expression(value)).toBe(expected);
  });

  it('breaks a list that is too long for one line', () => {
    const list = Array.from({ length: 10 }, () => 'x'.repeat(10));
    expect(expression(list).split('\n')).toHaveLength(12);
  });

  it('separates blocks, keeps comments with the next element, and aligns attributes', () => {
    const text = hclFile(
      ['Made by dhmc'],
      [
        comment('About\nthe next'),
        block(
          'resource',
          ['a', 'b"c'],
          [attribute('x', '1'), attribute('long', '2'), block('empty', [], [])],
        ),
        attribute('last', '3'),
      ],
    );
    expect(text).toBe(
      [
        '# Made by dhmc',
        '',
        '# About\\nthe next',
        'resource "a" "b\\"c" {',
        '  x    = 1',
        '  long = 2',
        '',
        '  empty {}',
        '}',
        '',
        'last = 3',
        '',
      ].join('\n'),
    );
  });
});
