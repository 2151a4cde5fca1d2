import { describe, expect, it } from 'vitest';
import { known, unknown, type Reading, type Role } from '../../../src/core/model/model.ts';
import {
  grantState,
  otherRoleOf,
  refusesSystemsManager,
  regionsNaming,
  roleState,
  settingState,
  stateOfValue,
} from '../../../src/core/planning/states.ts';
import {
  denyTrust,
  policy,
  readings,
  role,
  setting,
  trouble,
  wrongTrust,
} from './account-readings.ts';

const ours = { path: '/', name: 'Dhmc' };
const subject = { partition: 'aws', account: '111111111111', role: ours } as const;
const unread = unknown(trouble('denied'));

it.each<[string, Reading<Role | null>, string]>([
  ['unreadable', unread, 'unknown'],
  ['missing', known(null), 'absent'],
  ['right', known(role()), 'whole'],
  ['trusted to another service', known(role({ trust: wrongTrust })), 'broken'],
])('a role that is %s is %s', (_, reading, state) => {
  expect(roleState(reading, subject)).toBe(state);
});

it.each([
  ['no role', known(null), unread, 'absent'],
  ['policies that could not be read', known(role()), unread, 'unknown'],
  ['the policy', known(role()), known([policy]), 'attached'],
  ['another policy', known(role()), known(['arn:x']), 'absent'],
])('the grant has the right state with %s', (_, of, grants, state) => {
  expect(grantState(of, grants, policy)).toBe(state);
});

it.each([
  [null, 'disabled'],
  ['x/DHMC', 'enabled'],
  ['AWS-QuickSetup-SSM-Role', 'quick-setup'],
  ['Team', 'foreign'],
])('the value %j alone shows %s', (value, state) => {
  expect(stateOfValue(value, ours)).toBe(state);
});

it.each([
  ['Team', 'team'],
  ['x/Dhmc', null],
  [null, null],
  ['not a role', null],
])('the role to read for the value %j is %j', (value, name) => {
  expect(otherRoleOf(setting(value), ours)).toBe(name);
});

it('regionsNaming has only regions whose setting is known to name the role', () => {
  const { cells } = readings({ a: setting('Dhmc'), b: setting('Team'), c: unread });
  expect(regionsNaming(cells, ours)).toEqual(['a']);
});

describe('the state of a setting', () => {
  const shown = (
    value: string | null,
    around: Partial<Parameters<typeof settingState>[1]> = {},
  ): string =>
    settingState(setting(value), {
      role: 'whole',
      grant: 'attached',
      others: new Map(),
      subject,
      ...around,
    });
  it.each([
    [null, {}, 'disabled'],
    ['Dhmc', {}, 'enabled'],
    ['Dhmc', { role: 'absent' }, 'broken'],
    ['Dhmc', { role: 'broken' }, 'broken'],
    ['Dhmc', { role: 'unknown' }, 'unknown'],
    ['Dhmc', { grant: 'absent' }, 'broken'],
    ['Dhmc', { grant: 'unknown' }, 'unknown'],
    ['Team', {}, 'foreign'],
    ['Team', { others: new Map([['team', known(role())]]) }, 'foreign'],
    ['Team', { others: new Map([['team', known(null)]]) }, 'broken'],
    ['Team', { others: new Map([['team', unread]]) }, 'foreign'],
    ['Team', { others: new Map([['team', known(role({ trust: denyTrust }))]]) }, 'broken'],
  ] as const)('with the value %j and %j is %s', (value, around, state) => {
    expect(shown(value, around)).toBe(state);
  });
  it('is pending while AWS applies it, and unknown where it cannot be read', () => {
    const around = { role: 'whole', grant: 'attached', others: new Map(), subject } as const;
    expect(settingState(setting('Dhmc', { pending: true }), around)).toBe('pending');
    expect(settingState(unread, around)).toBe('unknown');
  });
});

it('a trust refuses Systems Manager only if it does so in every region', () => {
  const oneRegion = JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'ssm.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:ssm:eu-west-1:111111111111:*' } },
    },
  });
  const refuses = (trust: string, ...regions: readonly string[]): boolean =>
    refusesSystemsManager(trust, { ...subject, regions });
  expect(refuses(denyTrust, 'eu-west-1', 'us-east-1')).toBe(true);
  expect(refuses(oneRegion, 'us-east-1')).toBe(true);
  expect(refuses(oneRegion, 'eu-west-1', 'us-east-1')).toBe(false);
  expect(refusesSystemsManager(role().trust, subject)).toBe(false);
});
