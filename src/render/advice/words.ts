/** Words that the formats of an advice report share. */
import { aboutReason } from '../../core/advice/rules.ts';
import type {
  AdviceReason,
  AdviceReport,
  AdviceVerdict,
  Blocker,
  RoleAdvice,
} from '../../core/advice/model.ts';
import { adviceVerdicts } from '../../core/advice/model.ts';
import { number, plural } from '../coverage/words.ts';
import type { InstanceChoice } from './format.ts';

export { number, plural };

export const verdictWords: Readonly<Record<AdviceVerdict, string>> = {
  safe: 'the rights can leave now',
  likely: 'probably safe: try one instance first',
  'not-yet': 'something has to be done first',
  keep: 'leave the role as it is',
  unknown: 'not known: a policy or a condition cannot be judged',
};

/** The report in one line. */
export function headline({ summary }: AdviceReport): string {
  if (summary.roles === 0) return 'no role of an instance profile has rights of Systems Manager';
  const parts = adviceVerdicts
    .filter((verdict) => summary.verdicts[verdict] > 0)
    .map((verdict) => `${number(summary.verdicts[verdict])} ${verdict}`);
  return `${plural(summary.roles, 'role')}: ${parts.join(', ')}`;
}

export const aboutOf = (reason: AdviceReason): string => aboutReason[reason];

const someIds = 3;

/** The instances of a blocker, as many as are to be listed; empty for none. */
export function idsOf({ instances }: Blocker, choice: InstanceChoice): string {
  if (choice === 'none' || instances.length === 0) return '';
  if (choice === 'all' || instances.length <= someIds) return instances.join(', ');
  return `${instances.slice(0, someIds).join(', ')} and ${number(instances.length - someIds)} more`;
}

export const holdsOf = ({ instances }: RoleAdvice): string =>
  `${number(instances.running)} running, ${number(instances.stopped)} stopped`;

/** The gap of a removal in words; empty where there is none. */
export function gapText(gapMinutes: number | null): string {
  if (gapMinutes === null) return '';
  if (gapMinutes === 0) return 'no gap: the agents use DHMC already';
  return `a gap of up to ${gapMinutes <= 60 ? `${gapMinutes} minutes` : `${gapMinutes / 60} hours`} in which an instance may not be managed, none where its agent is restarted`;
}
