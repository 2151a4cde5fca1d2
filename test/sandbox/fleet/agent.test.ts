import { describe, expect, it } from 'vitest';
import { agentTimes, observeAgent } from '../../../src/sandbox/fleet/agent.ts';
import type { Sighting, Surroundings } from '../../../src/sandbox/fleet/agent.ts';

const minute = 60_000;
const hour = 60 * minute;
const launch = Date.UTC(2026, 0, 1);

/** An agent whose profile has no usable credentials and whose account has no setting. */
const usual: Surroundings = {
  at: launch,
  up: true,
  version: '3.3.987.0',
  registered: true,
  metadata: true,
  reachable: true,
  profile: { error: 'EC2RoleRequestError' },
  dhmcRole: null,
  own: null,
  mayPing: () => true,
};

const withProfile = { profile: { role: 'Profile' } } as const;
const deniedProfile = {
  ...withProfile,
  mayPing: (role: string) => role !== 'Profile',
} as const;
const set = { dhmcRole: 'Dhmc' } as const;

type Met = Partial<Surroundings>;

/** The surroundings since the launch; each change comes with its time after the launch. */
const timeline = (first: Met, ...changes: readonly [after: number, met: Met][]): Surroundings[] => {
  let met: Surroundings = { ...usual, ...first };
  return [
    met,
    ...changes.map(([after, change]) => (met = { ...met, ...change, at: launch + after })),
  ];
};

const seen = (met: readonly Surroundings[], after: number, seed = 7): Sighting | null =>
  observeAgent(seed, met, launch + after);
const seeds = [1, 2, 3, 5, 8, 13, 21, 34];

/** Who manages the instance at this time: a source, `lost`, or `none` if it was never seen. */
const managed = (met: readonly Surroundings[], after: number, seed?: number): string => {
  const sighting = seen(met, after, seed);
  if (sighting === null) return 'none';
  const silent = launch + after - sighting.lastPingAt;
  return silent > 2 * agentTimes.heartbeat ? 'lost' : sighting.source;
};

describe('the credentials that an agent uses', () => {
  it.each<[string, Met, string]>([
    ['a profile that allows the heartbeat', withProfile, 'profile'],
    [
      'a profile that allows the heartbeat, with the setting on',
      { ...withProfile, ...set },
      'profile',
    ],
    ['no profile and no setting', {}, 'none'],
    ['no profile, with the setting on', set, 'dhmc'],
    ['a profile that denies the heartbeat, without the setting', deniedProfile, 'none'],
    [
      'a profile that denies the heartbeat, with the setting on',
      { ...deniedProfile, ...set },
      'dhmc',
    ],
    [
      'a profile whose role is gone',
      { profile: { error: 'AssumeRoleUnauthorizedAccess' }, ...set },
      'dhmc',
    ],
    [
      'a profile whose role is gone, before 3.2.815.0',
      { profile: { error: 'AssumeRoleUnauthorizedAccess' }, version: '3.2.582.0', ...set },
      'none',
    ],
    ['a profile without a role', { profile: { error: 'EmptyEC2RoleList' }, ...set }, 'none'],
    ['an agent of the minimum version', { version: '3.2.582.0', ...set }, 'dhmc'],
    ['an agent below the minimum version', { version: '3.2.581.99', ...set }, 'none'],
    ['a version with three numbers', { version: '3.2.582', ...set }, 'dhmc'],
    ['a lost registration', { registered: false, ...set }, 'none'],
    ['no metadata service', { metadata: false, ...withProfile, ...set }, 'none'],
    ['no connection to Systems Manager', { reachable: false, ...withProfile }, 'none'],
    ['keys of its own', { own: 'keys', ...set }, 'own'],
    ['an agent that is not running', { up: false, ...withProfile }, 'none'],
    ['a DHMC role without permissions', { ...set, mayPing: () => false }, 'none'],
  ])('are right for %s (row %#)', (_name, met, expected) => {
    for (const seed of seeds) {
      expect(managed(timeline(met), hour, seed)).toBe(expected);
      expect(managed(timeline(met), 40 * hour, seed)).toBe(expected);
    }
  });
});

