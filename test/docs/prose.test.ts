import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { commentsOfSource, titlesOfTests } from '../../scripts/prose/texts.ts';

const sourceOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-prose-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'source.ts');
  writeFileSync(file, text);
  return file;
};

it('finds each comment of a source file once, with its line and without code', () => {
  const file = sourceOf(
    "/** First\n * and `code`. */\nconst one = 1; // Second.\n\n// Third.\nf('// no comment');\n",
  );
  expect(
    commentsOfSource(file).map(({ line, text }) => [line, text.replace(/\s+/g, ' ').trim()]),
  ).toEqual([
    [1, 'First and `…`.'],
    [3, 'Second.'],
    [5, 'Third.'],
  ]);
});

it('finds the titles of tests, including those of tables', () => {
  const file = sourceOf(
    "describe('a thing', () => {\n  it('works', () => {});\n  it.each([1])('works with %i', f);\n  expect('no title');\n});\n",
  );
  expect(titlesOfTests(file)).toEqual([
    { line: 1, text: 'a thing' },
    { line: 2, text: 'works' },
    { line: 3, text: 'works with %i' },
  ]);
});
