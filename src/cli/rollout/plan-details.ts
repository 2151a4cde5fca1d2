/**
 * What the user must read before confirming: the changes of roles, trust policies and policies, and the options of a
 * saved plan.
 */
import type { RunSettings } from '../../core/record/events.ts';
import type { Action, Deed, PlannedTarget, TargetValue } from '../../core/model/model.ts';
import { deedOf, deedOrder, nameOf } from '../../core/record/deeds.ts';
import { trustDifference } from '../../core/iam/trust-statements.ts';
import { isToChange, planHasChanges, type Plan } from '../../core/planning/plan.ts';
import { defaultDhmcRole } from '../args/options.ts';
import type { CommandSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';

/** The command-line-only switches that a saved plan or a journal brings along, as they would be typed. */
export const switchesOf = ({
  overwrite,
  allowPrivilegedRole,
  deleteRole,
}: Pick<RunSettings, 'overwrite' | 'allowPrivilegedRole' | 'deleteRole'>): readonly string[] => [
  ...(overwrite.length > 0 ? [`--overwrite=${overwrite.join(',')}`] : []),
  ...(allowPrivilegedRole ? ['--allow-privileged-role'] : []),
  ...(deleteRole ? ['--delete-role'] : []),
];

/** The end of the question if the role is not the default. */
export const roleInQuestion = (dhmcRole: string): string =>
  dhmcRole === defaultDhmcRole ? '' : `, with the DHMC role ${shown(dhmcRole)}`;

const maxAccounts = 10;

/** Lines about a role that is not the default, and about each change of a role or grant with its accounts; deletions last. */
export function describeDetails(plan: Plan, dhmcRole: string): readonly string[] {
  const changes = new Map<string, { readonly deed: Deed; readonly names: string[] }>();
  for (const { account, targets } of plan.accounts)
    for (const target of targets) {
      const change = isToChange(target) ? changeOf(target) : null;
      if (change === null) continue;
      const named = `${shown(account.name)} (${account.id})`;
      const known = changes.get(change);
      if (known === undefined) changes.set(change, { deed: deedOf(target), names: [named] });
      else known.names.push(named);
    }
  const ordered = [...changes].sort(
    ([, one], [, other]) => deedOrder.indexOf(one.deed) - deedOrder.indexOf(other.deed),
  );
  const lines = ordered.map(([change, { deed, names }]) => {
    // All accounts of a deletion are named.
    const most = deed === 'delete' ? names.length : maxAccounts;
    const more = names.length - most;
    const list = names.slice(0, most).join(', ');
    return `${change}, in ${list}${more > 0 ? ` and ${String(more)} more account${more === 1 ? '' : 's'}` : ''}.`;
  });
  return dhmcRole === defaultDhmcRole
    ? lines
    : [`The DHMC role is ${shown(dhmcRole)}, not the default.`, ...lines];
}

const nameIn = (value: TargetValue): string => shown(nameOf(value));

function changeOf({ kind, from, to }: PlannedTarget): string | null {
  if (kind === 'grant') {
    if (typeof to === 'string' && from !== to) return `Attaches ${shown(to)}`;
    return typeof from === 'string' && to === null ? `Detaches ${shown(from)}` : null;
  }
  if (kind === 'setting') return null;
  if (from === null && to !== null && typeof to !== 'string')
    return `Creates the role ${nameIn(to)} with the trust ${shown(statements(to.trust))}`;
  if (from !== null && to === null) return `Deletes the role ${nameIn(from)}`;
  if (from === null || to === null || typeof from === 'string' || typeof to === 'string')
    return null;
  const { added, removed } = trustDifference(from.trust, to.trust);
  const parts = [
    ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removes ${removed.join(', ')}`] : []),
  ];
  return `In the trust of the role ${nameIn(to)}, ${shown(parts.join(' and '))}`;
}

const statements = (trust: string): string => trustDifference('{}', trust).added.join(', ');

/** Prints the lines of `describeDetails`. */
export function showDetails({ settings, messages }: CommandSession, plan: Plan): void {
  for (const line of describeDetails(plan, settings.dhmcRole)) messages.info(line);
}

/** Printed even with --quiet, because the user did not type these switches this time. */
export function warnOfSwitches(
  { settings, messages }: CommandSession,
  plan: Plan,
  action: Action,
): readonly string[] {
  if (action !== 'apply' && action !== 'resume') return [];
  const switches = planHasChanges(plan) ? switchesOf(settings) : [];
  const source = action === 'apply' ? 'The saved plan' : 'The run';
  if (switches.length > 0) messages.warn(`${source} was made with ${switches.join(' ')}.`);
  return switches;
}
