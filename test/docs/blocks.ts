/** Extracts the commands that the documentation shows. */
import { readFileSync } from 'node:fs';

export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** Why the block is not run, from the comment `<!-- not run: … -->` on the line before it. */
  readonly notRun: string | null;
}

/** Every fenced block of a Markdown file. */
export function blocksOf(path: string, file: string): readonly Block[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const blocks: Block[] = [];
  let opened: { line: number; language: string; notRun: string | null } | null = null;
  let text: string[] = [];
  for (const [index, line] of lines.entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (fence === null) {
      if (opened !== null) text.push(line);
    } else if (opened === null) {
      const notRun = /^<!-- not run: (.+) -->$/.exec(lines[index - 1] ?? '')?.[1] ?? null;
      opened = { line: index + 1, language: fence[1] ?? '', notRun };
      text = [];
    } else {
      blocks.push({ file, ...opened, text: text.join('\n') });
      opened = null;
    }
  }
  return blocks;
}

/** The commands of a block, one per line; from `console` blocks only the lines after `$ `, without output. */
export function commandsOf({ language, text }: Block): readonly string[] {
  const joined = text.replaceAll('\\\n', ' ').split('\n');
  const lines =
    language === 'console'
      ? joined.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []))
      : joined;
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

export const isShell = ({ language }: Block): boolean =>
  language === 'sh' || language === 'console';
