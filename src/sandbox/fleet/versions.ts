/** Versions of the SSM Agent and their differences, from its release notes. */

const known = new Map<string, readonly number[]>();

/** The four numbers of a version, parsed once. Missing numbers are 0: `3.2.582` is `3.2.582.0`. */
function parts(version: string): readonly number[] {
  let numbers = known.get(version);
  if (numbers === undefined) {
    const given = version.split('.').map(Number);
    numbers = [0, 1, 2, 3].map((at) => given[at] ?? 0);
    if (known.size > 1000) known.clear();
    known.set(version, numbers);
  }
  return numbers;
}

/** Whether the version is equal to the other one or newer. */
export function isAtLeast(version: string, other: string): boolean {
  const mine = parts(version);
  const theirs = parts(other);
  for (let at = 0; at < 4; at++) {
    const difference = (mine[at] ?? 0) - (theirs[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The version that introduced each behavior. */
export const since = {
  /** The documented minimum for default host management. */
  dhmc: '3.2.582.0',
  /** The agent falls back to default host management if the profile's role was deleted. */
  fallbackFromDeadRole: '3.2.815.0',
  /** A denied agent tries again within 30 minutes. */
  shortRetry: '3.2.1630.0',
  /** The worker reads its credentials again every 30 minutes. */
  shortWorkerCredentials: '3.3.217.0',
  /** The agent reports SourceType and SourceId. */
  sourceType: '3.3.4851.0',
} as const;

/** The version of agents that do not specify one. */
export const defaultAgentVersion = '3.3.987.0';

/** The newest version: nodes with it or a newer one are IsLatestVersion. */
export const latestAgentVersion = '3.3.5828.0';
