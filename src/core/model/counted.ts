/** Numbers and nouns in English. */

export const number = (count: number): string => count.toLocaleString('en-US');

/** `1 account`, `2 accounts`, `2 policies`. */
export const plural = (count: number, noun: string): string =>
  `${number(count)} ${count === 1 ? noun : noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;

/** `a`, `a and b`, `a, b and c`. */
export const series = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;

/** `a, b and 3 more`: at most so many by name, of all or of a `total` that is larger. */
export const firstOf = (
  names: readonly string[],
  most: number,
  total: number = names.length,
): string => {
  const named = names.slice(0, most);
  const left = total - named.length;
  return `${named.join(', ')}${left > 0 ? ` and ${number(left)} more` : ''}`;
};

export const capitalize = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
