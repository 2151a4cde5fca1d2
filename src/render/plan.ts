/** What a plan will do, or a run did, as sentences, for every format that people read. */
import type { Deed, Report, TargetKind } from '../core/model/model.ts';
import { describeDeeds, describeOutcome } from '../core/record/deeds.ts';
import { leftUnchanged, type LeftUnchanged } from './left-unchanged.ts';
import { planWaves, type PlanWave } from './plan-waves.ts';

export interface PlanSentence {
  readonly deed: Deed;
  readonly kind: TargetKind;
  /** Contains names from AWS: escape it. */
  readonly text: string;
}

/** A plan as text: what will be done, with names; for a run, the result of each deed. */
export interface PlanText {
  readonly title: 'Plan' | 'Outcome';
  readonly sentences: readonly PlanSentence[];
  /** What a plan does not do, and in which accounts. Escape it too. */
  readonly leftUnchanged: readonly LeftUnchanged[];
  /** The waves of a plan, if it has any. Escape their text too. */
  readonly waves: readonly PlanWave[];
  /** Replaces the sentences of a plan that changes nothing; empty otherwise. */
  readonly nothing: '' | 'No changes.';
}

/** Has no sentences for a status report, or if nothing was planned. */
export function planText({ action, dryRun, plan, accounts, targets }: Report): PlanText {
  if (action === 'status')
    return { title: 'Plan', sentences: [], leftUnchanged: [], waves: [], nothing: '' };
  const changes = targets.filter(({ verdict }) => verdict === 'would-change');
  return dryRun
    ? {
        title: 'Plan',
        sentences: describeDeeds(changes),
        leftUnchanged: leftUnchanged({ action, accounts, targets }),
        waves: planWaves({ accounts, targets }),
        nothing: changes.length === 0 ? 'No changes.' : '',
      }
    : {
        title: 'Outcome',
        leftUnchanged: [],
        waves: [],
        nothing: '',
        sentences: plan.map((count) => ({
          deed: count.deed,
          kind: count.kind,
          text: describeOutcome(count, targets),
        })),
      };
}
