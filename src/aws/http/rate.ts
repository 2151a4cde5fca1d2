/** Limits the rate of calls to AWS Organizations. */

/** Calls per second and burst: half of AWS's documented limits for the calling account, because others share them. */
const organizationsRates: Readonly<Record<string, readonly [rate: number, burst: number]>> = {
  ListAccounts: [4, 6],
  ListAccountsForParent: [2.5, 4],
  ListOrganizationalUnitsForParent: [2.5, 4],
  ListParents: [2.5, 4],
  ListTagsForResource: [5, 7],
  DescribeAccount: [10, 15],
  DescribeOrganizationalUnit: [10, 15],
  DescribeOrganization: [0.5, 1],
  ListRoots: [0.5, 1],
};

/** Waits until a call of the operation may be sent. */
export type Pace = (operation: string) => Promise<void>;

export const makePace = (now: () => number = () => performance.now()): Pace => {
  const buckets = new Map<string, { level: number; at: number }>();
  return async (operation) => {
    const [rate, burst] = organizationsRates[operation] ?? [2.5, 4];
    const at = now();
    const bucket = buckets.get(operation) ?? { level: burst, at };
    bucket.level = Math.min(burst, bucket.level + ((at - bucket.at) / 1000) * rate) - 1;
    bucket.at = at;
    buckets.set(operation, bucket);
    // A negative level is the number of calls ahead of and including this one.
    if (bucket.level < 0) {
      const ms = (-bucket.level / rate) * 1000;
      await new Promise<void>((resolve) => setTimeout(resolve, ms));
    }
  };
};
