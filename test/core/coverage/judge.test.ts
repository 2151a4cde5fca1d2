/** One table: the situations, what the interfaces show in each, and what is concluded. The numbers are for reference. */
import { expect, test } from 'vitest';
import type {
  Ec2Instance,
  InstanceFacts,
  ManagedNode,
  ProfileAccess,
  SettingFacts,
} from '../../../src/core/coverage/facts.ts';
import { judgeInstance } from '../../../src/core/coverage/judge.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const ago = (minutes: number): number => now - minutes * 60_000;

const problem = { code: 'denied', message: 'denied', hint: 'allow it', requestId: null } as const;

type Profile = ProfileAccess | 'none' | 'core' | 'app';
const role = (rest: Partial<Extract<ProfileAccess, { kind: 'role' }>> = {}): ProfileAccess => ({
  kind: 'role',
  role: 'App',
  heartbeat: 'allowed',
  unconditional: true,
  channels: 'allowed',
  policies: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
  changedAt: null,
  ...rest,
});
const profiles = {
  none: { kind: 'none' },
  core: role(),
  app: role({ heartbeat: 'denied', unconditional: false, channels: 'denied', policies: [] }),
} as const;

const set = (rest: Partial<Extract<SettingFacts, { kind: 'set' }>> = {}): SettingFacts => ({
  kind: 'set',
  value: 'service-role/Dhmc',
  works: 'yes',
  fault: null,
  pending: false,
  modifiedAt: ago(10_000),
  ...rest,
});
const unset: SettingFacts = { kind: 'unset', modifiedAt: null };
const broken = set({ works: 'no', fault: 'there is no such role' });

interface Row {
  readonly n: string;
  readonly title: string;
  readonly setting?: SettingFacts;
  readonly profile?: Profile;
  /** Null: not listed. */
  readonly node?: Partial<ManagedNode> | null;
  readonly instance?: Partial<Ec2Instance>;
  readonly more?: Partial<InstanceFacts>;
  readonly is: string;
}

const dhmc = { role: 'service-role/Dhmc' };
const hybridNode: ManagedNode = {
  id: 'mi-0123456789abcdef0',
  ping: 'Online',
  lastPingAt: ago(2),
  version: '3.3.3050.0',
  role: 'service-role/Hybrid',
  sourceId: 'i-0123456789abcdef0',
  address: '10.0.0.1',
};
const lost = { ping: 'ConnectionLost', lastPingAt: ago(300) };

