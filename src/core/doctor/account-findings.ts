/** What the doctor finds in one account. */
import type { Problem } from '../model/model.ts';
import { planEnable, type PlannerOptions } from '../planning/enable.ts';
import { judgeLevels, type Denial } from './control-policies.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
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
    ...onRole(account.id, inside.value, planner),
    ...onPermissions(account.id, inside.value),
    ...onControlPolicies(examined, inside.value),
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
    { readonly problem: Problem; readonly named: boolean; readonly regions: string[] }
  >();
  for (const { region, named, setting } of cells) {
    if (setting.known) continue;
    const group = unread.get(setting.problem.code) ?? {
      problem: setting.problem,
      named,
      regions: [],
    };
    group.regions.push(region);
    unread.set(setting.problem.code, group);
  }
  for (const { problem, named, regions: shut } of unread.values()) {
    const everywhere = shut.length === cells.length;
    const leftOut =
      ['denied-by-scp', 'region-without-dhmc', 'region-not-enabled'].includes(problem.code) &&
      !named &&
      !everywhere;
    findings.push(
      troubled(
        'regions',
        leftOut || problem.code === 'region-not-enabled' ? 'warning' : 'error',
        account,
        {
          message: `The setting could not be read in ${shut.join(', ')}: ${problem.message}`,
          why: leftOut
            ? 'These regions are skipped, since they came by default.'
            : 'What cannot be read is blocked, and not changed.',
          hint: leftOut
            ? `Nothing has to be done: dhmc skips them in account ${account}.`
            : problem.hint,
        },
      ),
    );
  }
  if (findings.length > 0 || cells.length === 0) return findings;
  return [
    fine('regions', account, `The setting can be read in ${counted(cells.length, 'region')}.`),
  ];
}

/** What stands against using the role, as the plan of an enable would find it. */
function onRole(
  account: string,
  { readings }: AccountInside,
  planner: PlannerOptions,
): readonly Finding[] {
  const [role] = planEnable(readings, planner).targets;
  if (role === undefined) return [];
  const why = 'Where the role cannot be used, no setting of the account is changed.';
  if (role.verdict === 'blocked' || role.verdict === 'conflict') {
    return role.problem === null
      ? []
      : [
          ofProblem(
            'role',
            role.verdict === 'blocked' ? 'error' : 'warning',
            account,
            role.problem,
            why,
          ),
        ];
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
          'Look whether instances are to have these rights, or name another role with --dhmc-role.',
      }),
    );
  }
  const found = {
    whole: 'The DHMC role is there and whole.',
    absent: 'There is no DHMC role yet: enable makes it.',
    broken: 'The DHMC role does not let Systems Manager in: enable mends its trust.',
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

function onPermissions(
  account: string,
  { permissions, principal }: AccountInside,
): readonly Finding[] {
  if (!permissions.known) {
    return [
      ofProblem(
        'permissions',
        'warning',
        account,
        permissions.problem,
        'Whether enable may do what it needs could not be foretold: it would show only when it is tried.',
      ),
    ];
  }
  const findings = (['enable', 'undo'] as const).flatMap((purpose) =>
    (['policy', 'boundary', 'scp'] as const).flatMap((by): readonly Finding[] => {
      const missing = permissions.value.filter(
        (permission) => permission.for === purpose && permission.by === by,
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
        'Whether service control policies would deny what enable needs could not be read: it would show only when it is tried.',
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
        why: 'Whether it would deny what enable needs could not be foretold.',
        hint: `Look at the policy ${arn}.`,
      }),
    ),
  ];
  return findings.length > 0
    ? findings
    : [fine('control-policies', account.id, 'No service control policy stands in the way.')];
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
    message: `${who} ${actionsOf(needs)}${condition}.`,
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
