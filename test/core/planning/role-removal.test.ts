/** Whether our role may be removed, by its creator, its policies and the settings that name it. */
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
  ['no setting names the role', readingsOf({}), terms, 'remove'],
  ['the role is missing', readingsOf({ role: null }), terms, 'absent'],
  [
    'the role could not be read',
    { ...readingsOf({}), role: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  ['dhmc did not create the role', readingsOf({ role: { tags: {} } }), terms, 'keep role-in-use'],
  [
    'the role has another trust',
    readingsOf({ role: { trust: otherTrust } }),
    terms,
    'keep role-in-use',
  ],
  [
    'the role has another policy',
    readingsOf({ grants: [policy, 'arn:x'] }),
    terms,
    'keep role-in-use',
  ],
  ['the policy stays attached', readingsOf({}), { ...terms, grantGoes: false }, 'keep role-in-use'],
  ['the role has no policy', readingsOf({ grants: [] }), { ...terms, grantGoes: false }, 'remove'],
  [
    'the policies of the role could not be read',
    { ...readingsOf({}), grants: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  [
    'the role has an inline policy',
    { ...readingsOf({}), attachments: known({ inlinePolicies: ['x'], instanceProfiles: [] }) },
    terms,
    'keep role-in-use',
  ],
  [
    'an instance profile has the role',
    { ...readingsOf({}), attachments: known({ inlinePolicies: [], instanceProfiles: ['x'] }) },
    terms,
    'keep role-in-use',
  ],
  [
    'inline policies and instance profiles could not be read',
    { ...readingsOf({}), attachments: unknown(problem('denied')) },
    terms,
    'blocked denied',
  ],
  ['a setting names the role', readingsOf(named), terms, 'keep role-in-use'],
  ['a setting that is to be reset names the role', readingsOf(named), resets, 'remove'],
  [
    'a setting that may keep its value names the role',
    readingsOf(named),
    { ...terms, stillNaming: new Set(['a']) },
    'remove',
  ],
  [
    'a setting out of scope names the role',
    readingsOf({ elsewhere: named.settings ?? {} }),
    terms,
    'keep role-in-use',
  ],
  [
    'a setting names the role in another case',
    readingsOf({ settings: { a: { value: roleName.toUpperCase() } } }),
    terms,
    'keep role-in-use',
  ],
  [
    'a setting names another role',
    readingsOf({ settings: { a: { value: 'Other' } } }),
    terms,
    'remove',
  ],
  ['a setting could not be read', shut('denied'), terms, 'blocked denied'],
  [
    'a setting could not be read, but is in --assume-unused',
    shut('denied'),
    { ...terms, assumeUnused: ['a'] },
    'remove',
  ],
  ['a region has no DHMC', shut('region-without-dhmc'), terms, 'remove'],
  ['a region is not enabled', shut('region-not-enabled'), terms, 'remove'],
  [
    'AWS calls a region not enabled, but lists it as enabled',
    {
      ...shut('region-not-enabled'),
      regions: known([{ region: 'a', status: 'ENABLED_BY_DEFAULT' as const }]),
    },
    terms,
    'blocked region-not-enabled',
  ],
  [
    'AWS calls a region not enabled, and lists it as disabled',
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
])('the decision is right where %s', (_, readings, given, words) => {
  const removal = roleRemoval(readings, given);
  expect('problem' in removal ? `${removal.kind} ${removal.problem.code}` : removal.kind).toBe(
    words,
  );
  const users = usersOf(readings, given);
  if (removal.kind === 'remove') expect(users).toBeNull();
});
