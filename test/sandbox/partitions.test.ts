import { expect, it } from 'vitest';
import { partitionRegions } from '../../src/core/model/regions.ts';
import { partitionFacts, regionsOf } from '../../src/sandbox/partitions.ts';
import { simpleWorld } from '../support/simple-world.ts';

it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'] as const)(
  'the regions of %s are those that the program knows, though the two share nothing',
  (partition) => {
    expect([...partitionFacts(partition).default].sort()).toEqual(
      [...partitionRegions(partition).defaults].sort(),
    );
  },
);

it('a world has its own regions, or those of its partition', () => {
  const { regions, ...rest } = simpleWorld();
  expect(regionsOf({ ...rest, regions: { default: ['x'], optIn: [] } }).default).toEqual(['x']);
  expect(regionsOf({ ...rest, partition: 'aws-cn' }).default).toEqual(
    partitionFacts('aws-cn').default,
  );
  expect(regionsOf(rest).default).toContain('eu-west-1');
  expect(regions).toBeDefined();
});