describe('an agent after a change', () => {
  it('notices the setting within 30 minutes, but not at once', () => {
    const met = timeline({}, [50 * hour, set]);
    for (const seed of seeds) {
      expect(managed(met, 50 * hour, seed)).toBe('none');
      expect(managed(met, 50 * hour + 31 * minute, seed)).toBe('dhmc');
    }
    const early = seeds.filter((seed) => managed(met, 50 * hour + 10 * minute, seed) === 'dhmc');
    expect(early.length).toBeGreaterThan(0);
    expect(early.length).toBeLessThan(seeds.length);
  });

  it('before 3.2.1630.0 takes hours to notice the setting', () => {
    const met = timeline({ version: '3.2.1629.0' }, [50 * hour, set]);
    expect(seeds.some((seed) => managed(met, 51 * hour, seed) === 'none')).toBe(true);
    for (const seed of seeds) expect(managed(met, 56 * hour, seed)).toBe('dhmc');
  });

  it('switches to the setting’s role within an hour after its profile loses the permission', () => {
    const met = timeline({ ...withProfile, ...set }, [50 * hour, deniedProfile]);
    const atHalf = seeds.map((seed) => managed(met, 50 * hour + 20 * minute, seed));
    expect(atHalf).toContain('lost');
    for (const seed of seeds) expect(managed(met, 51 * hour + minute, seed)).toBe('dhmc');
  });

  it('before 3.3.217.0 keeps a profile’s credentials for about 6 hours', () => {
    const old = { version: '3.3.216.0' };
    const met = timeline({ ...withProfile, ...set, ...old }, [50 * hour, deniedProfile]);
    expect(seeds.some((seed) => managed(met, 53 * hour, seed) === 'lost')).toBe(true);
    for (const seed of seeds) expect(managed(met, 57 * hour, seed)).toBe('dhmc');
  });

  it('has no such gap if it is restarted', () => {
    const met = timeline(
      { ...withProfile, ...set, version: '3.3.216.0' },
      [50 * hour, deniedProfile],
      [50 * hour + minute, { restarted: true }],
    );
    for (const seed of seeds) expect(managed(met, 50 * hour + 5 * minute, seed)).toBe('dhmc');
  });

  it('returns to its profile within an hour after the profile gets the permission', () => {
    const met = timeline({ ...deniedProfile, ...set }, [50 * hour, { mayPing: () => true }]);
    for (const seed of seeds) {
      expect(managed(met, 50 * hour, seed)).toBe('dhmc');
      expect(managed(met, 51 * hour + minute, seed)).toBe('profile');
      expect(seen(met, 52 * hour, seed)?.lastDhmcRole).toBe('Dhmc');
    }
  });

  it('keeps its token for up to an hour after the setting is reset', () => {
    const met = timeline(set, [50 * hour, { dhmcRole: null }]);
    for (const seed of seeds) {
      expect(managed(met, 50 * hour + minute, seed)).toBe('dhmc');
      expect(managed(met, 51 * hour + 15 * minute, seed)).toBe('lost');
    }
  });

  it('is lost at once when the role loses the permission', () => {
    const met = timeline(set, [50 * hour, { mayPing: () => false }]);
    for (const seed of seeds) {
      expect(managed(met, 50 * hour + 15 * minute, seed)).toBe('lost');
      const lost = seen(met, 90 * hour, seed);
      expect(lost?.lastPingAt).toBeLessThanOrEqual(launch + 50 * hour);
      expect(lost?.lastPingAt).toBeGreaterThan(launch + 50 * hour - 6 * minute);
    }
  });

  it('reports within minutes after the launch, and stops with its instance', () => {
    const met = timeline(set, [2 * hour, { up: false }], [3 * hour, { up: true }]);
    expect(seen(met, 30_000)).toBeNull();
    expect(managed(met, 4 * minute)).toBe('dhmc');
    expect(seen(met, 2.5 * hour)?.downSince).toBe(launch + 2 * hour);
    expect(managed(met, 3 * hour + 4 * minute)).toBe('dhmc');
    expect(seen(met, 4 * hour)?.registeredAt).toBeLessThan(launch + 4 * minute);
  });
});

it('gives the same result for the same time, and keeps pinging after a change', () => {
  const met = timeline({ ...withProfile, ...set }, [20 * hour, deniedProfile]);
  expect(seen(met, 22 * hour)).toEqual(seen(met, 22 * hour));
  for (const seed of seeds) {
    const late = seen(met, 26 * hour, seed);
    expect(late?.lastPingAt).toBeGreaterThan(launch + 26 * hour - 6 * minute);
  }
});
