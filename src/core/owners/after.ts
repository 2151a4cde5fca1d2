/** The owner of a setting after a change. */
import type { Owner, Target, TargetValue, Verdict } from '../model/model.ts';
import { asText } from '../model/values.ts';
import { ownerByWriter } from './owner.ts';

/** Of a row that was to change, from what came of it; `run` names the run that changed it. */
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
    // Somebody else was first.
    return isSame || (value === null && ended.modifiedBy === null)
      ? owner
      : ownerByWriter({ value, modifiedBy: ended.modifiedBy });
  }
  // It came to another state with its role, and was not written itself.
  if (to === asText(row.from)) return owner;
  if (to === null) return null;
  // The last writer is dhmc now: whose it is, only the journal says.
  const { kind, name } = row.ownerAfter ?? { kind: 'dhmc', name: run ?? 'dhmc' };
  return { kind, name, evidence: 'journal' };
}
