import { describe, expect, it } from 'vitest';
import { locateConfig } from '../../../../src/cli/args/config/locate.ts';

describe('the configuration file that is meant', () => {
  it('is the one that is named, which need not be there to be meant', async () => {
    expect(await locateConfig('elsewhere/none.yaml')).toEqual({
      path: 'elsewhere/none.yaml',
      found: false,
    });
  });

  it('is not there if none is named and the working directory has none', async () => {
    expect(await locateConfig(null)).toBe(null);
  });
});
