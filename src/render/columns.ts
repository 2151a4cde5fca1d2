/** Text in columns of a terminal, measured as terminals show it: Japanese is twice as wide, an emoji is one sign. */
import stringWidth from 'string-width';

const signs = new Intl.Segmenter('en', { granularity: 'grapheme' });
const plain = /^[ -~]*$/;

/** How many columns a text takes. It has no colours yet. */
export const widthOf = (text: string): number => (plain.test(text) ? text.length : stringWidth(text));

/** At most `width` columns; what was cut shows as an ellipsis. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of signs.segment(text)) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

/** At most `width` columns of the end of a text, such as the last units of a path. */
export function clipStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of [...signs.segment(text)].reverse()) {
    const next = widthOf(segment);
    if (used + next > width - 1) break;
    kept = segment + kept;
    used += next;
  }
  return `…${kept}`;
}

/** Exactly `width` columns. */
export const fit = (text: string, width: number): string => {
  const clipped = clip(text, width);
  return clipped + ' '.repeat(Math.max(0, width - widthOf(clipped)));
};

/** Lines of at most `width` columns, broken at blanks, each with the indent before it. A longer word stands on its own line, cut hard. */
export function wrap(text: string, width: number, indent: string): readonly string[] {
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, room))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => indent + one);
}

function pieces(word: string, room: number): readonly string[] {
  if (widthOf(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  for (const { segment } of signs.segment(word)) {
    if (widthOf(part) + widthOf(segment) > room) {
      parts.push(part);
      part = '';
    }
    part += segment;
  }
  return [...parts, part];
}
