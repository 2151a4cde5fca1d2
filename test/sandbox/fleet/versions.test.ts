import { expect, it } from 'vitest';
import {
  defaultAgentVersion,
  isAtLeast,
  latestAgentVersion,
  since,
} from '../../../src/sandbox/fleet/versions.ts';

it.each([
  ['3.2.582.0', '3.2.582.0', true],
  ['3.2.582', '3.2.582.0', true],
  ['3.2.1000.0', '3.2.582.0', true],
  ['3.2.99.0', '3.2.582.0', false],
  ['3.10.0.0', '3.9.0.0', true],
  ['2.9.9.9', '3.0.0.0', false],
])('compares version %s with %s: at least is %s', (version, other, expected) => {
  expect(isAtLeast(version, other)).toBe(expected);
});

it('has a default agent that supports DHMC, and no version newer than the latest', () => {
  expect(isAtLeast(defaultAgentVersion, since.dhmc)).toBe(true);
  for (const version of [...Object.values(since), defaultAgentVersion])
    expect(isAtLeast(latestAgentVersion, version)).toBe(true);
});
