/** Which calls would be denied in an account, according to IAM's simulator and the text of service control policies. */
import { judgeLevels, type Denial } from './control-policies.ts';
import { fine, ofProblem, troubled, type Finding } from './finding.ts';
import type { AccountExamined, AccountInside, Need, Permission } from './readings.ts';
import { problemFor, type ReasonedProblem, type ReasonName } from '../problems/hints.ts';

/** A finding with the calls that are denied; none if all are allowed, or nothing could be determined. */
export interface CallFinding {
  readonly finding: Finding;
  /** Why the calls would be denied; null if there are none. */
  readonly problem: ReasonedProblem | null;
  readonly needs: readonly Need[];
}

const lackedBy = {
  policy: 'would-lack-permission',
  boundary: 'would-lack-boundary',
  scp: 'would-be-denied-by-scp',
} as const satisfies Readonly<Record<NonNullable<Permission['by']>, ReasonName>>;

const deniedBy = {
  policy: 'would-be-denied-by-policy',
  boundary: 'would-be-denied-by-boundary',
  scp: 'would-be-denied-by-scp',
} as const satisfies Readonly<Record<NonNullable<Permission['by']>, ReasonName>>;

/** Only the warnings before a reset need these actions: without them a reset reports that, and continues. */
const forWarnings: ReadonlySet<string> = new Set([
  'ssm:DescribeInstanceInformation',
  'ssm:ListAssociations',
]);

const whyUndo = (missing: readonly Pick<Need, 'action'>[]): string =>
  missing.every(({ action }) => forWarnings.has(action))
    ? 'disable and rollback would work there, but could not show in advance which instances a reset affects.'
    : 'disable and rollback could not undo everything that enable changes there.';

/** `certain`: whether a real request would be denied too, as far as the simulator shows. */
const causes = [
  { by: 'policy', explicit: false, certain: true },
  { by: 'policy', explicit: true, certain: true },
  { by: 'boundary', explicit: false, certain: true },
  { by: 'boundary', explicit: true, certain: true },
  { by: 'scp', explicit: false, certain: true },
  { by: 'scp', explicit: false, certain: false },
] as const;

const undecided = (finding: Finding): CallFinding => ({ finding, problem: null, needs: [] });

const notAllowing = (
  { by, explicit }: { readonly by: NonNullable<Permission['by']>; readonly explicit: boolean },
  principal: string,
): string => {
  switch (by) {
    case 'scp':
      return 'a service control policy of the organization would not allow';
    case 'boundary':
      return explicit
        ? `the permissions boundary of ${principal} (or another of its policies) denies`
        : `the permissions boundary of ${principal} would not allow`;
    case 'policy':
      return explicit
        ? `a policy of ${principal} denies`
        : `the permissions of ${principal} do not allow`;
  }
};

const actionsOf = (needs: readonly Pick<Need, 'action'>[]): string =>
  [...new Set(needs.map(({ action }) => action))].join(', ');

/** The simulator knows the tags of a principal, and few other condition keys of a real request. */
const isPrincipalTag = (key: string): boolean => /^aws:PrincipalTag\//i.test(key);

/**
 * How a denial by SCPs in the simulator compares with their documents. The documents come first, since the simulator is
 * asked about one region only. `documented`: the documents deny the call too. If they depend on a condition, the
 * simulator decides.
 */
export function simulatedDenial(
  { levels }: Pick<AccountExamined, 'levels'>,
  need: Need,
  principalArn: string | null,
): 'documented' | 'certain' | 'uncertain' {
  if (levels === null) return 'documented';
  if (!levels.known) return 'certain';
  const { denials, unreadable } = judgeLevels(levels.value, [need], { principalArn });
  if (denials.some(({ depends }) => depends.length === 0)) return 'documented';
  if (unreadable.length > 0) return 'certain';
  const keys = denials.flatMap(({ depends }) => depends);
  return keys.length > 0 && keys.every(isPrincipalTag) ? 'certain' : 'uncertain';
}

