/**
 * Small worlds for tests. Accounts are given by name; ids follow from their order: the management account is
 * `000000000001`, the first account `000000000101`, the next `000000000102`. Everything else has plain defaults.
 */
import { worldFormat } from '../../src/sandbox/world.ts';
import type {
  Account,
  Organization,
  Role,
  Setting,
  Behavior,
  Unit,
  World,
} from '../../src/sandbox/world.ts';
import { administratorOf } from '../../src/sandbox/worlds/default.ts';
import { accessRole } from '../../src/sandbox/worlds/fixtures.ts';

export const managementAccount = '000000000001';
export const rootId = 'r-test';

/** The id of the n-th account, counted from 1, as `simpleWorld` lists them. */
export const accountId = (n: number): string => `000000000${100 + n}`;

/** The id of a unit, by its path of names. */
export const unitId = (path: string): string => `ou-test-${hex(path)}`;

export interface SimpleAccount extends Omit<Partial<Account>, 'id' | 'parent'> {
  readonly name: string;
  /** Path of unit names from the root; missing units are created. Default: the root. */
  readonly unit?: string;
  /** Roles in addition to `OrganizationAccountAccessRole`, which every account has unless `roles` replaces it. */
  readonly moreRoles?: readonly Role[];
}

export interface SimpleWorld {
  /** Names, or accounts with their differences from the default. Default: two plain accounts. */
  readonly accounts?: readonly (string | SimpleAccount)[];
  /** Regions enabled by default. Default: `eu-west-1` and `us-east-1`. */
  readonly regions?: readonly string[];
  /** Opt-in regions. Default: none. */
  readonly optIn?: readonly string[];
  /** SCPs of units in addition to FullAWSAccess, by the unit's path. */
  readonly unitScps?: Readonly<Record<string, readonly string[]>>;
  readonly scps?: World['scps'];
  readonly organization?: Partial<Organization>;
  /** Differences of the management account from the default. */
  readonly management?: Partial<Account>;
  readonly callers?: World['callers'];
  readonly behavior?: Behavior;
}

export function simpleWorld(wanted: SimpleWorld = {}): World {
  const access = accessRole(managementAccount);
  const units = new Map<string, Unit>();
  const unitAt = (path: string): string => {
    const known = units.get(path);
    if (known !== undefined) return known.id;
    const cut = path.lastIndexOf('/');
    const parent = cut < 0 ? rootId : unitAt(path.slice(0, cut));
    const more = wanted.unitScps?.[path];
    const unit = {
      id: unitId(path),
      name: path.slice(cut + 1),
      parent,
      ...(more === undefined ? {} : { scps: ['FullAWSAccess', ...more] }),
    };
    units.set(path, unit);
    return unit.id;
  };
  for (const path of Object.keys(wanted.unitScps ?? {})) unitAt(path);
  const accounts = (wanted.accounts ?? ['one', 'two']).map((given, i): Account => {
    const { unit, moreRoles, ...rest } = typeof given === 'string' ? { name: given } : given;
    return {
      id: accountId(i + 1),
      parent: unit === undefined ? rootId : unitAt(unit),
      roles: [access, ...(moreRoles ?? [])],
      ...rest,
    };
  });
  return {
    format: worldFormat,
    partition: 'aws',
    regions: { default: wanted.regions ?? ['eu-west-1', 'us-east-1'], optIn: wanted.optIn ?? [] },
    organization: { id: 'o-testtest01', rootId, managementAccount, ...wanted.organization },
    units: [...units.values()],
    accounts: [
      { id: managementAccount, name: 'management', parent: rootId, ...wanted.management },
      ...accounts,
    ],
    ...(wanted.scps === undefined ? {} : { scps: wanted.scps }),
    callers: wanted.callers ?? [administratorOf(managementAccount)],
    ...(wanted.behavior === undefined ? {} : { behavior: wanted.behavior }),
  };
}

/** A setting that someone made long ago. */
export const setTo = (value: string | null): Setting => ({
  value,
  modifiedBy: 'arn:aws:iam::000000000001:user/somebody',
  modifiedAt: '2024-05-21T12:06:40.250Z',
});

/** At least eight lowercase letters and digits, a hash of the path. */
function hex(path: string): string {
  let state = 0x811c9dc5;
  for (const unit of Buffer.from(path, 'utf8')) state = Math.imul(state ^ unit, 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0');
}
