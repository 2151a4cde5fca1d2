/** Numbers and nouns in English. */

export const number = (count: number): string => count.toLocaleString('en-US');

/** `1 account`, `2 accounts`, `2 policies`. */
export const plural = (count: number, noun: string): string =>
  `${number(count)} ${count === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
