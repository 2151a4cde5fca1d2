/** Versions of the SSM Agent, and what changed between them. Sources: its release notes. */

const known = new Map<string, readonly number[]>();

/** Four numbers; what is missing is 0, so `3.2.582` is `3.2.582.0`. Read once for each version. */
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

/** Whether the version is the other one or newer. */
export function isAtLeast(version: string, other: string): boolean {
  const mine = parts(version);
  const theirs = parts(other);
  for (let at = 0; at < 4; at++) {
    const difference = (mine[at] ?? 0) - (theirs[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The version that each behavior came with. */
export const since = {
  /** The documented minimum for the default host management role. */
  dhmc: '3.2.582.0',
  /** A profile whose role is gone lets the agent fall back. */
  fallbackFromDeadRole: '3.2.815.0',
  /** A denied agent tries again within 30 minutes. */
  shortRetry: '3.2.1630.0',
  /** The worker reads its credentials anew every 30 minutes. */
  shortWorkerCredentials: '3.3.217.0',
  /** The agent reports SourceType and SourceId. */
  sourceType: '3.3.4851.0',
} as const;

/** The agent of an instance that does not say otherwise. */
export const defaultAgentVersion = '3.3.987.0';

/** The newest version there is: IsLatestVersion. */
export const latestAgentVersion = '3.3.5828.0';
