import { expect, test } from 'vitest';
import { collectListedRegions } from '../../../src/core/planning/unknown-regions.ts';
import { known, unknown } from '../../../src/core/model/model.ts';
import type { AccountFound, AccountReadings } from '../../../src/core/model/readings.ts';

const account = { id: '111111111111', name: 'web', path: '', state: 'ACTIVE' };
const problem = { code: 'denied', message: '', hint: '', requestId: null } as const;
const read = (regions: AccountReadings['regions']): AccountFound => ({
  kind: 'read',
  readings: {
    account,
    regions,
    assumedRegions: !regions.known,
    cells: [],
    outOfScope: [],
    role: known(null),
    grants: known(null),
    others: new Map(),
    attachments: null,
    boundary: null,
    policies: null,
  },
});
const lists = (region: string): AccountFound => read(known([{ region, status: 'DISABLED' }]));
const denied = read(unknown(problem));
const unreachable: AccountFound = { kind: 'unreachable', account, problem, named: [] };
const skipped: AccountFound = { kind: 'skipped', account, reason: 'x', named: [] };

test.each<[string, readonly AccountFound[], string, 'accepted' | 'noted' | RegExp]>([
  ['a region that dhmc knows', [lists('us-east-1')], 'eu-west-1', 'accepted'],
  ['a new region that an account lists', [lists('xx-new-1')], 'xx-new-1', 'accepted'],
  ['a slip', [lists('us-east-1'), skipped], 'eu-wst-1', /eu-west-1/],
  ['a region that nobody lists', [lists('us-east-1')], 'zz-middle-9', /code such as/],
  ['a region that a denied list may hold', [lists('us-east-1'), denied], 'eu-wst-1', 'noted'],
  [
    'a region that a closed account may hold',
    [lists('us-east-1'), unreachable],
    'eu-wst-1',
    'noted',
  ],
])('%s', (_, found, region, outcome) => {
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
