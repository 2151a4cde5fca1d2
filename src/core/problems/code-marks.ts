/** dhmc's sentences have commands and documents in backticks. Each output format decides how to show these. */

export interface ProsePart {
  readonly text: string;
  readonly isCode: boolean;
}

/** Splits a sentence into parts. A backtick without a counterpart stays in the text. */
export function partsOfProse(text: string): readonly ProsePart[] {
  const pieces = text.split('`');
  const last = pieces.length % 2 === 0 ? pieces.pop() : undefined;
  const parts = pieces.map((piece, at) => ({ text: piece, isCode: at % 2 === 1 }));
  return last === undefined ? parts : [...parts, { text: `\`${last}`, isCode: false }];
}

/** The sentence for plain text, without backticks. */
export const withoutCodeMarks = (text: string): string =>
  partsOfProse(text)
    .map((part) => part.text)
    .join('');