const rows: readonly Row[] = [
  // 1
  { n: '1', title: 'DHMC manages, without a profile', node: dhmc, is: 'dhmc proven' },
  {
    n: '1',
    title: 'DHMC manages, beside a profile for the application',
    profile: 'app',
    node: dhmc,
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'the role is shown without its path',
    node: { role: 'Dhmc' },
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'the role is shown in another case',
    node: { role: 'SERVICE-ROLE/dhmc' },
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'the last heartbeat is old',
    node: { ...dhmc, lastPingAt: ago(16) },
    is: 'dhmc likely',
  },
  {
    n: '1',
    title: 'the last heartbeat is just fresh',
    node: { ...dhmc, lastPingAt: ago(15) },
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'a profile whose conditions cannot be judged',
    profile: role({ heartbeat: 'unknown', unconditional: false }),
    node: dhmc,
    is: 'dhmc likely',
  },
  {
    n: '1',
    title: 'a whole role that is not ours',
    setting: set({ value: 'Theirs' }),
    node: { role: 'Theirs' },
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'a profile without a role beside it',
    profile: { kind: 'without-role' },
    node: dhmc,
    is: 'dhmc proven',
  },
  {
    n: '1',
    title: 'policies that could not be read',
    profile: { kind: 'unread', role: 'App', problem },
    node: dhmc,
    is: 'dhmc likely unreadable',
  },
  {
    n: '1',
    title: 'a role that could not be read',
    setting: set({ works: 'unknown' }),
    node: dhmc,
    is: 'dhmc likely unreadable',
  },
  // 2
  { n: '2', title: 'the profile manages', profile: 'core', node: {}, is: 'profile proven' },
  {
    n: '2',
    title: 'an empty role is none',
    profile: 'core',
    node: { role: '' },
    is: 'profile proven',
  },
  {
    n: '2',
    title: 'the setting does not matter',
    setting: unset,
    profile: 'core',
    node: {},
    is: 'profile proven',
  },
  {
    n: '2',
    title: 'nor whether it could be read',
    setting: { kind: 'unread' },
    profile: 'core',
    node: {},
    is: 'profile proven',
  },
  {
    n: '2',
    title: 'started an hour ago',
    profile: 'core',
    node: {},
    instance: { launchedAt: ago(60) },
    is: 'profile likely',
  },
  {
    n: '2',
    title: 'started more than an hour ago',
    profile: 'core',
    node: {},
    instance: { launchedAt: ago(61) },
    is: 'profile proven',
  },
  {
    n: '2',
    title: 'started at an unknown time',
    profile: 'core',
    node: {},
    instance: { launchedAt: null },
    is: 'profile likely',
  },
  {
    n: '2',
    title: 'allowed in this context alone',
    profile: role({ unconditional: false }),
    node: {},
    is: 'profile likely',
  },
  {
    n: '2',
    title: 'conditions that cannot be judged',
    profile: role({ heartbeat: 'unknown', unconditional: false }),
    node: {},
    is: 'profile likely',
  },
  {
    n: '2',
    title: 'the last heartbeat is old',
    profile: 'core',
    node: { lastPingAt: ago(40) },
    is: 'profile likely',
  },
  {
    n: '2',
    title: 'channels that cannot be judged',
    profile: role({ channels: 'unknown' }),
    node: {},
    is: 'profile proven',
  },
  // 3
  {
    n: '3',
    title: 'both at once',
    profile: 'core',
    node: dhmc,
    is: 'unknown unknown contradiction',
  },
  {
    n: '3',
    title: 'both at once, just started',
    profile: 'core',
    node: dhmc,
    instance: { launchedAt: ago(5) },
    is: 'unknown unknown contradiction',
  },
  {
    n: '3',
    title: 'both at once, and the setting is gone',
    setting: unset,
    profile: 'core',
    node: dhmc,
    is: 'unknown unknown contradiction',
  },
  {
    n: '3',
    title: 'both at once, and the role is broken',
    setting: broken,
    profile: 'core',
    node: dhmc,
    is: 'unknown unknown contradiction',
  },
  // 4
  {
    n: '4',
    title: 'another role than the setting names',
    node: { role: 'Former' },
    is: 'unknown unknown other-role',
  },
  {
    n: '4',
    title: 'another role, and a profile that allows',
    profile: 'core',
    node: { role: 'Former' },
    is: 'unknown unknown other-role',
  },
  // 5
  {
    n: '5',
    title: 'the setting was reset',
    setting: unset,
    node: dhmc,
    is: 'dhmc likely dhmc-ending',
  },
  // 6, 7
  { n: '6', title: 'no role shown, no profile', node: {}, is: 'dhmc likely role-not-shown' },
  {
    n: '6',
    title: 'no role shown, no profile, no setting',
    setting: unset,
    node: {},
    is: 'unknown unknown role-not-shown',
  },
  {
    n: '6',
    title: 'no role shown, and the role is broken',
    setting: broken,
    node: {},
    is: 'unknown unknown role-not-shown',
  },
  {
    n: '6',
    title: 'no role shown, old agent',
    node: { version: '3.2.581.9' },
    is: 'unknown unknown role-not-shown',
  },
  {
    n: '6',
    title: 'no role shown, agent of unknown age',
    node: { version: null },
    is: 'unknown unknown role-not-shown',
  },
  {
    n: '6',
    title: 'no role shown, and the setting could not be read',
    setting: { kind: 'unread' },
    node: {},
    is: 'unknown unknown unreadable',
  },
  {
    n: '7',
    title: 'no role shown, profile for the application',
    profile: 'app',
    node: {},
    is: 'dhmc likely role-not-shown',
  },
  {
    n: '7',
    title: 'no role shown, and the policies could not be read',
    profile: { kind: 'unread', role: null, problem },
    node: {},
    is: 'unknown unknown unreadable',
  },
  // 8
  {
    n: '8',
    title: 'a profile with the heartbeat and no channels',
    profile: role({ channels: 'denied' }),
    node: {},
    is: 'none proven profile-incomplete',
  },
  {
    n: '8',
    title: 'the same under conditions',
    profile: role({ channels: 'denied', unconditional: false }),
    node: {},
    is: 'none likely profile-incomplete',
  },
  // 9
  {
    n: '9',
    title: 'lost after a change of the profile',
    node: lost,
    more: { associatedAt: ago(59) },
    is: 'none proven in-transition',
  },
  {
    n: '9',
    title: 'lost after a change of the role',
    profile: role({ changedAt: ago(30) }),
    node: lost,
    is: 'none proven in-transition',
  },
  {
    n: '9',
    title: 'lost after a change of the setting',
    setting: set({ modifiedAt: ago(50) }),
    node: lost,
    is: 'none proven in-transition',
  },
  {
    n: '9',
    title: 'an old agent takes six hours',
    node: { ...lost, version: '3.3.216.9' },
    more: { associatedAt: ago(359) },
    is: 'none proven in-transition',
  },
  {
    n: '9',
    title: 'a newer one does not',
    node: { ...lost, version: '3.3.217.0' },
    more: { associatedAt: ago(61) },
    is: 'none proven connection-lost',
  },
  {
    n: '9',
    title: 'lost while it starts',
    node: lost,
    instance: { launchedAt: ago(10) },
    is: 'none proven in-transition',
  },
  // 10
  {
    n: '10',
    title: 'lost, nothing changed',
    profile: 'core',
    node: lost,
    is: 'none proven connection-lost',
  },
  {
    n: '10',
    title: 'lost, nothing changed, DHMC on',
    node: lost,
    is: 'none proven connection-lost',
  },
  {
    n: '10',
    title: 'inactive is lost',
    profile: 'core',
    node: { ping: 'Inactive' },
    is: 'none proven connection-lost',
  },
  {
    n: '10',
    title: 'lost, and the policies could not be read',
    profile: { kind: 'unread', role: null, problem },
    node: lost,
    is: 'none proven connection-lost',
  },
  {
    n: '10',
    title: 'lost, and nothing lets it register',
    setting: unset,
    node: lost,
    is: 'none proven setting-unset',
  },
  // 11
  {
    n: '11',
    title: 'the setting is recent',
    setting: set({ modifiedAt: ago(34) }),
    node: null,
    is: 'none proven setting-recent',
  },
  {
    n: '11',
    title: 'the setting is not recent any more',
    setting: set({ modifiedAt: ago(36) }),
    node: null,
    is: 'none proven no-sign-of-agent',
  },
  {
    n: '11',
    title: 'the setting is pending',
    setting: set({ pending: true, modifiedAt: null }),
    node: null,
    is: 'none proven setting-recent',
  },
  {
    n: '11',
    title: 'started a short while ago',
    node: null,
    instance: { launchedAt: ago(34) },
    is: 'none proven in-transition',
  },
  {
    n: '11',
    title: 'started a short while ago, with a profile',
    profile: 'core',
    node: null,
    instance: { launchedAt: ago(3) },
    is: 'none proven in-transition',
  },
  {
    n: '11',
    title: 'starts now',
    node: null,
    instance: { state: 'pending', launchedAt: ago(0) },
    is: 'none proven in-transition',
  },
  {
    n: '11',
    title: 'waiting does not help where nothing is set',
    setting: unset,
    node: null,
    instance: { launchedAt: ago(3) },
    is: 'none proven setting-unset',
  },
  // 12
  {
    n: '12',
    title: 'no metadata',
    node: null,
    instance: { metadata: 'disabled' },
    is: 'none proven imds-disabled',
  },
  {
    n: '12',
    title: 'no metadata, and lost',
    profile: 'core',
    node: lost,
    instance: { metadata: 'disabled' },
    is: 'none proven imds-disabled',
  },
  {
    n: '12',
    title: 'no metadata, and still online by DHMC',
    node: dhmc,
    instance: { metadata: 'disabled' },
    is: 'dhmc likely imds-disabled',
  },
  {
    n: '12',
    title: 'no metadata, and still online by the profile',
    profile: 'core',
    node: {},
    instance: { metadata: 'disabled' },
    is: 'profile likely imds-disabled',
  },
  {
    n: '12',
    title: 'no metadata, online by neither',
    node: {},
    instance: { metadata: 'disabled' },
    is: 'unknown unknown imds-disabled',
  },
  {
    n: '12',
    title: 'EC2 says nothing of metadata',
    node: null,
    instance: { metadata: null },
    is: 'none proven no-sign-of-agent',
  },
  // 13
  {
    n: '13',
    title: 'nothing grants it',
    setting: unset,
    node: null,
    is: 'none proven setting-unset',
  },
  {
    n: '13',
    title: 'nothing grants it, beside a profile for the application',
    setting: unset,
    profile: 'app',
    node: null,
    is: 'none proven setting-unset',
  },
  // 14
  { n: '14', title: 'no sign of an agent', node: null, is: 'none proven no-sign-of-agent' },
  // 15
  {
    n: '15',
    title: 'a profile, and no agent',
    profile: 'core',
    node: null,
    is: 'none proven profile-without-agent',
  },
  {
    n: '15',
    title: 'the same where DHMC is off',
    setting: unset,
    profile: 'core',
    node: null,
    is: 'none proven profile-without-agent',
  },
  {
    n: '15',
    title: 'the same with the heartbeat alone',
    profile: role({ channels: 'denied' }),
    node: null,
    is: 'none proven profile-without-agent',
  },
  // 16, 17
  {
    n: '16',
    title: 'an old agent that its profile manages',
    profile: 'core',
    node: { version: '3.2.419.0' },
    is: 'profile proven',
  },
  {
    n: '16',
    title: 'an old agent that is lost',
    node: { ...lost, version: '3.1.1927.0' },
    is: 'none proven agent-too-old',
  },
  {
    n: '16',
    title: 'an old agent that is lost after the setting came',
    setting: set({ modifiedAt: ago(5) }),
    node: { ...lost, version: '3.1.1927.0' },
    is: 'none proven agent-too-old',
  },
  {
    n: '16',
    title: 'an old agent that shows the role',
    node: { ...dhmc, version: '3.2.581.0' },
    is: 'unknown unknown contradiction',
  },
  {
    n: '16',
    title: 'three numbers are four',
    node: { ...dhmc, version: '3.2.582' },
    is: 'dhmc proven',
  },
  {
    n: '16',
    title: 'numbers are no text',
    node: { ...dhmc, version: '3.10.1.0' },
    is: 'dhmc proven',
  },
  {
    n: '17',
    title: 'an agent with the long gap works',
    node: { ...dhmc, version: '3.2.582.0' },
    is: 'dhmc proven',
  },
  // 18
  {
    n: '18',
    title: 'a hybrid node that names the instance',
    node: null,
    more: { hybrid: { node: hybridNode, by: 'source' } },
    is: 'activation proven',
  },
  {
    n: '18',
    title: 'a hybrid node with its address',
    node: null,
    more: { hybrid: { node: hybridNode, by: 'address' } },
    is: 'activation likely',
  },
  {
    n: '18',
    title: 'a hybrid node that is lost',
    node: null,
    more: { hybrid: { node: { ...hybridNode, ping: 'ConnectionLost' }, by: 'source' } },
    is: 'none proven connection-lost',
  },
  {
    n: '18',
    title: 'a lost hybrid node with its address says nothing',
    setting: unset,
    node: null,
    more: { hybrid: { node: { ...hybridNode, ping: 'ConnectionLost' }, by: 'address' } },
    is: 'none proven setting-unset',
  },
  {
    n: '18',
    title: 'an instance that is listed itself',
    node: dhmc,
    more: { hybrid: { node: hybridNode, by: 'source' } },
    is: 'dhmc proven',
  },
  // 19
  {
    n: '19',
    title: 'a profile without a role',
    profile: { kind: 'without-role' },
    node: null,
    is: 'none proven profile-without-role',
  },
  {
    n: '19',
    title: 'a profile without a role, and no setting',
    setting: unset,
    profile: { kind: 'without-role' },
    node: null,
    is: 'none proven profile-without-role',
  },
  {
    n: '19',
    title: 'a profile without a role, lost',
    profile: { kind: 'without-role' },
    node: lost,
    is: 'none proven profile-without-role',
  },
  {
    n: '19',
    title: 'a profile without a role, just enabled',
    setting: set({ modifiedAt: ago(5) }),
    profile: { kind: 'without-role' },
    node: null,
    is: 'none proven setting-recent',
  },
  {
    n: '19',
    title: 'an agent that does not fall back without a role',
    profile: { kind: 'without-role' },
    node: { version: '3.2.814.0' },
    is: 'unknown unknown role-not-shown',
  },
  {
    n: '19',
    title: 'an agent that does',
    profile: { kind: 'without-role' },
    node: { version: '3.2.815.0' },
    is: 'dhmc likely role-not-shown',
  },
  // 20
  { n: '20', title: 'stopped', node: null, instance: { state: 'stopped' }, is: 'unknown unknown' },
  {
    n: '20',
    title: 'stopping, and still listed',
    node: dhmc,
    instance: { state: 'stopping' },
    is: 'unknown unknown',
  },
  // 21
  {
    n: '21',
    title: 'operated by AWS, not listed',
    node: null,
    instance: { operated: true },
    is: 'none proven operated-by-aws',
  },
  {
    n: '21',
    title: 'operated by AWS, managed',
    profile: 'core',
    node: {},
    instance: { operated: true },
    is: 'profile proven operated-by-aws',
  },
  // 22
  {
    n: '22',
    title: 'a broken role, online',
    setting: broken,
    node: dhmc,
    is: 'dhmc likely dhmc-role-broken',
  },
  {
    n: '22',
    title: 'a broken role, not listed',
    setting: broken,
    node: null,
    is: 'none proven dhmc-role-broken',
  },
  {
    n: '22',
    title: 'a broken role, lost',
    setting: broken,
    node: lost,
    is: 'none proven dhmc-role-broken',
  },
  {
    n: '22',
    title: 'a broken role that is recent',
    setting: { ...broken, modifiedAt: ago(1) } as SettingFacts,
    node: null,
    is: 'none proven dhmc-role-broken',
  },
  {
    n: '22',
    title: 'a broken role beside a profile',
    setting: broken,
    profile: 'core',
    node: {},
    is: 'profile proven',
  },
  {
    n: '22',
    title: 'a role that could not be read, not listed',
    setting: set({ works: 'unknown' }),
    node: null,
    is: 'none proven unreadable',
  },
  // 23
  {
    n: '23',
    title: 'the nodes could not be read',
    profile: 'core',
    node: null,
    more: { nodesRead: false },
    is: 'unknown unknown unreadable',
  },
  {
    n: '23',
    title: 'the setting could not be read, not listed',
    setting: { kind: 'unread' },
    node: null,
    is: 'none proven unreadable',
  },
  {
    n: '23',
    title: 'the setting could not be read, a role shown',
    setting: { kind: 'unread' },
    node: dhmc,
    is: 'unknown unknown unreadable',
  },
  {
    n: '23',
    title: 'the policies could not be read, not listed',
    profile: { kind: 'unread', role: null, problem },
    node: null,
    is: 'none proven unreadable',
  },
];

