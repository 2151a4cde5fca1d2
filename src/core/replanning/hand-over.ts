/** What a rollback must know about owners: who owned a setting before the run, and who has taken it over since. */
import { keyOf, type RunHistory } from '../record/history.ts';
import type { Owner, PlannedTarget, Setting, TargetKey } from '../model/model.ts';
import { ownerByWriter } from '../owners/owner.ts';
import { writerBy } from '../owners/writer.ts';

/** The row of the plan that the run confirmed. */
export const plannedRow = (key: TargetKey, { plans }: RunHistory): PlannedTarget | undefined =>
  plans.get(key.account)?.targets.find((target) => keyOf(target) === keyOf(key));

/**
 * The stack set that has taken over, since the run, a setting that does not hold its former value, and was not given back
 * as it was; null: none has. It was
 * not the stack set's before, or the stack set wrote it last, and so after the run had begun to change it.
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

/** Whose a setting is that gets its former value back. */
export const formerOwner = (
  former: string,
  before: Pick<PlannedTarget, 'owner' | 'modifiedBy'> | undefined,
): Owner | null =>
  before?.owner ?? ownerByWriter({ value: former, modifiedBy: before?.modifiedBy ?? null });
