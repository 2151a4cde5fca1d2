import { describe, expect, it } from 'vitest';
import { clip, fit, widthOf, wrap, wrapHanging } from '../../src/render/text-width.ts';

const arn = 'arn:aws:iam::100000000001:user/somebody-with-a-long-name';
const family = '👨‍👩‍👧';

describe('wrapping', () => {
  it.each<[string, string, readonly string[]]>([
    ['text that fits', 'one two', ['  one two']],
    ['nothing', '', ['  ']],
    ['text at blanks', 'one two three four five six', ['  one two three four', '  five six']],
    [
      'text at the last column',
      `${'a'.repeat(10)} ${'b'.repeat(9)} c`,
      [`  ${'a'.repeat(10)} ${'b'.repeat(9)}`, '  c'],
    ],
    [
      'a word that is too long',
      `see ${'x'.repeat(25)} there`,
      ['  see', `  ${'x'.repeat(20)}`, '  xxxxx there'],
    ],
    [
      'wide characters by their columns',
      '日本語 日本語 日本語 日本語',
      ['  日本語 日本語 日本語', '  日本語'],
    ],
    [
      'characters of several code points, which stay whole',
      family.repeat(11),
      [`  ${family.repeat(10)}`, `  ${family}`],
    ],
  ])('breaks %s', (_, text, lines) => {
    const found = wrap(text, 22, '  ');
    expect(found).toEqual(lines);
    for (const line of found) expect(widthOf(line)).toBeLessThanOrEqual(22);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a command',
      'now run dhmc disable rollback 20260101-000000-abc123 first',
      ['now run', 'dhmc disable rollback 20260101-000000-abc123', 'first'],
    ],
    [
      'a command with options',
      "with dhmc enable --account 'Shop Dev' --region=a, or",
      ['with', "dhmc enable --account 'Shop Dev' --region=a,", 'or'],
    ],
    ['a command in prose', 'there dhmc enable repairs it', ['there dhmc enable', 'repairs it']],
    [
      'the name dhmc alone',
      'this was not made by dhmc itself',
      ['this was not made by', 'dhmc itself'],
    ],
    ['a list', 'add ssm:GetParameter,s3:GetObject', ['add', 'ssm:GetParameter,s3:GetObject']],
  ])('keeps %s whole', (_, text, lines) => {
    expect(wrap(text, 22, '')).toEqual(lines);
    expect(wrapHanging(text, { columns: 23, start: '', indent: '' }).split('\n')).toEqual(lines);
  });

  it('indents below the start, and leaves long words whole', () => {
    const layout = { columns: 30, start: 'Note: ', indent: '      ' };
    expect(wrapHanging(`it was set by ${arn} in May.`, layout)).toBe(
      `Note: it was set by\n      ${arn}\n      in May.`,
    );
  });
});

describe('the width in columns', () => {
  it.each([
    ['abc', 3],
    ['本番', 4],
    ['👩‍👩‍👧‍👦', 2],
  ])('of %s is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('is respected when clipping, and characters stay whole', () => {
    expect(clip('本番決済', 5)).toBe('本番…');
    expect(widthOf(fit('👩‍👩‍👧‍👦 family', 6))).toBe(6);
  });

  it('is respected when wrapping, and long words are cut', () => {
    expect(wrap(`one two ${'x'.repeat(50)}`, 24, '  ').every((line) => widthOf(line) <= 24)).toBe(
      true,
    );
  });
});
