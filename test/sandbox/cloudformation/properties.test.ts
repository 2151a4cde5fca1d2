/** Rules for every operation, whatever its preferences and wherever stacks fail. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseSeed } from '../../support/cases.ts';
import { openStage, type Stage } from './support.ts';

const regions = ['us-east-1', 'eu-west-1', 'eu-west-2'];
const denyUpdates = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny' as const, Action: 'ssm:UpdateServiceSetting', Resource: '*' }],
};

/** Six accounts; a policy denies the setting in every second one. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    regions,
    scps: { Deny: denyUpdates },
    accounts: [0, 1, 2, 3, 4, 5].map((n) => ({
      name: `account ${n}`,
      unit: 'Prod',
      ...(n % 2 === 1 ? { scps: ['FullAWSAccess', 'Deny'] } : {}),
    })),
  });
  await stage.withRoles();
});
afterAll(() => stage.stop());

const preferences = fc.record({
  FailureToleranceCount: fc.nat(4),
  MaxConcurrentCount: fc.integer({ min: 1, max: 6 }),
  RegionConcurrencyType: fc.constantFrom('SEQUENTIAL' as const, 'PARALLEL' as const),
  ConcurrencyMode: fc.constantFrom(
    'STRICT_FAILURE_TOLERANCE' as const,
    'SOFT_FAILURE_TOLERANCE' as const,
  ),
  RegionOrder: fc.shuffledSubarray(regions, { minLength: 3 }),
});

describe('a finished operation', () => {
  it('matches its results, its failure tolerance and its instances', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(preferences, async (given) => {
        const set = `set-${made++}`;
        await stage.createSet({ StackSetName: set });
        const id = await stage.deploy(set, { Regions: regions, OperationPreferences: given });
        const { Status, StatusDetails } = await stage.settled(set, id);
        const results = await stage.results(set, id);
        const count = (status: string, region = ''): number =>
          results.filter((row) => row.endsWith(status) && row.includes(region)).length;
        const worst = Math.max(...regions.map((region) => count('FAILED', region)));

        expect(results).toHaveLength(18);
        expect(count('PENDING') + count('RUNNING')).toBe(0);
        expect(StatusDetails?.FailedStackInstancesCount).toBe(count('FAILED'));
        expect(Status).toBe(worst > given.FailureToleranceCount ? 'FAILED' : 'SUCCEEDED');
        if (Status === 'SUCCEEDED') expect(count('CANCELLED')).toBe(0);
        if (given.ConcurrencyMode === 'STRICT_FAILURE_TOLERANCE')
          expect(worst).toBeLessThanOrEqual(given.FailureToleranceCount + 1);
        expect(await stage.instances(set)).toEqual(
          results
            .map((row) => row.replace(/\S+$/, (status) => `${instanceStatus(status)}/${status}`))
            .sort(),
        );
      }),
      { numRuns: 12, ...caseSeed() },
    );
  });
});

const instanceStatus = (result: string): string =>
  result === 'SUCCEEDED' ? 'CURRENT' : 'OUTDATED';
