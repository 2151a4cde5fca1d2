import { expect, test } from 'vitest';
import { profileAccess, settingFacts } from '../../../src/core/coverage/authorization.ts';
import type { AgentPlace, RoleDetail } from '../../../src/core/coverage/authorization.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { known, unknown } from '../../../src/core/model/model.ts';

const place: AgentPlace = {
  partition: 'aws',
  account: '111111111111',
  organization: 'o-aaaaaaaaaa',
  region: 'eu-west-1',
  instance: null,
};
const problem = { code: 'denied', message: 'no', hint: 'allow', requestId: null } as const;
const ssmTrust = JSON.stringify({
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const policy = (Action: unknown, rest: object = {}): string =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*', ...rest }] });
const whole = policy(['ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*']);

const detail = (
  document: string | null,
  rest: { readonly boundary?: string; readonly trust?: string } = {},
): RoleDetail => ({
  role: {
    arn: 'arn:aws:iam::111111111111:role/App',
    path: '/',
    name: 'App',
    trust: rest.trust ?? ssmTrust,
    tags: {},
    boundary: null,
  },
  attached: [],
  policies: {
    policies: [parsePolicy('inline:p', document)],
    boundary: rest.boundary === undefined ? null : parsePolicy('boundary', rest.boundary),
  },
  changedAt: null,
});

const accessOf = (role: RoleDetail | null, attachedId: string | null = null, at = place) => {
  const access = profileAccess(known({ id: 'AIPA1', role }), attachedId, at);
  return access.kind === 'role'
    ? `${access.heartbeat} ${access.channels}${access.unconditional ? ' always' : ''}`
    : access.kind;
};

const inRegion = (region: string) => ({
  Condition: { StringEquals: { 'aws:RequestedRegion': region } },
});
const ofInstance = {
  Condition: { ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/i-1' } },
};

const ourRole = { path: '/service-role/', name: 'Dhmc' };

test.each([
  { title: 'all rights that an agent needs', role: detail(whole), is: 'allowed allowed always' },
  { title: 'every action', role: detail(policy('*')), is: 'allowed allowed always' },
  {
    title: 'only the heartbeat',
    role: detail(policy('ssm:Update*')),
    is: 'allowed denied always',
  },
  {
    title: 'three of the four channels',
    role: detail(policy(['ssm:*', 'ssmmessages:Create*', 'ssmmessages:OpenDataChannel'])),
    is: 'allowed denied always',
  },
  { title: 'nothing', role: detail(policy('s3:*')), is: 'denied denied' },
  {
    title: 'nothing because of its boundary',
    role: detail(whole, { boundary: policy('s3:*') }),
    is: 'denied denied',
  },
  {
    title: 'every action in this region',
    role: detail(policy('*', inRegion('eu-west-1'))),
    is: 'allowed allowed',
  },
  {
    title: 'every action in another region',
    role: detail(policy('*', inRegion('us-east-1'))),
    is: 'denied denied',
  },
  {
    title: 'every action under a condition on the instance',
    role: detail(policy('*', ofInstance)),
    is: 'unknown unknown',
  },
  { title: 'an unknown set of actions', role: detail(null), is: 'unread' },
  { title: 'nothing because it has no role', role: null, is: 'without-role' },
])('a profile that allows $title: $is', ({ role, is }) => {
  expect(accessOf(role)).toBe(is);
});

test('a profile with a condition on the instance is judged for each instance', () => {
  const role = detail(policy('*', ofInstance));
  expect(accessOf(role, null, { ...place, instance: 'i-1' })).toBe('allowed allowed');
  expect(accessOf(role, null, { ...place, instance: 'i-2' })).toBe('denied denied');
});

test('a profile that was deleted and created again does not count for the former one', () => {
  expect(accessOf(detail(whole), 'AIPA1')).toBe('allowed allowed always');
  expect(accessOf(detail(whole), 'AIPA2')).toBe('without-role');
});

test('a missing profile has no role, and an unreadable profile is unread', () => {
  expect(profileAccess(known(null), null, place).kind).toBe('without-role');
  expect(profileAccess(unknown(problem), null, place).kind).toBe('unread');
});

const setting = (value: string | null) =>
  known({ value, pending: false, modifiedBy: null, modifiedAt: '2026-11-28T10:00:00Z' });

test.each([
  { title: 'a role that works', named: known(detail(whole)), is: 'yes' },
  { title: 'a role that does not exist', named: known(null), is: 'no: the role does not exist' },
  { title: 'a role that could not be read', named: unknown(problem), is: 'unknown' },
  {
    title: 'a role that Systems Manager may not assume',
    named: known(detail(whole, { trust: '{"Statement":[]}' })),
    is: 'no: Systems Manager may not assume it',
  },
  {
    title: 'a role without rights',
    named: known(detail(policy('s3:*'))),
    is: 'no: its policies do not allow ssm:UpdateInstanceInformation',
  },
  {
    title: 'a role without channels',
    named: known(detail(policy('ssm:*'))),
    is: 'no: it does not allow the channels of ssmmessages',
  },
  {
    title: 'a role whose boundary does not allow the heartbeat',
    named: known(detail(whole, { boundary: policy('s3:*') })),
    is: 'no: its permissions boundary does not allow ssm:UpdateInstanceInformation',
  },
  { title: 'a role whose policy could not be read', named: known(detail(null)), is: 'unknown' },
])('a setting that names $title: $is', ({ named, is }) => {
  const facts = settingFacts(setting('App'), named, 'foreign', place, ourRole);
  expect(facts).toMatchObject({ kind: 'set', value: 'App' });
  if (facts.kind === 'set')
    expect([facts.works, ...(facts.fault === null ? [] : [facts.fault])].join(': ')).toBe(is);
});

test.each([
  ['service-role/Dhmc', true],
  ['dhmc', true],
  ['App', false],
  ['aws-reserved/Dhmc', false],
])('the value %s names our role: %s', (value, ours) => {
  const facts = settingFacts(setting(value), known(null), 'broken', place, ourRole);
  expect(facts).toMatchObject({ ours, works: 'no' });
});

test('a setting without a role is unset, and an unreadable setting is unread', () => {
  expect(settingFacts(setting(null), null, 'disabled', place, ourRole).kind).toBe('unset');
  expect(settingFacts(unknown(problem), null, 'unknown', place, ourRole)).toEqual({
    kind: 'unread',
  });
});

test.each([
  ['App', 'yes', null],
  ['service-role/App', 'no', 'the role has another path (/)'],
  ['Service-Role/app', 'no', 'the role has another path (/)'],
])('the value %s names a role whose path is /, and works: %s', (value, works, fault) => {
  const named = known(detail(whole));
  expect(settingFacts(setting(value), named, 'enabled', place, ourRole)).toMatchObject({
    works,
    fault,
  });
});

test('our role without its policy is broken, whatever its documents allow', () => {
  const facts = settingFacts(setting('App'), known(detail(whole)), 'broken', place, ourRole);
  expect(facts).toMatchObject({ works: 'no' });
});