const factsOf = ({ setting, profile, node, instance, more }: Row): InstanceFacts => ({
  account: '111111111111',
  region: 'eu-west-1',
  instance: {
    id: 'i-0123456789abcdef0',
    name: 'web',
    state: 'running',
    platform: 'Linux/UNIX',
    launchedAt: ago(5_000),
    profile: null,
    profileId: null,
    metadata: 'enabled',
    operated: false,
    vpc: 'vpc-1',
    privateIp: '10.0.0.1',
    ...instance,
  },
  node:
    node === null || node === undefined
      ? null
      : {
          id: 'i-0123456789abcdef0',
          ping: 'Online',
          lastPingAt: ago(3),
          version: '3.3.3050.0',
          role: null,
          sourceId: null,
          address: '10.0.0.1',
          ...node,
        },
  hybrid: null,
  nodesRead: true,
  profile: typeof profile === 'string' ? profiles[profile] : (profile ?? profiles.none),
  associatedAt: null,
  setting: setting ?? set(),
  now,
  ...more,
});

test.each(rows)('$n: $title: $is', (row) => {
  const judgement = judgeInstance(factsOf(row));
  const { managedBy, confidence, reason } = judgement;
  expect([managedBy, confidence, ...(reason === null ? [] : [reason])].join(' ')).toBe(row.is);
  expect(judgement.evidence.length).toBeGreaterThan(0);
  if (reason !== null) expect(judgement.hint).toMatch(/^[A-Z].*\.$/);
});