/** The simulator's results for the needed calls. */
export function onPermissions(
  examined: Omit<AccountExamined, 'inside'>,
  {
    permissions,
    principal,
    principalArn,
  }: Pick<AccountInside, 'permissions' | 'principal' | 'principalArn'>,
  needed: readonly Need[],
): readonly CallFinding[] {
  const account = examined.account.id;
  if (!permissions.known) {
    return [
      undecided(
        ofProblem('permissions', 'warning', account, permissions.problem, {
          why: 'Whether enable may do what it needs could not be determined in advance.',
        }),
      ),
    ];
  }
  const isOf = (
    permission: Permission,
    { by, explicit, certain }: (typeof causes)[number],
  ): boolean => {
    if (permission.by !== by) return false;
    if (by !== 'scp') return (permission.explicit ?? false) === explicit;
    const adds = simulatedDenial(examined, permission, principalArn);
    return adds === (certain ? 'certain' : 'uncertain');
  };
  const actions = new Set(
    needed.filter((need) => need.for === 'enable').map(({ action }) => action),
  );
  const asked = permissions.value.filter(
    (permission) => permission.for === 'undo' || actions.has(permission.action),
  );
  const findings = (['enable', 'undo'] as const).flatMap((purpose) =>
    causes.flatMap((cause): readonly CallFinding[] => {
      const { by, explicit, certain } = cause;
      const missing = asked.filter(
        (permission) => permission.for === purpose && isOf(permission, cause),
      );
      if (missing.length === 0) return [];
      const action = actionsOf(missing);
      const problem = problemFor(
        (explicit ? deniedBy : lackedBy)[by],
        `According to IAM's simulator, ${notAllowing(cause, principal)} ${action}.`,
        { action, principal, account },
      );
      const level = purpose === 'enable' && certain ? 'error' : 'warning';
      const refused = purpose === 'enable' ? 'enable would be refused there.' : whyUndo(missing);
      const why = certain
        ? refused
        : `Unless a real request meets a condition that the simulator does not know, ${refused}`;
      const finding = ofProblem('permissions', level, account, problem, { why });
      return [{ finding, problem, needs: missing }];
    }),
  );
  if (findings.length > 0) return findings;
  return [
    undecided(
      fine(
        'permissions',
        account,
        asked.every(({ allowed }) => allowed)
          ? "According to IAM's simulator, {principal} may do all that enable and its rollback need."
          : "According to IAM's simulator, only what control-policies names keeps {principal} from doing all that enable and its rollback need.",
        { principal },
      ),
    ),
  ];
}

/**
 * What service control policies say about the needed calls. `principalArn` is null if unknown. `unread`: the setting
 * could not be read in some regions, so the needs do not cover those.
 */
export function onControlPolicies(
  { account, levels, needs }: Omit<AccountExamined, 'inside'>,
  principalArn: string | null,
  { unread = false }: { readonly unread?: boolean } = {},
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
        ofProblem('control-policies', 'warning', account.id, levels.problem, {
          why: 'Whether service control policies would deny what enable needs could not be read.',
        }),
      ),
    ];
  }
  const { denials, unreadable } = judgeLevels(levels.value, needs, { principalArn });
  const findings = [
    ...denials.map((denial) => ofDenial(account.id, denial)),
    ...unreadable.map(({ arn, name }) =>
      undecided(
        troubled('control-policies', 'warning', account.id, {
          message: 'The service control policy {name} ({arn}) could not be understood.',
          why: 'Whether it denies what enable needs could not be determined.',
          hint: `Look at the policy ${arn}.`,
          facts: { name, arn },
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
            `No service control policy denies what enable and its rollback need${unread ? ' in the regions whose setting can be read' : ''}.`,
          ),
        ),
      ];
}

/** The regions of the Systems Manager calls, as ` in …`; empty if there are none. */
function placesOf(needs: readonly Need[]): string {
  const regions = new Set(
    needs.flatMap(({ action, context }) =>
      action.startsWith('ssm:') ? (context['aws:RequestedRegion'] ?? []) : [],
    ),
  );
  return regions.size === 0 ? '' : ` in ${[...regions].sort().join(', ')}`;
}

function ofDenial(account: string, { target, policy, needs, depends }: Denial): CallFinding {
  const forEnable = needs.some((need) => need.for === 'enable');
  const certain = depends.length === 0;
  const who =
    policy === null
      ? `No service control policy attached to ${target} allows`
      : `The service control policy ${policy.name} (${policy.arn}), attached to ${target}, denies`;
  const condition = certain
    ? ''
    : `, if a condition on ${depends.join(', ')} holds, which the text of the policy does not show`;
  const action = actionsOf(needs);
  const reason: ReasonName =
    policy === null ? 'scp-would-not-allow' : certain ? 'scp-would-deny' : 'scp-may-deny';
  const problem = problemFor(reason, `${who} ${action}${placesOf(needs)}${condition}.`, {
    target,
    policy: policy?.name,
    arn: policy?.arn,
    action,
    account,
    depends: depends.join(', '),
  });
  const finding = ofProblem(
    'control-policies',
    certain && forEnable ? 'error' : 'warning',
    account,
    problem,
    { why: 'What a service control policy denies, no permission in the account can allow.' },
  );
  return { finding, problem, needs };
}
