/** Generates organizations of any size. The same seed gives the same organization. */
import { partitionFacts } from '../partitions.ts';
import { worldFormat } from '../world.ts';
import type { Account, Setting, Unit, World } from '../world.ts';
import { administratorOf } from './default.ts';
import { generatedRoles, spreadFleet } from './generate-fleet.ts';
import {
  accessRole,
  dhmcRole,
  dhmcRoleAtRoot,
  dhmcRoleName,
  dhmcRoleWithoutPolicy,
  dhmcRoleWithWrongTrust,
  dhmcValue,
  quickSetupRole,
  settingIn,
  teamRole,
} from './fixtures.ts';

export interface WorldSize {
  /** The number of accounts, including the management account. At least 1. */
  readonly accounts: number;
  /** Default: 1. */
  readonly seed?: number;
  /** The regions that every account has enabled. Default: the 17 default regions of `aws`. */
  readonly regions?: readonly string[];
  /** The total number of EC2 instances, spread over accounts and regions. Default: none. */
  readonly instances?: number;
  /** Whether a share of the accounts has one of the default world's imperfections. Default: all are plain. */
  readonly mix?: boolean;
}

const words =
  'atlas beacon cedar delta ember falcon garnet harbor indigo juniper krypton lumen meridian nimbus orchid pioneer'.split(
    ' ',
  );
const stages = ['prod', 'stage', 'test', 'dev'] as const;

export function generateWorld(size: WorldSize): World {
  const { accounts: count, seed = 1, mix = false, instances = 0 } = size;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`A world has at least one account, not ${count}.`);
  const random = randomFrom(seed);
  const suffix = idText(random, 4);
  const root = `r-${suffix}`;
  const units = unitsFor(count, suffix, root, random);
  const offset = Math.floor(random() * idSpan);
  const management = accountId(offset, 0);
  const regions = size.regions ?? partitionFacts('aws').default;
  const roles = [accessRole(management), ...(instances > 0 ? generatedRoles : [])];
  const fleetOf = spreadFleet(instances, count, regions);
  const kinds = mix ? oddities(regions) : [];

  const accounts: Account[] = [{ id: management, name: 'Management', parent: root }];
  for (let i = 1; i < count; i += 1) {
    const unit = units[Math.floor(random() * units.length)];
    const word = words[Math.floor(random() * words.length)] ?? '';
    const stage = stages[i % stages.length] ?? 'prod';
    const id = accountId(offset, i);
    const draw = mix ? random() : 1;
    const odd = kinds.find((kind) => draw < kind.below);
    accounts.push({
      id,
      name: `${word}-${stage}-${i}`,
      parent: unit?.id ?? root,
      tags: stageTags[stage],
      roles,
      ...fleetOf(i - 1),
      ...odd?.make(roles),
    });
  }
  return {
    format: worldFormat,
    partition: 'aws',
    ...(size.regions === undefined ? {} : { regions: { default: size.regions, optIn: [] } }),
    organization: { id: `o-${idText(random, 10)}`, rootId: root, managementAccount: management },
    units,
    accounts,
    callers: [administratorOf(management)],
  };
}

const stageTags = {
  prod: { environment: 'prod' },
  stage: { environment: 'stage' },
  test: { environment: 'test' },
  dev: { environment: 'dev' },
} as const;

/** About one unit per 25 accounts, at least four, and at most four levels deep. */
function unitsFor(
  count: number,
  suffix: string,
  root: string,
  random: () => number,
): readonly Unit[] {
  const wanted = count < 2 ? 0 : Math.max(4, Math.ceil(count / 25));
  const units: Unit[] = [];
  const depths: number[] = [];
  for (let i = 0; i < wanted; i += 1) {
    const above = i < 2 ? -1 : Math.floor(random() * i);
    const deep = above < 0 ? 0 : (depths[above] ?? 0);
    const parent = above < 0 || deep >= 4 ? undefined : units[above];
    depths.push(parent === undefined ? 1 : deep + 1);
    const id = `ou-${suffix}-${i.toString(36).padStart(4, '0')}${idText(random, 4)}`;
    units.push({
      id,
      name: `${words[i % words.length] ?? 'unit'}-${i}`,
      parent: parent?.id ?? root,
    });
  }
  return units;
}

interface Oddity {
  /** Random draws below this value, and not below an earlier entry's, select this oddity. */
  readonly below: number;
  readonly make: (roles: NonNullable<Account['roles']>) => Partial<Account>;
}

/**
 * The limits increase from entry to entry; draws above the last one give plain accounts. Accounts of a kind share
 * their settings.
 */
function oddities(regions: readonly string[]): readonly Oddity[] {
  const by = 'arn:aws:iam::000000000000:user/somebody';
  const everywhere = (value: string): Readonly<Record<string, Setting>> =>
    settingIn(regions, { value, modifiedBy: by, modifiedAt: '2024-05-21T12:06:40.000Z' });
  const quickSetup = quickSetupRole('us-east-1');
  const right = everywhere(dhmcValue);
  const atRoot = everywhere(dhmcRoleName);
  const foreign = everywhere(`platform/${teamRole.name}`);
  const quick = everywhere(quickSetup.name);
  const deleted = everywhere('RetiredInstanceRole');
  return [
    { below: 0.15, make: (roles) => ({ roles: [...roles, dhmcRole], settings: right }) },
    { below: 0.2, make: (roles) => ({ roles: [...roles, teamRole], settings: foreign }) },
    { below: 0.24, make: (roles) => ({ roles: [...roles, quickSetup], settings: quick }) },
    { below: 0.26, make: () => ({ settings: deleted }) },
    { below: 0.28, make: (roles) => ({ roles: [...roles, dhmcRoleAtRoot], settings: atRoot }) },
    {
      below: 0.3,
      make: (roles) => ({ roles: [...roles, dhmcRoleWithoutPolicy], settings: right }),
    },
    {
      below: 0.32,
      make: (roles) => ({ roles: [...roles, dhmcRoleWithWrongTrust], settings: right }),
    },
    { below: 0.34, make: () => ({ joinedMethod: 'INVITED', roles: [] }) },
    { below: 0.35, make: () => ({ state: 'SUSPENDED' }) },
  ];
}

/** Account ids spread over twelve digits. The step and the span have no common factor, so no id repeats. */
const idSpan = 899_999_999_981;
const idStep = 617_283_947;
const accountId = (offset: number, index: number): string =>
  String(100_000_000_000 + ((offset + index * idStep) % idSpan));

const idText = (random: () => number, length: number): string =>
  Array.from(
    { length },
    () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(random() * 36)] ?? 'a',
  ).join('');

/** Numbers in [0, 1), the same sequence for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
