/** Numbers and nouns in English. */

export const number = (count: number): string => count.toLocaleString('en-US');

/** `1 account`, `2 accounts`, `2 policies`. */
export const plural = (count: number, noun: string): string =>
  `${number(count)} ${count === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;

/** `a`, `a and b`, `a, b and c`. */
export const series = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

export const capitalize = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
