/** Text in columns of a terminal, measured as terminals show it: Japanese is twice as wide, an emoji is one sign. */
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

const plain = /^[ -~]*$/;

let segmenter: Intl.Segmenter | undefined;

/** What a reader takes for one sign each. Making a segmenter takes longer than loading the rest of the screen. */
const signsOf = (text: string): readonly string[] =>
  plain.test(text)
    ? text.split('')
    : [...(segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text)].map(
        ({ segment }) => segment,
      );

/** How many columns a text takes. It has no colors yet. */
export const widthOf = (text: string): number =>
  plain.test(text) ? text.length : stringWidth(text);

/** At most `width` columns; what was cut shows as an ellipsis. */
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

/** At most `width` columns of the end of a text, such as the last units of a path. */
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

/** Exactly `width` columns. */
export const fit = (text: string, width: number): string => {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)));
};

/**
 * Lines of at most `width` columns, broken at blanks, each with the indent before it. A longer word gets its own line,
 * and is cut; but commands and lists, which are copied, stay whole.
 */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const room = Math.max(20, width - indent.length);
  const words = holdCommands(text)
    .split(' ')
    .flatMap((word) => (copied.test(word) ? [word] : pieces(word, room)));
  return fill(words.join(' '), room).map((line) => indent + release(line));
}

/** A command in a sentence: its words, its options with their values, and the run or the file that it takes. */
const command =
  /\bdhmc(?: (?:enable|disable|rollback|apply|resume|status|report|runs|list|show|latest|coverage|advise|template|cloudformation|terraform|stackset|deploy|remove|prove|doctor|policy|caller|member|sandbox|config|init)\b)+(?: (?:--?[a-z][a-z-]*(?:[= ](?:'[^']*'|"[^"]*"|[^\s'"-][^\s'"]*))?|\d{8}-\d{6}-[a-z0-9]{6}|[A-Z]{2,}\b))*/g;

/** What has held blanks, or parts as a list of actions has. */
const copied = /^[\w.*:=/-]+(?:,[\w.*:=/-]+)+[.,:;]?$|\u00A0/;

/** Blanks at which no line ends. */
const holdCommands = (text: string): string =>
  text.includes('dhmc ') ? text.replace(command, (found) => found.replaceAll(' ', '\u00A0')) : text;

const release = (line: string): string => line.replaceAll('\u00A0', ' ');

/**
 * Lines of fewer than the columns, broken at blanks alone: the first after `start`, the others after `indent`, which is
 * not shorter. Neither a word that is too long for a line nor a command is cut.
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

/** The library takes a text apart character by character, and composes its letters: what fits is left as it is. */
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
