import { describe, expect, it } from 'vitest';
import { shortRegion } from '../../src/render/map.ts';

describe('short names of regions', () => {
  it.each([
    ['us-east-1', 'use1'],
    ['ap-northeast-1', 'apne1'],
    ['ap-southeast-2', 'apse2'],
    ['us-gov-west-1', 'usgw1'],
    ['eu-central-2', 'euc2'],
  ])('%s is %s', (region, short) => {
    expect(shortRegion(region)).toBe(short);
  });
});
