/** What is known about the owners of settings, apart from what an account itself shows. */
import { lastSegment, managedByTag, namesRole, type RoleName } from '../iam/role-names.ts';
import type { Owner, Role, Setting, TargetKey } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';
import { ownerOf } from './owner.ts';
import { writerBy } from './writer.ts';

export type OwnerName = Pick<Owner, 'kind' | 'name'>;

/** What the journals of a state directory say. */
export interface JournalOwners {
  /** Null if no journal has it, or somebody wrote it since. */
  ownerOf(
    target: TargetKey,
    setting: Pick<Setting, 'value' | 'modifiedBy' | 'modifiedAt'>,
  ): OwnerName | null;
}

export interface OwnerBook {
  readonly journals: JournalOwners;
  /** The stack set of dhmc's own that has a current instance in the cell. */
  readonly stackSetOf: (account: string, region: string) => string | null;
  /** Whether the instances were listed. */
  readonly isListed: boolean;
}

/** Nothing else is known. */
export const emptyBook: OwnerBook = {
  journals: { ownerOf: () => null },
  stackSetOf: () => null,
  isListed: false,
};

/** The role that a setting names, as it was read. */
function roleNamed(value: string, readings: AccountReadings, ours: RoleName): Role | null {
  const reading = namesRole(value, ours)
    ? readings.role
    : readings.others.get(lastSegment(value).toLowerCase());
  return reading?.known === true ? reading.value : null;
}

/** Whose the setting of a region is. */
export function ownerInRegion(
  { region, setting }: { readonly region: string; readonly setting: Setting },
  readings: AccountReadings,
  { ours, book }: { readonly ours: RoleName; readonly book: OwnerBook },
): Owner | null {
  const { value } = setting;
  const account = readings.account.id;
  const target: TargetKey = { kind: 'setting', account, region };
  return ownerOf({
    setting,
    role: value === null ? null : roleNamed(value, readings, ours),
    stackSet: book.stackSetOf(account, region),
    isListed: book.isListed,
    journal: book.journals.ownerOf(target, setting),
  });
}

/** Whether anything in the account hints at a stack set: then it is worth listing which cells its instances are in. */
export const hintsAtStackSet = (readings: AccountReadings): boolean =>
  [readings.role, ...readings.others.values()].some(
    (role) => role.known && role.value?.tags[managedByTag] === 'stackset',
  ) ||
  [...readings.cells, ...readings.outOfScope].some(
    ({ setting }) => setting.known && writerBy(setting.value.modifiedBy)?.kind === 'stackset',
  );
