/** Notes of a plan as lines for people: what is said of many targets is said once, with where. */
import type { AccountRow } from '../../core/model/model.ts';
import type { Note } from '../../core/record/report.ts';
import { widthOf } from '../../render/text-width.ts';
import { normalizedMessage } from '../../render/normalized-message.ts';

const mostRegions = 4;
const mostAccounts = 5;

interface Group {
  readonly texts: Set<string>;
  readonly general: string;
  /** Regions by account; none: the account's role or grant. */
  readonly places: Map<string, string[]>;
}

/** One line for each thing that there is to say. Names and texts are strangers' still. */
export function groupNotes(
  notes: readonly Note[],
  accounts: readonly AccountRow[],
): readonly string[] {
  const names = new Map(accounts.map(({ id, name }) => [id, name]));
  const groups = new Map<string, Group>();
  for (const { account, region, text } of notes) {
    const key = normalizedMessage(text, account);
    const group: Group = groups.get(key) ?? { texts: new Set(), general: key, places: new Map() };
    groups.set(key, group);
    group.texts.add(text);
    const regions = group.places.get(account) ?? [];
    group.places.set(account, regions);
    if (region !== null) regions.push(region);
  }
  return [...groups.values()].map((group) => {
    const places = [...group.places].map(
      ([id, regions]) => `${[id, names.get(id)].filter(Boolean).join(' ')}${inRegions(regions)}`,
    );
    const left = places.length - mostAccounts;
    const more = left > 0 ? ` and ${String(left)} ${left === 1 ? 'account' : 'accounts'} more` : '';
    return `${places.slice(0, mostAccounts).join(', ')}${more}: ${textOf(group)}`;
  });
}

const inRegions = (regions: readonly string[]): string =>
  regions.length === 0
    ? ''
    : regions.length > mostRegions
      ? ` (${String(regions.length)} regions)`
      : ` (${regions.join(', ')})`;

const time = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The text itself, or what the texts have in common, with the span of their times. */
function textOf({ texts, general: common }: Group): string {
  const [only = ''] = texts;
  if (texts.size === 1) return only;
  const times = [...texts].flatMap((text) => text.match(time) ?? []).sort();
  const [first, last] = [times[0] ?? '', times.at(-1) ?? ''];
  return common.replaceAll('<time>', first === last ? first : `${first} to ${last}`);
}

/** Lines that are broken at blanks alone: a word that is too long for a line is not cut. */
export function wrapHanging(text: string, columns: number, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) < columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `${indent}${word}`);
  }
  return lines.join('\n');
}
