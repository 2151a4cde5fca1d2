/** The calls of a deployment, and the grouping of cells into calls. */
import {
  maxUnits,
  type DeploymentTargets,
  type FoundSet,
  type HandOverCell,
  type OperationPreferences,
} from './stack-sets.ts';

export interface DeploymentInput {
  /** The prefix of the sets' names. */
  readonly prefix: string;
  /** dhmc's existing sets, by name. */
  readonly found: ReadonlyMap<string, FoundSet>;
  /** Ids of the roots and organizational units in which new accounts will be covered. */
  readonly units: readonly string[];
  /** Ids of all existing accounts under these units. */
  readonly accounts: readonly string[];
  /** The active ones of `accounts`. */
  readonly active: ReadonlySet<string>;
  /** The units above each account; an account that is not in the map may be under any of them. */
  readonly unitsOf: ReadonlyMap<string, readonly string[]>;
  /** The region in which the role is created. */
  readonly mainRegion: string;
  /** The regions for new accounts. */
  readonly regions: readonly string[];
  /** The account that seeds the targets, or null. */
  readonly pilot: string | null;
  readonly cells: readonly HandOverCell[];
  /** Accounts with transferred cells and dhmc's role: the set's role cannot be created there, and is not needed. */
  readonly ownRoles: ReadonlySet<string>;
  /** The set's default value of the setting. */
  readonly value: string;
  /** The text of the options, `5` or `10%`; null for the defaults. */
  readonly failureTolerance: string | null;
  readonly maxConcurrent: string | null;
}

export interface CreateSetStep {
  readonly kind: 'create-set';
  readonly set: string;
  readonly of: 'role' | 'setting';
  /** Names of the sets that are deployed first in new accounts. */
  readonly dependsOn: readonly string[];
}

/**
 * Why a call creates stack instances: to seed the targets, to transfer cells, to retry, or only to make units targets.
 * Or why it deletes them: `take-out` removes instances without a stack in their account.
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
  /** The value of the setting, if it differs from the set's default; else null. */
  readonly value: string | null;
  readonly preferences: OperationPreferences;
  /** Whether every cell is still as a run of dhmc left it. */
  readonly takesOver: boolean;
  /** The stack instances that it creates or deletes. */
  readonly cells: readonly { readonly account: string; readonly region: string }[];
}

export type DeploymentStep = CreateSetStep | DeployStep;

/** The CloudFormation call of the step. */
export const callOf = (
  step: DeploymentStep,
): 'CreateStackSet' | 'CreateStackInstances' | 'DeleteStackInstances' =>
  step.kind === 'create-set'
    ? 'CreateStackSet'
    : step.why === 'take-out'
      ? 'DeleteStackInstances'
      : 'CreateStackInstances';

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Splits a list into parts of at most `most` entries; an empty list gives no parts. */
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

/** A call that creates or deletes stack instances of a set. */
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

/** Groups cells for calls: one call takes accounts with the same regions and the same value. */
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

/** The calls for a group, as many as its units require. */
export function inUnits(
  input: DeploymentInput,
  part: SetPart,
  { accounts, regions, value }: Group,
  how: Pick<DeployStep, 'why' | 'wave' | 'takesOver'> & { readonly tolerance: string },
): readonly DeployStep[] {
  const chunks = chunked(input.units, maxUnits);
  /** The index of the call for an account: the first one if the account's units are unknown. */
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
