/** What the doctor finds in one account. */
import type { AccountPlan, Problem, Verdict } from '../model/model.ts';
import { unreadCells } from '../planning/planned-targets.ts';
import { planEnable, type PlannerOptions } from '../planning/enable.ts';
import { judgeLevels, type Denial } from './control-policies.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import { neededFor } from './needed.ts';
import type {
  AccountExamined,
  AccountInside,
  DoctorReadings,
  Need,
  Permission,
} from './readings.ts';

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
      ...onControlPolicies(examined, null),
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
    ...onPermissions(examined, inside.value, needed),
    ...onControlPolicies({ ...examined, needs: needed }, inside.value),
    ...onQuickSetup(account.id, inside.value),
  ];
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

function onRegions(account: string, { readings }: AccountInside): readonly Finding[] {
  const { regions, unprovenRegions, cells } = readings;
  const findings: Finding[] = [];
  if (!regions.known) {
    const why = unprovenRegions
      ? "Without the list of enabled regions, the partition's default regions are tried, and regions that the account opted in to are not seen."
      : 'Without the list of enabled regions, only those named with --region are tried.';
    findings.push(
      ofProblem('regions', unprovenRegions ? 'warning' : 'error', account, regions.problem, why),
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
    fine('regions', account, `The setting can be read in ${counted(cells.length, 'region')}.`),
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
  const told = [...warnings, ...role.notes];
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

const notAllowing = (by: NonNullable<Permission['by']>, principal: string): string => {
  switch (by) {
    case 'scp':
      return 'a service control policy of the organization would not allow';
    case 'boundary':
      return `the permissions boundary of ${principal} would not allow`;
    case 'policy':
      return `the permissions of ${principal} do not allow`;
  }
};

const actionsOf = (needs: readonly Pick<Need, 'action'>[]): string =>
  [...new Set(needs.map(({ action }) => action))].join(', ');

/** Documents tell more of service control policies than the simulator, which is asked about one region alone. */
const knowsControlPolicies = ({ levels, needs }: AccountExamined): boolean =>
  levels === null ||
  (levels.known &&
    judgeLevels(levels.value, needs, { principalArn: null }).unreadable.length === 0);

function onPermissions(
  examined: AccountExamined,
  { permissions, principal }: AccountInside,
  needed: readonly Need[],
): readonly Finding[] {
  const account = examined.account.id;
  if (!permissions.known) {
    return [
      ofProblem(
        'permissions',
        'warning',
        account,
        permissions.problem,
        'Whether enable may do what it needs could not be determined in advance.',
      ),
    ];
  }
  const decidedByDocuments = knowsControlPolicies(examined);
  const actions = new Set(
    needed.filter((need) => need.for === 'enable').map(({ action }) => action),
  );
  const findings = (['enable', 'undo'] as const).flatMap((purpose) =>
    (['policy', 'boundary', 'scp'] as const).flatMap((by): readonly Finding[] => {
      const missing = permissions.value.filter(
        (permission) =>
          permission.for === purpose &&
          permission.by === by &&
          (by !== 'scp' || !decidedByDocuments) &&
          (purpose === 'undo' || actions.has(permission.action)),
      );
      if (missing.length === 0) return [];
      const hint = {
        policy: `Allow ${actionsOf(missing)} to ${principal} in account ${account}: dhmc policy member prints the least that is needed.`,
        boundary: `Add ${actionsOf(missing)} to the permissions boundary of ${principal} in account ${account}.`,
        scp: `Let the policy exempt ${principal}, or leave account ${account} out of the scope.`,
      }[by];
      return [
        troubled('permissions', purpose === 'enable' ? 'error' : 'warning', account, {
          message: `By IAM's simulator, ${notAllowing(by, principal)} ${actionsOf(missing)}.`,
          why:
            purpose === 'enable'
              ? 'enable would be refused there.'
              : 'What enable changes could not be put back: disable and rollback would be refused.',
          hint,
        }),
      ];
    }),
  );
  if (findings.length > 0) return findings;
  return [
    fine(
      'permissions',
      account,
      `By IAM's simulator, ${principal} may do all that enable and its rollback need.`,
    ),
  ];
}

function onControlPolicies(
  { account, levels, needs }: AccountExamined,
  inside: AccountInside | null,
): readonly Finding[] {
  if (levels === null)
    return [
      fine(
        'control-policies',
        account.id,
        'No service control policy binds the management account.',
      ),
    ];
  if (!levels.known) {
    return [
      ofProblem(
        'control-policies',
        'warning',
        account.id,
        levels.problem,
        'Whether service control policies would deny what enable needs could not be read.',
      ),
    ];
  }
  const { denials, unreadable } = judgeLevels(levels.value, needs, {
    principalArn: inside?.principalArn ?? null,
  });
  const findings = [
    ...denials.map((denial) => ofDenial(account.id, denial)),
    ...unreadable.map(({ arn, name }) =>
      troubled('control-policies', 'warning', account.id, {
        message: `The service control policy ${name} (${arn}) could not be understood.`,
        why: 'Whether it denies what enable needs could not be determined.',
        hint: `Look at the policy ${arn}.`,
      }),
    ),
  ];
  return findings.length > 0
    ? findings
    : [fine('control-policies', account.id, 'No service control policy denies it.')];
}

/** The regions of what Systems Manager is asked; nothing where it is not asked. */
function placesOf(needs: readonly Need[]): string {
  const regions = new Set(
    needs.flatMap(({ action, context }) =>
      action.startsWith('ssm:') ? (context['aws:RequestedRegion'] ?? []) : [],
    ),
  );
  return regions.size === 0 ? '' : ` in ${[...regions].sort().join(', ')}`;
}

function ofDenial(account: string, { target, policy, needs, depends }: Denial): Finding {
  const forEnable = needs.some((need) => need.for === 'enable');
  const certain = depends.length === 0;
  const who =
    policy === null
      ? `No service control policy attached to ${target} allows`
      : `The service control policy ${policy.name} (${policy.arn}), attached to ${target}, denies`;
  const condition = certain
    ? ''
    : `, on a condition on ${depends.join(', ')} that its text alone does not decide`;
  return troubled('control-policies', certain && forEnable ? 'error' : 'warning', account, {
    message: `${who} ${actionsOf(needs)}${placesOf(needs)}${condition}.`,
    why: 'What a service control policy denies, no permission in the account can allow.',
    hint:
      policy === null
        ? `Attach a policy to ${target} that allows it, or leave account ${account} out of the scope.`
        : certain
          ? `Let ${policy.name} exempt the role that dhmc enters with, or leave account ${account} out of the scope.`
          : `Look whether ${policy.name} exempts the role that dhmc enters with, and the regions of the scope.`,
  });
}

function onQuickSetup(account: string, { associations }: AccountInside): readonly Finding[] {
  const found = associations
    .filter(({ count }) => count.known && count.value > 0)
    .map(({ region }) => region);
  const unread = associations.flatMap(({ region, count }) =>
    count.known ? [] : [{ region, problem: count.problem }],
  );
  const findings: Finding[] = [];
  if (found.length > 0) {
    findings.push(
      troubled('quick-setup', 'warning', account, {
        message: `There is an association of AWSQuickSetupType-EnableDHMC in ${found.join(', ')}.`,
        why: 'Quick Setup or the Systems Manager console switches DHMC on there once a day: a disable or a rollback would not last.',
        hint: 'Before disable or rollback, remove the configuration in Quick Setup or in the Systems Manager console.',
      }),
    );
  }
  const [first] = unread;
  if (first !== undefined) {
    findings.push(
      troubled('quick-setup', 'warning', account, {
        message: `Associations could not be read in ${unread.map(({ region }) => region).join(', ')}: ${first.problem.message}`,
        why: 'Quick Setup may switch DHMC on again after a disable or a rollback.',
        hint: first.problem.hint,
      }),
    );
  }
  if (findings.length > 0 || associations.length === 0) return findings;
  return [
    fine('quick-setup', account, 'Neither Quick Setup nor the console switches DHMC on by itself.'),
  ];
}
