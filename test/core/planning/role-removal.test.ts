/** Whether our role may be removed: who made it, what is on it, and who names it. */
import { expect, test } from 'vitest';
import { known, unknown } from '../../../src/core/model/model.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import {
  roleRemoval,
  usersOf,
  type RemovalTerms,
} from '../../../src/core/planning/role-removal.ts';
import { parseRoleName } from '../../../src/core/iam/role-names.ts';
import { otherTrust, policy, problem, readingsOf, type Seen } from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';

const terms: RemovalTerms = {
  partition: 'aws',
  role: parseRoleName(roleName),
  toBeReset: new Set(),
  stillNaming: new Set(),
  grantGoes: true,
  assumeUnused: [],
};
const resets = { ...terms, toBeReset: new Set(['a']) };
const named: Seen = { settings: { a: { value: roleName } } };
const shut = (code: 'denied' | 'region-without-dhmc' | 'region-not-enabled'): AccountReadings => ({
  ...readingsOf({}),
  cells: [{ region: 'a', named: false, setting: unknown(problem(code)) }],
});

test.each<[string, AccountReadings, RemovalTerms, string]>([
  ['nothing names it', readingsOf({}), terms, 'remove'],
  ['it is gone', readingsOf({ role: null }), terms, 'absent'],
  [
    'it could not be read',
    { ...readingsOf({}), role: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  ['dhmc did not create it', readingsOf({ role: { tags: {} } }), terms, 'keep role-in-use'],
  ['its trust is another', readingsOf({ role: { trust: otherTrust } }), terms, 'keep role-in-use'],
  [
    'it carries another policy',
    readingsOf({ grants: [policy, 'arn:x'] }),
    terms,
    'keep role-in-use',
  ],
  ['its policy stays on it', readingsOf({}), { ...terms, grantGoes: false }, 'keep role-in-use'],
  [
    'it has no policy that could stay',
    readingsOf({ grants: [] }),
    { ...terms, grantGoes: false },
    'remove',
  ],
  [
    'its policies could not be read',
    { ...readingsOf({}), grants: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  [
    'an inline policy is on it',
    { ...readingsOf({}), attachments: known({ inlinePolicies: ['x'], instanceProfiles: [] }) },
    terms,
    'keep role-in-use',
  ],
  [
    'an instance profile holds it',
    { ...readingsOf({}), attachments: known({ inlinePolicies: [], instanceProfiles: ['x'] }) },
    terms,
    'keep role-in-use',
  ],
  [
    'what hangs on it could not be read',
    { ...readingsOf({}), attachments: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  ['a setting names it', readingsOf(named), terms, 'keep role-in-use'],
  ['a setting names it that is to be reset', readingsOf(named), resets, 'remove'],
  [
    'a setting names it that may go on',
    readingsOf(named),
    { ...terms, stillNaming: new Set(['a']) },
    'remove',
  ],
  [
    'a setting elsewhere names it',
    readingsOf({ elsewhere: named.settings ?? {} }),
    terms,
    'keep role-in-use',
  ],
  [
    'a setting names it in another case',
    readingsOf({ settings: { a: { value: roleName.toUpperCase() } } }),
    terms,
    'keep role-in-use',
  ],
  ['a setting names another', readingsOf({ settings: { a: { value: 'Other' } } }), terms, 'remove'],
  ['a setting could not be read', shut('denied'), terms, 'blocked denied'],
  [
    'a setting could not be read, and is vouched for',
    shut('denied'),
    { ...terms, assumeUnused: ['a'] },
    'remove',
  ],
  ['a region has no such setting', shut('region-without-dhmc'), terms, 'remove'],
  ['a region is not enabled', shut('region-not-enabled'), terms, 'remove'],
  [
    'a region that AWS calls not enabled is enabled by the list of regions',
    {
      ...shut('region-not-enabled'),
      regions: known([{ region: 'a', status: 'ENABLED_BY_DEFAULT' as const }]),
    },
    terms,
    'blocked region-not-enabled',
  ],
  [
    'a region that AWS calls not enabled is disabled by the list of regions',
    {
      ...shut('region-not-enabled'),
      regions: known([{ region: 'a', status: 'DISABLED' as const }]),
    },
    terms,
    'remove',
  ],
  [
    'the regions could not be listed',
    { ...readingsOf({}), regions: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
])('%s', (_, readings, given, words) => {
  const removal = roleRemoval(readings, given);
  expect('problem' in removal ? `${removal.kind} ${removal.problem.code}` : removal.kind).toBe(
    words,
  );
  const users = usersOf(readings, given);
  if (removal.kind === 'remove') expect(users).toBeNull();
});
