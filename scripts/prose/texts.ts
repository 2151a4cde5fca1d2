/** Extracts the texts that people read from files, each with its line. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Text {
  readonly line: number;
  readonly text: string;
}

/** The text of a Markdown page, without code blocks and code spans. */
export function textsOfPage(path: string): readonly Text[] {
  let inCode = false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.startsWith('```')) inCode = !inCode;
      return inCode || line.startsWith('```')
        ? []
        : [{ line: index + 1, text: line.replace(/`[^`]*`/g, '`…`') }];
    });
}

/** The strings of a source file that contain words: messages, help, headings. Keys and imports are left out. */
export function textsOfSource(path: string): readonly Text[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const texts: Text[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isStringLiteralLike(node) ||
        ts.isTemplateHead(node) ||
        ts.isTemplateMiddleOrTemplateTail(node)) &&
      node.text.includes(' ')
    ) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      texts.push({ line: line + 1, text: node.text });
    }
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return texts;
}

/** The comments of a source file. */
export function commentsOfSource(path: string): readonly Text[] {
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const starts = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ])
      starts.set(range.pos, range);
    node.forEachChild(visit);
  };
  visit(source);
  return [...starts.values()].map(({ pos, end }) => ({
    line: source.getLineAndCharacterOfPosition(pos).line + 1,
    text: text
      .slice(pos, end)
      .replace(/^\/\*+|\*\/$|^\/\//g, '')
      .replace(/\n\s*\*/g, ' ')
      .replace(/`[^`]*`/g, '`…`'),
  }));
}

const testFunctions: ReadonlySet<string> = new Set(['describe', 'it', 'test']);

/** The titles of a test file's tests. */
export function titlesOfTests(path: string): readonly Text[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const titles: Text[] = [];
  const nameOf = (node: ts.Expression): string =>
    ts.isIdentifier(node)
      ? node.text
      : ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)
        ? nameOf(node.expression)
        : '';
  const visit = (node: ts.Node): void => {
    const [title] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      title !== undefined &&
      ts.isStringLiteralLike(title) &&
      testFunctions.has(nameOf(node.expression))
    ) {
      const { line } = source.getLineAndCharacterOfPosition(title.getStart(source));
      titles.push({ line: line + 1, text: title.text });
    }
    node.forEachChild(visit);
  };
  visit(source);
  return titles;
}

/** Every line of a file whose texts have no simple structure: YAML and JSON with descriptions and comments. */
export const textsOfLines = (path: string): readonly Text[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((text, index) => ({ line: index + 1, text }));
