import { describe, expect, it } from 'vitest';
import { shortRegion } from '../../src/render/map.ts';

describe('the short name of a region', () => {
  it.each([
    ['us-east-1', 'use1'],
    ['ap-northeast-1', 'apne1'],
    ['ap-southeast-2', 'apse2'],
    ['us-gov-west-1', 'usgw1'],
    ['eu-central-2', 'euc2'],
  ])('is, for %s, %s', (region, short) => {
    expect(shortRegion(region)).toBe(short);
  });
});
