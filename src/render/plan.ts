/** What a plan will do, or a run did, in sentences, for every format that people read. */
import type { Deed, Report, TargetKind } from '../core/model/model.ts';
import { describeDeeds, describeOutcome } from '../core/record/deeds.ts';
import { leftUnchanged, type LeftUnchanged } from './left-unchanged.ts';
import { planWaves, type PlanWave } from './plan-waves.ts';

export interface PlanSentence {
  readonly deed: Deed;
  readonly kind: TargetKind;
  /** Names are as AWS has them: escape them. */
  readonly text: string;
}

/** A plan in words: what will be done, with names; of a run, what became of each deed. */
export interface PlanText {
  readonly title: 'Plan' | 'Outcome';
  readonly sentences: readonly PlanSentence[];
  /** What a plan does not do, and in which accounts. Escape it as well. */
  readonly leftUnchanged: readonly LeftUnchanged[];
  /** Of a plan, where it has waves. Escape their text as well. */
  readonly waves: readonly PlanWave[];
  /** Said in place of the sentences of a plan that changes nothing; empty otherwise. */
  readonly nothing: '' | 'No changes.';
}

/** No sentences where the report is a status, or nothing was planned. */
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
