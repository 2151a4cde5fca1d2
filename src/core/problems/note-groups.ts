/** A plan's notes as lines: a note about many targets is printed once, with its accounts and regions. */
import type { AccountRow, PlanNote, TargetKey } from '../model/model.ts';
import { noteCase, sharedNote } from './notes.ts';

/** A note with its target. */
export interface Note extends TargetKey {
  readonly note: PlanNote;
}

const maxRegions = 4;
const maxAccounts = 5;

interface Group {
  readonly notes: Note[];
  /** Regions by account; the list is empty for the account's role or grant. */
  readonly places: Map<string, string[]>;
}

/** One line for each group of notes. Names and texts are untrusted and not yet escaped. */
export function groupNotes(
  notes: readonly Note[],
  accounts: readonly AccountRow[],
): readonly string[] {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const groups = new Map<string, Group>();
  for (const note of notes) {
    const { account, region } = note;
    const key = noteCase(note.note, account);
    const group: Group = groups.get(key) ?? { notes: [], places: new Map() };
    groups.set(key, group);
    group.notes.push(note);
    const regions = group.places.get(account) ?? [];
    group.places.set(account, regions);
    if (region !== null) regions.push(region);
  }
  return [...groups.values()].map((group) => {
    const places = [...group.places].map(
      ([id, regions]) => `${[id, names.get(id)].filter(Boolean).join(' ')}${inRegions(regions)}`,
    );
    const left = places.length - maxAccounts;
    const more = left > 0 ? ` and ${String(left)} more ${left === 1 ? 'account' : 'accounts'}` : '';
    return `${places.slice(0, maxAccounts).join(', ')}${more}: ${sharedNote(group.notes)}`;
  });
}

const inRegions = (regions: readonly string[]): string =>
  regions.length === 0
    ? ''
    : regions.length > maxRegions
      ? ` (${String(regions.length)} regions)`
      : ` (${regions.join(', ')})`;
