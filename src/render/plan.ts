/** What a plan will do, in sentences, for every format that people read. */
import type { Report } from '../core/model/model.ts';
import { describeDeeds } from '../core/record/deeds.ts';

/** Empty where the report is not of a plan, or nothing is to change. Names are as AWS has them: escape them. */
export const planSentences = ({ action, dryRun, targets }: Report): readonly string[] =>
  action === 'status' || !dryRun
    ? []
    : describeDeeds(targets.filter(({ verdict }) => verdict === 'would-change'));
