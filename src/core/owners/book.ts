/** The evidence about owners of settings that is outside their account: journals and stack sets. */
import { lastSegment, managedByTag, namesRole, type RoleName } from '../iam/role-names.ts';
import type { Owner, Role, Setting, TargetKey } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';
import { ownerOf } from './owner.ts';
import { writerBy } from './writer.ts';

export type OwnerName = Pick<Owner, 'kind' | 'name'>;

/** The owners according to the journals of a state directory. */
export interface JournalOwners {
  /** Null if no journal has the target, or someone wrote it since. */
  ownerOf(
    target: TargetKey,
    setting: Pick<Setting, 'value' | 'modifiedBy' | 'modifiedAt'>,
  ): OwnerName | null;
}

export interface OwnerBook {
  readonly journals: JournalOwners;
  /** The name of dhmc's stack set with a current instance in the cell; null if there is none. */
  readonly stackSetOf: (account: string, region: string) => string | null;
  /** Whether the stack instances were listed. */
  readonly isListed: boolean;
}

export const emptyBook: OwnerBook = {
  journals: { ownerOf: () => null },
  stackSetOf: () => null,
  isListed: false,
};

/** The role that a setting names; null if it is missing or was not read. */
function roleNamed(value: string, readings: AccountReadings, ours: RoleName): Role | null {
  const reading = namesRole(value, ours)
    ? readings.role
    : readings.others.get(lastSegment(value).toLowerCase());
  return reading?.known === true ? reading.value : null;
}

/** The owner of a region's setting. */
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

/** Whether a role or a writer in the account points to a stack set. Only then are stack instances worth listing. */
export const hintsAtStackSet = (readings: AccountReadings): boolean =>
  [readings.role, ...readings.others.values()].some(
    (role) => role.known && role.value?.tags[managedByTag] === 'stackset',
  ) ||
  [...readings.cells, ...readings.outOfScope].some(
    ({ setting }) => setting.known && writerBy(setting.value.modifiedBy)?.kind === 'stackset',
  );
