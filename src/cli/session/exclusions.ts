/** Checks `--exclude-region` for regions that dhmc does not know, in commands that make no plan. */
import { collectListedRegions } from '../../core/planning/unknown-regions.ts';
import { UsageError } from '../../core/model/errors.ts';
import type { RunHistory } from '../../core/record/history.ts';
import { isKnownRegion } from '../../core/model/regions.ts';
import { unknown as unread } from '../../core/model/model.ts';
import type { Cloud } from '../../run/cloud.ts';
import { shown } from '../terminal/terminal.ts';
import type { Messages } from './messages.ts';

/**
 * Checks unknown regions against those that the caller's own account lists. Throws `UsageError` for one that is not
 * listed; warns if the list cannot be read. Without an unknown region it makes no call.
 */
export async function requireKnownExclusions(
  cloud: Pick<Cloud, 'caller' | 'enter'>,
  excluded: readonly string[],
  messages: Pick<Messages, 'warn'>,
): Promise<void> {
  if (excluded.every(isKnownRegion)) return;
  const entered = await cloud.enter(cloud.caller.account);
  const listed = collectListedRegions();
  listed.add(entered.known ? await entered.value.regions() : unread(entered.problem));
  for (const note of listed.check([{ option: '--exclude-region', regions: excluded }]))
    messages.warn(shown(note));
}

/** Throws `UsageError` for an unknown region that is not in `there`. */
export function refuseUnknownExclusions(
  excluded: readonly string[],
  there: Iterable<string>,
): void {
  const known = new Set(there);
  const unknown = excluded.find((region) => !isKnownRegion(region) && !known.has(region));
  if (unknown !== undefined)
    throw new UsageError(
      `--exclude-region: "${unknown}" is not a region that dhmc knows, and would have no effect.`,
      'Check its code, or leave it out.',
    );
}

/** The regions of the settings that a run planned. */
export const regionsOfRun = ({ plans }: RunHistory): readonly string[] =>
  [...plans.values()].flatMap(({ targets }) => targets.flatMap(({ region }) => region ?? []));