test('covers every reason', async () => {
  const { coverageReasons } = await import('../../../src/core/coverage/model.ts');
  const seen = new Set(rows.map((row) => row.is.split(' ')[2]));
  expect(coverageReasons.filter((reason) => !seen.has(reason))).toEqual([]);
});

const row = (title: string): Row => {
  const found = rows.find((one) => one.title === title);
  if (found === undefined) throw new Error(`no row: ${title}`);
  return found;
};

test('says after which time to look again', () => {
  expect(judgeInstance(factsOf(row('the setting is recent'))).hint).toBe(
    'Look again after 2026-11-28T12:01Z.',
  );
  expect(judgeInstance(factsOf(row('an old agent takes six hours'))).hint).toBe(
    'Look again after 2026-11-28T12:01Z.',
  );
});

test('says of an old agent what it needs while its profile manages it', () => {
  const { reason, hint } = judgeInstance(factsOf(row('an old agent that its profile manages')));
  expect(reason).toBeNull();
  expect(hint).toContain('3.2.582.0');
});

test('says what the conclusion rests on', () => {
  expect(judgeInstance(factsOf(row('a broken role, online'))).evidence).toEqual([
    'Systems Manager lists the instance as Online and shows the role Dhmc.',
    'The instance has no instance profile.',
    'The setting names the role Dhmc, which cannot be used: there is no such role.',
  ]);
});
