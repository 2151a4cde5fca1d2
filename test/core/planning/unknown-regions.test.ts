import { expect, test } from 'vitest';
import {
  collectListedRegions,
  requireRegionsLeft,
} from '../../../src/core/planning/unknown-regions.ts';
import { known, unknown } from '../../../src/core/model/model.ts';
import type { Reading, RegionOptIn } from '../../../src/core/model/model.ts';

type Listed = Reading<readonly RegionOptIn[]>;
const lists = (region: string): Listed => known([{ region, status: 'DISABLED' }]);
const denied: Listed = unknown({ code: 'denied', message: '', hint: '', requestId: null });

test.each<[string, readonly Listed[], string, 'accepted' | 'noted' | RegExp]>([
  ['a region that dhmc knows', [lists('us-east-1')], 'eu-west-1', 'accepted'],
  ['a new region that an account lists', [lists('xx-new-1')], 'xx-new-1', 'accepted'],
  ['a misspelled region', [lists('us-east-1')], 'eu-wst-1', /eu-west-1/],
  ['a region that no account lists', [lists('us-east-1')], 'zz-middle-9', /code such as/],
  [
    'an unknown region where a list could not be read',
    [lists('us-east-1'), denied],
    'eu-wst-1',
    'noted',
  ],
])('the check is right for %s', (_, found, region, outcome) => {
  const listed = collectListedRegions();
  for (const each of found) listed.add(each);
  const check = () => listed.check([{ option: '--exclude-region', regions: [region] }]);
  if (outcome === 'accepted') expect(check()).toEqual([]);
  else if (outcome === 'noted') expect(check()).toEqual([expect.stringContaining(region)]);
  else {
    expect(check).toThrow(`--exclude-region: dhmc does not know the region "${region}"`);
    expect(check).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(outcome) as string }),
    );
  }
});

test.each<[readonly string[], number, number, 'accepted' | 'refused']>([
  [[], 2, 0, 'accepted'],
  [['eu-west-1'], 0, 0, 'accepted'],
  [['eu-west-1'], 2, 1, 'accepted'],
  [['eu-west-1'], 2, 0, 'refused'],
])(
  'excluding %j leaves %i accounts with %i regions: %s',
  (excluded, accounts, regions, outcome) => {
    const check = () => {
      requireRegionsLeft(excluded, { accounts, regions });
    };
    if (outcome === 'accepted') expect(check).not.toThrow();
    else expect(check).toThrow('No regions left: --exclude-region removes every region');
  },
);
