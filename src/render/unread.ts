/** What could not be read, for coverage and advice: each problem once, with its accounts and regions. */
import { number } from '../core/model/counted.ts';
import type { AccountRow } from '../core/model/model.ts';
import { caseOf, sharedHint, type Case } from '../core/problems/alike.ts';
import { append } from './targets.ts';

export interface UnreadGroup {
  /** The code, and the message or an example of it. */
  readonly text: string;
  readonly hint: string;
  /** Each account with its regions. */
  readonly places: readonly string[];
}

const maxRegions = 6;

function placeOf(name: string, found: readonly Case[]): string {
  const regions = found.flatMap(({ region }) => region ?? []);
  if (regions.length === 0) return name;
  return regions.length > maxRegions
    ? `${name}: ${number(regions.length)} regions (${regions.slice(0, 3).join(', ')}, …)`
    : `${name}: ${regions.join(', ')}`;
}

/** Groups problems that differ only in account and region; those that concern the most places come first. */
export function groupUnread(
  unread: readonly Case[],
  accounts: readonly Pick<AccountRow, 'id' | 'name'>[],
): readonly UnreadGroup[] {
  const names = new Map(accounts.map(({ id, name }) => [id, `${name} ${id}`.trim()]));
  const groups = new Map<string, Case[]>();
  for (const one of unread) append(groups, caseOf(one.problem, one.account), one);
  return [...groups.values()]
    .sort((one, other) => other.length - one.length)
    .flatMap((members): readonly UnreadGroup[] => {
      const [first] = members;
      if (first === undefined) return [];
      const { code, message } = first.problem;
      const varies = members.some(({ problem }) => problem.message !== message);
      const byAccount = new Map<string, Case[]>();
      for (const member of members) append(byAccount, member.account, member);
      return [
        {
          text: `${code}: ${varies ? 'For example: ' : ''}${message}`,
          hint: sharedHint(members),
          places: [...byAccount].map(([id, found]) => placeOf(names.get(id) ?? id, found)),
        },
      ];
    });
}
