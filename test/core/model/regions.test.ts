import { describe, expect, it } from 'vitest';
import {
  isDefaultRegion,
  knownRegions,
  looksLikeRegion,
  partitionOfRegion,
  partitionRegions,
} from '../../../src/core/model/regions.ts';

describe('regions', () => {
  it('have a partition, default regions and a known spelling', () => {
    expect(
      ['us-east-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1', 'xx-new-1'].map(
        partitionOfRegion,
      ),
    ).toEqual(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws']);
    expect(partitionRegions('aws').defaults).toHaveLength(17);
    expect(isDefaultRegion('eu-south-1')).toBe(false);
    expect(knownRegions().every(looksLikeRegion)).toBe(true);
  });
});
