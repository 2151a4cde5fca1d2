/** Texts that the formats of an advice report share. */
import { agentActions } from '../../core/advice/rights/agent-rights.ts';
import { aboutReason } from '../../core/advice/rules.ts';
import type {
  AdviceReason,
  AdviceReport,
  AdviceVerdict,
  Blocker,
  DhmcRoleAudit,
  RoleAdvice,
} from '../../core/advice/model.ts';
import { adviceVerdicts } from '../../core/advice/model.ts';
import type { BlockerGroup } from '../../core/advice/summary.ts';
import { firstOf, number, plural } from '../../core/model/counted.ts';
import type { InstanceChoice } from './format.ts';

export { number, plural };

export const verdictWords: Readonly<Record<AdviceVerdict, string>> = {
  safe: 'the rights can be removed now',
  likely: 'probably safe: try one instance first',
  'not-yet': 'something has to be done first',
  keep: 'leave the role as it is',
  unknown: 'a policy could not be read, or a condition could not be evaluated',
};

/** Actions as parts of a sentence; the full set of the agent's rights becomes one phrase. */
export const actionsText = (actions: readonly string[]): readonly string[] =>
  agentActions.every((action) => actions.includes(action))
    ? [
        `all ${agentActions.length} rights of AmazonSSMManagedEC2InstanceDefaultPolicy`,
        ...actions.filter((action) => !agentActions.includes(action)),
      ]
    : actions;

/** What most of the roles wait for, as a sentence; empty if none waits. */
export function maxWaitFor([first]: readonly BlockerGroup[]): string {
  if (first === undefined) return '';
  const { reason, roles, instances } = first;
  const held = instances > 0 ? ` with ${plural(instances, 'instance')}` : '';
  return `the most frequent reason is ${reason}, for ${plural(roles, 'role')}${held}`;
}

/** The result of the report in one line. */
export function headline({ summary }: AdviceReport): string {
  if (summary.roles === 0) return 'no instance profile has a role with Systems Manager rights';
  const parts = adviceVerdicts
    .filter((verdict) => summary.verdicts[verdict] > 0)
    .map((verdict) => `${number(summary.verdicts[verdict])} ${verdict}`);
  return `${plural(summary.roles, 'role')}: ${parts.join(', ')}`;
}

export const aboutOf = (reason: AdviceReason): string => aboutReason[reason];

/** A DHMC role in the form of the JSON report. */
export const auditRow = ({ account, arn, missing, beyond }: DhmcRoleAudit) => ({
  account,
  arn,
  missing,
  beyond,
});

/** What makes a DHMC role dangerous, as a sentence; empty if nothing does. */
export const dangerText = (dangerous: readonly string[]): string =>
  dangerous.length === 0
    ? ''
    : ` On every resource, ${dangerous.join(', ')} ${dangerous.length === 1 ? 'is' : 'are'} dangerous: narrow ${dangerous.length === 1 ? 'it' : 'them'}.`;

const someIds = 3;

/** The instances of a blocker, limited as chosen; empty if there are none. */
export function idsOf({ instances }: Blocker, choice: InstanceChoice): string {
  if (choice === 'none' || instances.length === 0) return '';
  return firstOf(instances, choice === 'all' ? instances.length : someIds);
}

export const holdsOf = ({ instances }: RoleAdvice): string =>
  `${number(instances.running)} running, ${number(instances.stopped)} stopped`;

/** The gap of a removal in a few words; empty if it is unknown or nothing is removed. */
export const shortGap = (gapMinutes: number | null): string =>
  gapMinutes === null
    ? ''
    : gapMinutes === 0
      ? 'no gap'
      : `gap up to ${gapMinutes <= 60 ? `${gapMinutes} min` : `${gapMinutes / 60} h`}`;

/** The gap of a removal as text; empty if there is none. */
export function gapText(gapMinutes: number | null): string {
  if (gapMinutes === null) return '';
  if (gapMinutes === 0) return 'no gap: the agents use DHMC already';
  return `a gap of up to ${gapMinutes <= 60 ? `${gapMinutes} minutes` : `${gapMinutes / 60} hours`} in which an instance may not be managed, or none if its agent is restarted`;
}
