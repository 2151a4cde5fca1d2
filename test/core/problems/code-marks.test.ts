import { describe, expect, it } from 'vitest';
import { partsOfProse, withoutCodeMarks } from '../../../src/core/problems/code-marks.ts';

describe('code in messages', () => {
  it('is the text between two backticks', () => {
    expect(partsOfProse('Run `dhmc resume` again.')).toEqual([
      { text: 'Run ', isCode: false },
      { text: 'dhmc resume', isCode: true },
      { text: ' again.', isCode: false },
    ]);
  });

  it.each([
    ['Run `dhmc resume` again.', 'Run dhmc resume again.'],
    ['`a` and `b`', 'a and b'],
    ['nothing', 'nothing'],
    ['', ''],
    ['cut in `dhmc res…', 'cut in `dhmc res…'],
    ['`a`, then cut `b…', 'a, then cut `b…'],
  ])('is plain text in a format without code: %s', (text, plain) => {
    expect(withoutCodeMarks(text)).toBe(plain);
  });
});
