/** The doctor's findings for one account. */
import type { AccountPlan, PlannedTarget } from '../model/model.ts';
import type { AccountReadings } from '../model/readings.ts';
import { unreadCells } from '../planning/planned-targets.ts';
import { planEnable, type PlannerOptions } from '../planning/enable.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import { neededFor, neededWhereUnread } from './needed.ts';
import { onControlPolicies, onPermissions } from './call-findings.ts';
import { onQuickSetup } from './quick-setup.ts';
import type { AccountExamined, AccountInside, DoctorReadings } from './readings.ts';
import { plural } from '../model/counted.ts';
import { noteCase, noteText } from '../problems/notes.ts';
import { caseOf, sharedHint, type Case } from '../problems/alike.ts';

export function findingsOnAccount(
  examined: AccountExamined,
  readings: DoctorReadings,
  planner: PlannerOptions,
): readonly Finding[] {
  const { account, inside } = examined;
  if (!inside.known) {
    return [
      ofProblem('entry', 'error', account.id, inside.problem, {
        why: 'An account that cannot be entered is blocked: nothing is read or changed there.',
      }),
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
      isCaller ? "Reached with the caller's own credentials." : 'Entered with {principal}.',
      { principal: inside.value.principal },
    ),
    ...onRegions(account.id, inside.value),
    ...onRole(account.id, plan),
    ...onPermissions(examined, inside.value, needed).map(({ finding }) => finding),
    ...onControlPolicies(
      { ...examined, needs: [...needed, ...neededWhereUnread(plan, examined.needs)] },
      inside.value.principalArn,
      { unread: inside.value.readings.cells.some(({ setting }) => !setting.known) },
    ).map(({ finding }) => finding),
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
      ofProblem('regions', assumedRegions ? 'warning' : 'error', account, regions.problem, { why }),
    );
  }
  findings.push(...unreadRegions(account, readings));
  if (findings.length > 0 || cells.length === 0) return findings;
  return [
    fine('regions', account, 'The setting can be read in {regions}.', {
      regions: plural(cells.length, 'region'),
    }),
  ];
}

/** Regions whose setting could not be read for the same cause, with the same consequence. */
interface UnreadRegions {
  readonly level: 'warning' | 'error';
  readonly why: string;
  readonly cases: (Case & { readonly region: string })[];
}

function unreadRegions(account: string, readings: AccountReadings): readonly Finding[] {
  const groups = new Map<string, UnreadRegions>();
  const rows = unreadCells(readings);
  for (const { region, named, setting } of readings.cells) {
    if (setting.known) continue;
    const { problem } = setting;
    const isSkipped = rows.get(region)?.verdict === 'skipped';
    const key = `${isSkipped ? 'skipped' : 'blocked'} ${caseOf(problem, account)}`;
    const group = groups.get(key) ?? {
      level: isSkipped ? 'warning' : 'error',
      why: whyUnread({ isSkipped, named }),
      cases: [],
    };
    group.cases.push({ account, region, problem });
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ level, why, cases }) => {
    const [first] = cases;
    if (first === undefined) return [];
    const problem = { ...first.problem, hint: sharedHint(cases) };
    return ofProblem('regions', level, account, problem, {
      message: 'The setting could not be read in {regions}: {said}',
      why,
      facts: { regions: cases.map(({ region }) => region).join(', ') },
    });
  });
}

function whyUnread({
  isSkipped,
  named,
}: {
  readonly isSkipped: boolean;
  readonly named: boolean;
}): string {
  if (!isSkipped) return 'What cannot be read is blocked, and not changed.';
  return named
    ? 'These regions are skipped.'
    : 'These regions are skipped, because they were not named with --region.';
}

/** Whether the role and its policy can be used, according to the plan of an `enable`. */
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
        problem === null ? [] : [[caseOf(problem, account), { verdict, problem }] as const],
      ),
    );
    return [...problems.values()].map(({ verdict, problem }) =>
      ofProblem('role', verdict === 'blocked' ? 'error' : 'warning', account, problem, { why }),
    );
  }
  const warnings = warningsOfRole(account, role);
  if (warnings.length > 0) return warnings;
  const found = {
    whole:
      grant?.state === 'absent'
        ? 'The DHMC role exists, but its policy is not attached: enable attaches it.'
        : 'The DHMC role exists and is whole.',
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

function warningsOfRole(
  account: string,
  { problem, notes }: Pick<PlannedTarget, 'problem' | 'notes'>,
): readonly Finding[] {
  const why = 'Every instance that DHMC manages can obtain the rights of the role.';
  const hint =
    'Check whether instances should have these rights, or name another role with --dhmc-role.';
  return [
    ...(problem === null ? [] : [ofProblem('role', 'warning', account, problem, { why })]),
    ...notes.map((note) =>
      troubled('role', 'warning', account, {
        message: '{said}',
        why,
        hint,
        facts: { said: noteText(note) },
        about: noteCase(note, account),
      }),
    ),
  ];
}
