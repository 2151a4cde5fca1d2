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

/**
 * `8 s`, `4 min 8 s`, `2 h 5 min`; with tenths `8.1 s`, padded `4 min 08 s`. Negative times, from clocks that were set back,
 * are 0.
 */
export function duration(milliseconds: number, { tenths = false, padded = false } = {}): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (tenths && seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const rest = (count: number): string => String(count % 60).padStart(padded ? 2 : 1, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${rest(whole)} s`
    : `${number(Math.floor(minutes / 60))} h ${rest(minutes)} min`;
}

/** The duration from one ISO 8601 time to another. */
export const durationBetween = (
  from: string,
  to: string,
  options: Parameters<typeof duration>[1] = {},
): string => duration(Date.parse(to) - Date.parse(from), options);
