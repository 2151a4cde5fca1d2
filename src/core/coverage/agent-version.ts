/** Versions of the SSM Agent: three or four numbers, compared number by number. */

/** The first agent that supports Default Host Management Configuration, according to AWS's documentation. */
export const firstWithDhmc = '3.2.582.0';
/** The first agent that falls back to DHMC when its profile has lost its role. */
export const firstWithoutRole = '3.2.815.0';
/** The first agent that retries every half hour if both roles refuse it. Older ones wait for up to five hours. */
export const firstWithSteadyRetry = '3.2.1630.0';
/** The first agent that renews its workers' credentials every 30 minutes. */
export const firstWithShortRotation = '3.3.217.0';

const numbersOf = (version: string): readonly number[] | null =>
  /^\d+(\.\d+){1,3}$/.test(version) ? version.split('.').map(Number) : null;

/** Whether the version is older; null if it is not a version. A missing number counts as 0. */
export function isOlder(version: string | null, than: string): boolean | null {
  const left = version === null ? null : numbersOf(version);
  const right = numbersOf(than);
  if (left === null || right === null) return null;
  for (let index = 0; index < 4; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
