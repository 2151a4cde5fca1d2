/** Whether a setting that names another role may be replaced. */
import { isReserved } from '../iam/role-names.ts';
import type { RunSettings } from '../record/events.ts';
import type { Owner, Problem, Setting, SettingState } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';
import { namesAnother, namesReserved } from '../problems/problems.ts';
import { otherRoleOf, stateOfValue, type Subject } from './states.ts';

/** Why the setting may not be taken over; null if `--overwrite` allows it. */
export function objectionToTakeOver(
  cell: {
    readonly value: string;
    readonly setting: Setting;
    readonly state: SettingState;
    readonly owner: Owner | null;
  },
  { overwrite }: Pick<RunSettings, 'overwrite'>,
  ourRole: Subject['role'],
  others: AccountReadings['others'],
): Problem | null {
  const { value, setting, state, owner } = cell;
  if (isReserved(value)) return namesReserved(setting);
  const shown = stateOfValue(value, ourRole);
  const kind = state === 'broken' ? 'broken' : shown === 'quick-setup' ? 'quick-setup' : 'foreign';
  if (overwrite.includes(kind)) return null;
  if (owner?.kind === 'stackset' && overwrite.includes('stackset')) return null;
  const other = others.get(otherRoleOf({ known: true, value: setting }, ourRole) ?? '');
  const isMissing = other?.known === true && other.value === null;
  return namesAnother(setting, { state, kind, isMissing });
}
