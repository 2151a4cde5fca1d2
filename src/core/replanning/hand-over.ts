/**
 * The owners of a setting around a run, for a rollback: the one before the run, and a stack set that took over since.
 */
import { keyOf, type RunHistory } from '../record/history.ts';
import type { Owner, PlannedTarget, Setting, TargetKey } from '../model/model.ts';
import { ownerByWriter } from '../owners/owner.ts';
import { writerBy } from '../owners/writer.ts';

/** The target in the run's confirmed plan. */
export const plannedRow = (key: TargetKey, { plans }: RunHistory): PlannedTarget | undefined =>
  plans.get(key.account)?.targets.find((target) => keyOf(target) === keyOf(key));

/**
 * The stack set that took over a setting since the run; null if there is none. Only for a setting that neither has its
 * former value nor was given back as the run left it. The stack set took over if it did not own the setting before the
 * run, or if it wrote the setting last, which was then after the run had begun its change.
 */
export function takerSince(
  owner: Owner | null,
  setting: Pick<Setting, 'modifiedBy'>,
  before: Pick<PlannedTarget, 'owner'> | undefined,
): string | null {
  const writer = writerBy(setting.modifiedBy);
  if (owner?.kind === 'stackset' && before?.owner?.kind !== 'stackset') return owner.name;
  if (writer?.kind !== 'stackset') return null;
  return owner?.kind === 'stackset' ? owner.name : writer.name;
}

/** The owner of a setting that gets its former value back. */
export const formerOwner = (
  former: string,
  before: Pick<PlannedTarget, 'owner' | 'modifiedBy'> | undefined,
): Owner | null =>
  before?.owner ?? ownerByWriter({ value: former, modifiedBy: before?.modifiedBy ?? null });
