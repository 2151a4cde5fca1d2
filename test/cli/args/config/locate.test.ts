import { describe, expect, it } from 'vitest';
import { locateConfig } from '../../../../src/cli/args/config/locate.ts';

describe('the configuration file', () => {
  it('is the named one, even if it does not exist', async () => {
    expect(await locateConfig('elsewhere/none.yaml')).toEqual({
      path: 'elsewhere/none.yaml',
      found: false,
    });
  });

  it('is null if none is named and the working directory has none', async () => {
    expect(await locateConfig(null)).toBe(null);
  });
});
