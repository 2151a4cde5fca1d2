/** The calls of a deployment, and how cells are grouped into calls. */
import {
  maxUnits,
  type DeploymentTargets,
  type FoundSet,
  type HandOverCell,
  type OperationPreferences,
} from './stack-sets.ts';

export interface DeploymentInput {
  /** What the names of the sets begin with. */
  readonly prefix: string;
  /** By name. */
  readonly found: ReadonlyMap<string, FoundSet>;
  /** Ids of the roots and units whose new accounts are to be covered. */
  readonly units: readonly string[];
  /** Ids of all accounts that are there already, under these units. */
  readonly accounts: readonly string[];
  /** Those of them that are active. */
  readonly active: ReadonlySet<string>;
  /** By account: which of the units it is under; an account that is left out may be under any. */
  readonly unitsOf: ReadonlyMap<string, readonly string[]>;
  /** Where the role is made. */
  readonly mainRegion: string;
  /** Regions of new accounts. */
  readonly regions: readonly string[];
  /** The account that seeds the targets; null: none. */
  readonly pilot: string | null;
  readonly cells: readonly HandOverCell[];
  /** Accounts whose role is dhmc's, where cells are handed over: the set's role cannot be made there, and need not be. */
  readonly ownRoles: ReadonlySet<string>;
  /** The set's own value of the setting. */
  readonly value: string;
  /** As given, `5` or `10%`; null: the defaults. */
  readonly failureTolerance: string | null;
  readonly maxConcurrent: string | null;
}

export interface CreateSetStep {
  readonly kind: 'create-set';
  readonly set: string;
  readonly of: 'role' | 'setting';
  /** Names of the sets that come first in new accounts. */
  readonly dependsOn: readonly string[];
}

/**
 * Why instances are created: to seed the targets, to hand cells over, to try again, or to have targets at all; or that they
 * are taken out, where nothing of them is in the accounts.
 */
export type DeployReason = 'pilot' | 'pilot-cell' | 'wave' | 'retry' | 'targets' | 'take-out';

export interface DeployStep extends DeploymentTargets {
  readonly kind: 'deploy';
  readonly set: string;
  readonly of: 'role' | 'setting';
  readonly why: DeployReason;
  /** The wave's number, from 1; null without waves. */
  readonly wave: number | null;
  readonly regions: readonly string[];
  /** The value of the setting, where it is another than the set's own. */
  readonly value: string | null;
  readonly preferences: OperationPreferences;
  /** Whether every cell is as a run of dhmc left it. */
  readonly takesOver: boolean;
  /** The stack instances that it makes, or takes out. */
  readonly cells: readonly { readonly account: string; readonly region: string }[];
}

export type DeploymentStep = CreateSetStep | DeployStep;

/** CloudFormation's name of the step's call. */
export const callOf = (
  step: DeploymentStep,
): 'CreateStackSet' | 'CreateStackInstances' | 'DeleteStackInstances' =>
  step.kind === 'create-set'
    ? 'CreateStackSet'
    : step.why === 'take-out'
      ? 'DeleteStackInstances'
      : 'CreateStackInstances';

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Parts of a list, of so many entries at most; an empty list has none. */
export function chunked<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += most) parts.push(list.slice(at, at + most));
  return parts;
}

/** A set of the deployment, with its regions. */
export interface SetPart {
  readonly name: string;
  readonly of: 'role' | 'setting';
  readonly regions: readonly string[];
}

/** A call that creates or deletes instances of a set. */
export function stepOf(
  input: DeploymentInput,
  { name, of }: SetPart,
  {
    tolerance,
    ...given
  }: Omit<DeployStep, 'kind' | 'set' | 'of' | 'preferences'> & { readonly tolerance: string },
): DeployStep {
  return {
    kind: 'deploy',
    set: name,
    of,
    ...given,
    preferences: {
      regions: of === 'role' ? 'one after another' : 'at once',
      maxConcurrent: input.maxConcurrent ?? '100%',
      failureTolerance: tolerance,
    },
  };
}

interface Group {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly value: string;
}

/** Cells by what one call can say: the accounts with the same regions and the same value. */
export function groupsOf(cells: readonly HandOverCell[]): readonly Group[] {
  const byAccount = new Map<
    string,
    { readonly account: string; readonly value: string; readonly regions: string[] }
  >();
  for (const { account, region, value } of cells) {
    const key = `${account} ${value}`;
    const entry = byAccount.get(key);
    if (entry === undefined) byAccount.set(key, { account, value, regions: [region] });
    else entry.regions.push(region);
  }
  const groups = new Map<
    string,
    { accounts: string[]; regions: readonly string[]; value: string }
  >();
  for (const { account, value, regions } of byAccount.values()) {
    const sorted = regions.toSorted(byText);
    const key = `${value} ${sorted.join()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { accounts: [account], regions: sorted, value });
    else group.accounts.push(account);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    accounts: group.accounts.toSorted(byText),
  }));
}

/** The calls for a group: as many as its units need. */
export function inUnits(
  input: DeploymentInput,
  part: SetPart,
  { accounts, regions, value }: Group,
  how: Pick<DeployStep, 'why' | 'wave' | 'takesOver'> & { readonly tolerance: string },
): readonly DeployStep[] {
  const chunks = chunked(input.units, maxUnits);
  /** The call that is to make an account's instances: the only one where its units are unknown. */
  const chunkOf = (account: string): number => {
    const units = input.unitsOf.get(account);
    return units === undefined
      ? 0
      : chunks.findIndex((some) => units.some((unit) => some.includes(unit)));
  };
  return chunks.flatMap((units, index) => {
    const here = accounts.filter((account) => chunkOf(account) === index);
    if (here.length === 0) return [];
    return [
      stepOf(input, part, {
        ...how,
        units,
        accounts: here,
        accountFilter: 'INTERSECTION',
        regions,
        value: part.of === 'role' || value === input.value ? null : value,
        cells: here.flatMap((account) => regions.map((region) => ({ account, region }))),
      }),
    ];
  });
}
