import { expect, it } from 'vitest';
import { partitionRegions } from '../../src/core/model/regions.ts';
import { partitionFacts, regionsOf } from '../../src/sandbox/partitions.ts';
import { simpleWorld } from '../support/simple-world.ts';

it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'] as const)(
  'has the same regions for %s as dhmc, although the two share no code',
  (partition) => {
    expect([...partitionFacts(partition).default].sort()).toEqual(
      [...partitionRegions(partition).defaults].sort(),
    );
  },
);

it('gives the regions of a world, or else those of its partition', () => {
  const { regions, ...rest } = simpleWorld();
  expect(regionsOf({ ...rest, regions: { default: ['x'], optIn: [] } }).default).toEqual(['x']);
  expect(regionsOf({ ...rest, partition: 'aws-cn' }).default).toEqual(
    partitionFacts('aws-cn').default,
  );
  expect(regionsOf(rest).default).toContain('eu-west-1');
  expect(regions).toBeDefined();
});
