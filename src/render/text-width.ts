/**
 * Text in the columns of a terminal, measured as terminals show it: a Japanese character takes two columns, and an
 * emoji counts as one character.
 */
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

const plain = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The characters as a reader sees them. Creating a segmenter takes longer than loading the rest of the screen. */
const signsOf = (text: string): readonly string[] =>
  plain.test(text)
    ? text.split('')
    : [...(segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text)].map(
        ({ segment }) => segment,
      );

/** How many columns a text takes. The text must not contain colors. */
export const widthOf = (text: string): number =>
  plain.test(text) ? text.length : stringWidth(text);

/** Shortens a text to at most `width` columns; an ellipsis shows the cut. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const sign of signsOf(text)) {
    const next = widthOf(sign);
    if (used + next > width - 1) break;
    kept += sign;
    used += next;
  }
  return `${kept}…`;
}

/** The end of a text in at most `width` columns, such as the last units of a path. */
export function clipStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const sign of [...signsOf(text)].reverse()) {
    const next = widthOf(sign);
    if (used + next > width - 1) break;
    kept = sign + kept;
    used += next;
  }
  return `…${kept}`;
}

/** Fills or shortens a text to exactly `width` columns. */
export const fit = (text: string, width: number): string => {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)));
};

/**
 * Wraps text at spaces to lines of at most `width` columns, each with the indent. A longer word gets its own lines and
 * is cut; but commands and lists stay whole, because they are copied.
 */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const room = Math.max(20, width - indent.length);
  const words = holdCommands(text)
    .split(' ')
    .flatMap((word) => (copied.test(word) ? [word] : pieces(word, room)));
  return fill(words.join(' '), room).map((line) => indent + release(line));
}

/** A command in a sentence: its words, its options with their values, and the run or file that it names. */
const command =
  /\bdhmc(?: (?:enable|disable|rollback|apply|resume|status|report|runs|list|show|latest|coverage|advise|template|cloudformation|terraform|stackset|deploy|remove|prove|doctor|policy|caller|member|sandbox|config|init)\b)+(?: (?:--?[a-z][a-z-]*(?:[= ](?:'[^']*'|"[^"]*"|[^\s'"-][^\s'"]*))?|\d{8}-\d{6}-[a-z0-9]{6}|[A-Z]{2,}\b))*/g;

/** A word that must not be cut: a command, whose spaces are replaced, or a list with commas. */
const copied = /^[\w.*:=/-]+(?:,[\w.*:=/-]+)+[.,:;]?$|\u00A0/;

/** Replaces the spaces of commands, so that no line ends in them. */
const holdCommands = (text: string): string =>
  text.includes('dhmc ') ? text.replace(command, (found) => found.replaceAll(' ', '\u00A0')) : text;

const release = (line: string): string => line.replaceAll('\u00A0', ' ');

/**
 * Wraps text at spaces to lines shorter than `columns`: the first one after `start`, the others after `indent`, which
 * must not be shorter. Neither long words nor commands are cut.
 */
export function wrapHanging(
  text: string,
  {
    columns,
    start,
    indent,
  }: { readonly columns: number; readonly start: string; readonly indent: string },
): string {
  const room = Math.max(1, columns - indent.length - 1);
  const [first = '', ...rest] = fill(holdCommands(text), room).map(release);
  return [start + first, ...rest.map((line) => indent + line)].join('\n');
}

/** The library splits a text into characters and composes its letters, so a text that fits is left as it is. */
const fill = (text: string, room: number): readonly string[] =>
  widthOf(text) <= room ? [text] : wrapAnsi(text, room).split('\n');

function pieces(word: string, room: number): readonly string[] {
  if (widthOf(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const sign of signsOf(word)) {
    if (widthOf(part) + widthOf(sign) > room) {
      parts.push(part);
      part = '';
    }
    part += sign;
  }
  return [...parts, part];
}
