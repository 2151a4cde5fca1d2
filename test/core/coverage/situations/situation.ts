/** The rows of the table of situations: an instance and the facts around it. */
import type {
  Ec2Instance,
  InstanceFacts,
  ManagedNode,
  ProfileAccess,
  SettingFacts,
} from '../../../../src/core/coverage/facts.ts';

export const now = Date.parse('2026-11-28T12:00:00Z');
export const ago = (minutes: number): number => now - minutes * 60_000;

export const problem = {
  code: 'denied',
  message: 'denied',
  hint: 'allow it',
  requestId: null,
} as const;

export type Profile = ProfileAccess | 'none' | 'core' | 'app';
export const role = (
  rest: Partial<Extract<ProfileAccess, { kind: 'role' }>> = {},
): ProfileAccess => ({
  kind: 'role',
  role: 'App',
  heartbeat: 'allowed',
  unconditional: true,
  channels: 'allowed',
  policies: ['arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'],
  changedAt: null,
  ...rest,
});
export const profiles = {
  none: { kind: 'none' },
  core: role(),
  app: role({ heartbeat: 'denied', unconditional: false, channels: 'denied', policies: [] }),
} as const;

export const set = (rest: Partial<Extract<SettingFacts, { kind: 'set' }>> = {}): SettingFacts => ({
  kind: 'set',
  value: 'service-role/Dhmc',
  ours: true,
  works: 'yes',
  fault: null,
  pending: false,
  modifiedAt: ago(10_000),
  ...rest,
});
export const unset: SettingFacts = { kind: 'unset', modifiedAt: null };
export const broken = set({ works: 'no', fault: 'the role does not exist' });

export interface Situation {
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

export const dhmc = { role: 'service-role/Dhmc' };
export const hybridNode: ManagedNode = {
  id: 'mi-0123456789abcdef0',
  ping: 'Online',
  lastPingAt: ago(2),
  version: '3.3.3050.0',
  role: 'service-role/Hybrid',
  sourceId: 'i-0123456789abcdef0',
  address: '10.0.0.1',
};
export const lost = { ping: 'ConnectionLost', lastPingAt: ago(300) };

export const factsOf = ({ setting, profile, node, instance, more }: Situation): InstanceFacts => ({
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
    image: 'ami-1',
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
