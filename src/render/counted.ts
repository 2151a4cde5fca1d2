/** Numbers and nouns in English. */

export const number = (count: number): string => count.toLocaleString('en-US');

export const plural = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
