/** Commands and documents in dhmc's own sentences are between backticks; each format decides how to show them. */

export interface ProsePart {
  readonly text: string;
  readonly isCode: boolean;
}

/** The parts of a sentence; a backtick without a second one stays as it is. */
export function partsOfProse(text: string): readonly ProsePart[] {
  const pieces = text.split('`');
  const last = pieces.length % 2 === 0 ? pieces.pop() : undefined;
  const parts = pieces.map((piece, at) => ({ text: piece, isCode: at % 2 === 1 }));
  return last === undefined ? parts : [...parts, { text: `\`${last}`, isCode: false }];
}

/** For text without any markup. */
export const withoutCodeMarks = (text: string): string =>
  partsOfProse(text)
    .map((part) => part.text)
    .join('');
