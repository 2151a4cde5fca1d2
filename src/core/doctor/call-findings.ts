/** Which calls would be denied in an account, by IAM's simulator and by the text of service control policies. */
import type { ProblemCode } from '../model/model.ts';
import { judgeLevels, type Denial } from './control-policies.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import type { AccountExamined, AccountInside, Need, Permission } from './readings.ts';

/** A finding about calls, and the calls that are denied; none where all is well, or nothing could be determined. */
export interface CallFinding {
  readonly finding: Finding;
  readonly code: ProblemCode;
  readonly needs: readonly Need[];
}

const codes = {
  policy: 'denied',
  boundary: 'denied-by-boundary',
  scp: 'denied-by-scp',
} as const satisfies Readonly<Record<NonNullable<Permission['by']>, ProblemCode>>;

const undecided = (finding: Finding): CallFinding => ({ finding, code: 'denied', needs: [] });

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
const knowsControlPolicies = ({ levels, needs }: Omit<AccountExamined, 'inside'>): boolean =>
  levels === null ||
  (levels.known &&
    judgeLevels(levels.value, needs, { principalArn: null }).unreadable.length === 0);

/** What the simulator said of the calls that are needed. */
export function onPermissions(
  examined: Omit<AccountExamined, 'inside'>,
  { permissions, principal }: Pick<AccountInside, 'permissions' | 'principal'>,
  needed: readonly Need[],
): readonly CallFinding[] {
  const account = examined.account.id;
  if (!permissions.known) {
    return [
      undecided(
        ofProblem(
          'permissions',
          'warning',
          account,
          permissions.problem,
          'Whether enable may do what it needs could not be determined in advance.',
        ),
      ),
    ];
  }
  const decidedByDocuments = knowsControlPolicies(examined);
  const actions = new Set(
    needed.filter((need) => need.for === 'enable').map(({ action }) => action),
  );
  const findings = (['enable', 'undo'] as const).flatMap((purpose) =>
    (['policy', 'boundary', 'scp'] as const).flatMap((by): readonly CallFinding[] => {
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
      const finding = troubled('permissions', purpose === 'enable' ? 'error' : 'warning', account, {
        message: `By IAM's simulator, ${notAllowing(by, principal)} ${actionsOf(missing)}.`,
        why:
          purpose === 'enable'
            ? 'enable would be refused there.'
            : 'What enable changes could not be put back: disable and rollback would be refused.',
        hint,
      });
      return [{ finding, code: codes[by], needs: missing }];
    }),
  );
  if (findings.length > 0) return findings;
  return [
    undecided(
      fine(
        'permissions',
        account,
        `By IAM's simulator, ${principal} may do all that enable and its rollback need.`,
      ),
    ),
  ];
}

/** What the text of service control policies says of the calls that are needed. `principalArn`: null where it is not known. */
export function onControlPolicies(
  { account, levels, needs }: Omit<AccountExamined, 'inside'>,
  principalArn: string | null,
): readonly CallFinding[] {
  if (levels === null)
    return [
      undecided(
        fine(
          'control-policies',
          account.id,
          'No service control policy binds the management account.',
        ),
      ),
    ];
  if (!levels.known) {
    return [
      undecided(
        ofProblem(
          'control-policies',
          'warning',
          account.id,
          levels.problem,
          'Whether service control policies would deny what enable needs could not be read.',
        ),
      ),
    ];
  }
  const { denials, unreadable } = judgeLevels(levels.value, needs, { principalArn });
  const findings = [
    ...denials.map((denial) => ({
      finding: ofDenial(account.id, denial),
      code: codes.scp,
      needs: denial.needs,
    })),
    ...unreadable.map(({ arn, name }) =>
      undecided(
        troubled('control-policies', 'warning', account.id, {
          message: `The service control policy ${name} (${arn}) could not be understood.`,
          why: 'Whether it denies what enable needs could not be determined.',
          hint: `Look at the policy ${arn}.`,
        }),
      ),
    ),
  ];
  return findings.length > 0
    ? findings
    : [
        undecided(
          fine(
            'control-policies',
            account.id,
            'No service control policy denies what enable and its rollback need.',
          ),
        ),
      ];
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
          : `Check whether ${policy.name} exempts the role that dhmc enters with, and the regions of the scope.`,
  });
}
