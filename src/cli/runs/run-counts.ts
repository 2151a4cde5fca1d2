/** The result of a run as counts, for the list of runs. */
import { number, plural } from '../../core/model/counted.ts';
import { isStackSetRun } from '../../core/record/events.ts';
import type { RunSummary } from '../../journal/index.ts';

export type Counted = Pick<
  RunSummary,
  'header' | 'verdicts' | 'changes' | 'inForce' | 'open' | 'handedOver' | 'takenBack'
>;

/** The counts of a run, each as text. */
export const runCounts = (run: Counted): readonly string[] =>
  isStackSetRun(run.header)
    ? stackSetCounts(run)
    : [
        changedText(run),
        ...brokenAgain(run),
        ...(run.open > 0 ? [`${number(run.open)} begun (result unknown)`] : []),
        ...troubles(run),
      ];

const stackSetCounts = ({ header, handedOver, takenBack }: Counted): readonly string[] => [
  // A removal also records the cells that it found in stack sets, but it did not hand them over itself.
  ...(header.action === 'stackset-remove'
    ? []
    : [
        header.stackSets?.takeOver === false
          ? `${plural(handedOver, 'cell')} of the pilot set by stack sets`
          : `${plural(handedOver, 'cell')} transferred to stack sets`,
      ]),
  ...(header.action === 'stackset-remove' || takenBack > 0
    ? [`${plural(takenBack, 'cell')} removed from stack sets`]
    : []),
];

/** How many changes the run made, and how many of them a rollback has undone. A later `disable` is not considered. */
function changedText({ changes, inForce }: Counted): string {
  const all = `${number(changes)} changed`;
  if (changes === 0) return all;
  const undone = changes - inForce;
  const rolledBack =
    undone === 0 ? 'none' : inForce === 0 ? 'all' : `${number(undone)} of ${number(changes)}`;
  return `${all} (${rolledBack} rolled back)`;
}

/** Settings that a rollback changed without writing them: it removed what had made them work. */
function brokenAgain({ header, verdicts, changes }: Counted): readonly string[] {
  const count = header.rollsBack === null ? 0 : (verdicts.changed ?? 0) - changes;
  return count > 0 ? [`${plural(count, 'setting')} broken again`] : [];
}

const troubles = ({ verdicts, open }: Counted): readonly string[] =>
  (['failed', 'blocked', 'conflict', 'not-attempted'] as const).flatMap((verdict) => {
    const count = (verdicts[verdict] ?? 0) - (verdict === 'not-attempted' ? open : 0);
    return count > 0 ? [`${number(count)} ${verdict}`] : [];
  });
