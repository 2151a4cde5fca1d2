/** Settings that stack sets took over from dhmc and gave back: whether they are as a run left them, by the journals alone. */
import type { TargetKey } from '../model/model.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import { keyOf, type RunHistory, type TakeOver } from './history.ts';
import type { Entry, Now } from './ownership.ts';

const covers = ({ accounts, regions }: TakeOver, { account, region }: TargetKey): boolean =>
  accounts.has(account) && region !== null && regions.has(region);

/**
 * Whether a setting holds what the run made of it, though a stack set wrote it last: the set took it over as the run had
 * left it, gave it back with the same value, and nobody wrote it since. A cell that a set has in another way may have been
 * changed by anybody before. `laterRuns`: oldest first.
 */
export function isAsGivenBack(
  { change }: Entry,
  laterRuns: readonly RunHistory[],
  now: Now,
): boolean {
  const { target, to, order } = change;
  const key = keyOf(target);
  const takeOvers = new Map<string, TakeOver>();
  let found: Now['written'] = null;
  for (const history of laterRuns) {
    for (const takeOver of history.takeOvers) takeOvers.set(takeOver.operation, takeOver);
    const handOver = history.handOvers.get(key);
    if (handOver === undefined || handOver.order < order) continue;
    if (handOver.isGiven) {
      const takeOver = takeOvers.get(handOver.operation ?? '');
      if (takeOver === undefined || !covers(takeOver, target)) return false;
    }
    if (handOver.to === 'dhmc' && !sameTargetValue(handOver.found?.value ?? null, to)) return false;
    found = handOver.to === 'dhmc' ? handOver.found : null;
  }
  return (
    found !== null &&
    found.modifiedAt !== null &&
    sameTargetValue(now.value, to) &&
    found.modifiedAt === now.written?.modifiedAt &&
    found.modifiedBy === now.written.modifiedBy
  );
}
