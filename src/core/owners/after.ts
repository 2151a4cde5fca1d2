/** The owner of a setting after a change. */
import type { Owner, Target, TargetValue, Verdict } from '../model/model.ts';
import { asText } from '../model/values.ts';
import { ownerBy, ownerByWriter } from './owner.ts';

/** The owner of a planned target after its change ended. `run` is the run that changed it. */
export function ownerAfterChange(
  row: Pick<Target, 'kind' | 'from' | 'to' | 'modifiedBy' | 'owner'> & {
    readonly ownerAfter?: Owner | undefined;
  },
  ended: {
    readonly verdict: Verdict;
    readonly value: TargetValue;
    readonly modifiedBy: string | null;
  },
  run: string | null,
): Owner | null {
  const owner = row.owner ?? null;
  if (row.kind !== 'setting') return null;
  const to = asText(row.to);
  if (ended.verdict !== 'changed') {
    const value = asText(ended.value);
    const isSame = value === asText(row.from) && ended.modifiedBy === row.modifiedBy;
    // If the value or the writer differs, someone else wrote the setting first.
    return isSame || (value === null && ended.modifiedBy === null)
      ? owner
      : ownerByWriter({ value, modifiedBy: ended.modifiedBy });
  }
  // The setting's state changed with its role; the setting itself was not written.
  if (to === asText(row.from)) return owner;
  if (to === null) return null;
  // dhmc is the last writer now, so only the journal shows the owner.
  return ownerBy(row.ownerAfter ?? { kind: 'dhmc', name: run ?? 'dhmc' }, 'journal');
}
