/** What the doctor finds in one account. */
import type { AccountPlan, Problem, Verdict } from '../model/model.ts';
import { unreadCells } from '../planning/planned-targets.ts';
import { planEnable, type PlannerOptions } from '../planning/enable.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import { neededFor } from './needed.ts';
import { onControlPolicies, onPermissions } from './call-findings.ts';
import { onQuickSetup } from './quick-setup.ts';
import type { AccountExamined, AccountInside, DoctorReadings } from './readings.ts';
import { plural } from '../model/counted.ts';
import { noteText } from '../planning/notes.ts';

export function findingsOnAccount(
  examined: AccountExamined,
  readings: DoctorReadings,
  planner: PlannerOptions,
): readonly Finding[] {
  const { account, inside } = examined;
  if (!inside.known) {
    return [
      ofProblem(
        'entry',
        'error',
        account.id,
        inside.problem,
        'An account that cannot be entered is blocked: nothing is read or changed there.',
      ),
      ...onControlPolicies(examined, null).map(({ finding }) => finding),
    ];
  }
  const plan = planEnable(inside.value.readings, planner);
  const needed = neededFor(plan, examined.needs);
  const isCaller = readings.caller.known && readings.caller.value.caller.account === account.id;
  return [
    fine(
      'entry',
      account.id,
      isCaller
        ? "Reached with the caller's own credentials."
        : `Entered with ${inside.value.principal}.`,
    ),
    ...onRegions(account.id, inside.value),
    ...onRole(account.id, plan),
    ...onPermissions(examined, inside.value, needed).map(({ finding }) => finding),
    ...onControlPolicies({ ...examined, needs: needed }, inside.value.principalArn).map(
      ({ finding }) => finding,
    ),
    ...onQuickSetup(account.id, inside.value),
  ];
}

function onRegions(account: string, { readings }: AccountInside): readonly Finding[] {
  const { regions, assumedRegions, cells } = readings;
  const findings: Finding[] = [];
  if (!regions.known) {
    const why = assumedRegions
      ? "Without the list of enabled regions, the partition's default regions are tried, and regions that the account opted in to are not seen."
      : 'Without the list of enabled regions, only those named with --region are tried.';
    findings.push(
      ofProblem('regions', assumedRegions ? 'warning' : 'error', account, regions.problem, why),
    );
  }
  const unread = new Map<
    string,
    {
      readonly problem: Problem;
      readonly verdict: Verdict;
      readonly named: boolean;
      readonly regions: string[];
    }
  >();
  const rows = unreadCells(readings);
  for (const { region, named, setting } of cells) {
    if (setting.known) continue;
    const verdict = rows.get(region)?.verdict ?? 'blocked';
    const key = `${setting.problem.code} ${verdict}`;
    const group = unread.get(key) ?? { problem: setting.problem, verdict, named, regions: [] };
    group.regions.push(region);
    unread.set(key, group);
  }
  for (const { problem, verdict, named, regions: unreadRegions } of unread.values()) {
    const isSkipped = verdict === 'skipped';
    findings.push(
      troubled('regions', isSkipped ? 'warning' : 'error', account, {
        message: `The setting could not be read in ${unreadRegions.join(', ')}: ${problem.message}`,
        why: isSkipped
          ? named
            ? 'These regions are skipped.'
            : 'These regions are skipped, since they came by default.'
          : 'What cannot be read is blocked, and not changed.',
        hint: problem.hint,
      }),
    );
  }
  if (findings.length > 0 || cells.length === 0) return findings;
  return [
    fine('regions', account, `The setting can be read in ${plural(cells.length, 'region')}.`),
  ];
}

/** Whether the role and its policy can be used, as the plan of an enable finds them. */
function onRole(account: string, plan: AccountPlan): readonly Finding[] {
  const [role, grant] = plan.targets;
  if (role === undefined) return [];
  const why = 'Where the role cannot be used, no setting of the account is changed.';
  const blocked = [role, ...(grant === undefined ? [] : [grant])].filter(
    ({ kind, verdict }) => kind !== 'setting' && (verdict === 'blocked' || verdict === 'conflict'),
  );
  if (blocked.length > 0) {
    const problems = new Map(
      blocked.flatMap(({ verdict, problem }) =>
        problem === null ? [] : [[problem.message, { verdict, problem }] as const],
      ),
    );
    return [...problems.values()].map(({ verdict, problem }) =>
      ofProblem('role', verdict === 'blocked' ? 'error' : 'warning', account, problem, why),
    );
  }
  const warnings = role.problem === null ? [] : [role.problem.message];
  const told = [...warnings, ...role.notes.map(noteText)];
  if (told.length > 0) {
    return told.map((message) =>
      troubled('role', 'warning', account, {
        message,
        why: 'Every instance that DHMC manages can obtain the rights of the role.',
        hint:
          role.problem?.hint ??
          'Check whether instances should have these rights, or name another role with --dhmc-role.',
      }),
    );
  }
  const found = {
    whole: 'The DHMC role exists and is whole.',
    absent: 'There is no DHMC role yet: enable creates it.',
    broken: 'The DHMC role does not trust Systems Manager: enable repairs its trust policy.',
  } as const;
  return [
    fine(
      'role',
      account,
      role.state === 'whole' || role.state === 'absent' || role.state === 'broken'
        ? found[role.state]
        : '',
    ),
  ];
}
