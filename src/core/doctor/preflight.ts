/** Which changes of a plan AWS would deny, according to the doctor's checks in its accounts. */
import { caseOf } from '../problems/alike.ts';
import { inWords } from '../problems/in-words.ts';
import type { AccountPlan, PlannedTarget, Preflight, Reading } from '../model/model.ts';
import { isToChange, type Plan } from '../planning/plan.ts';
import { onControlPolicies, onPermissions, type CallFinding } from './call-findings.ts';
import { neededFor } from './needed.ts';
import type { AccountExamined, AccountInside } from './readings.ts';
import { planNote } from '../problems/notes.ts';
import { combined } from '../problems/hints.ts';

/** The results of the preflight checks in one account of the plan. */
export interface PreflightReading extends Omit<AccountExamined, 'inside'> {
  readonly inside: Reading<Pick<AccountInside, 'principal' | 'principalArn' | 'permissions'>>;
}

/** The result of an account's checks: its plan with the denials, and whether something could not be determined. */
export interface PreflightedAccount {
  readonly plan: AccountPlan;
  readonly denied: boolean;
  readonly undetermined: boolean;
}

/** Adds the denials to the targets of the plan. A target's problem names all its denied actions. */
export function preflightAccount(plan: AccountPlan, read: PreflightReading): PreflightedAccount {
  const needed = neededFor(plan, read.needs);
  const { inside } = read;
  const findings = [
    ...onControlPolicies(
      { ...read, needs: needed },
      inside.known ? inside.value.principalArn : null,
    ),
    ...(inside.known ? onPermissions(read, inside.value, needed) : []),
  ];
  const errors = findings.filter(({ finding }) => finding.level === 'error');
  const warnings = findings.filter(({ finding }) => finding.level === 'warning');
  const notes = [
    ...(inside.known
      ? []
      : [
          planNote('not-checked', {
            why: inWords(inside.problem),
            case: caseOf(inside.problem, plan.account.id),
          }),
        ]),
    ...warnings.map(({ finding: { message, why, hint, likeness } }) =>
      planNote('preflight-warning', { message, why, hint, case: likeness }),
    ),
  ];
  const first = plan.targets.find(isToChange);
  const targets = plan.targets.map((target) => {
    const denials = isToChange(target) ? errors.filter((error) => denies(error, target)) : [];
    const problem = combined(denials.flatMap((denial) => denial.problem ?? []));
    return {
      ...target,
      ...(problem === null ? {} : { problem }),
      ...(target === first && notes.length > 0 ? { notes: [...target.notes, ...notes] } : {}),
    };
  });
  return {
    plan: { ...plan, targets },
    denied: targets.some((target, at) => target.problem !== plan.targets[at]?.problem),
    undetermined: !inside.known || warnings.some(({ needs }) => isOfEnable(needs)),
  };
}

/** Whether the needs concern the plan's changes, and not only their undo. */
const isOfEnable = (needs: CallFinding['needs']): boolean =>
  needs.length === 0 || needs.some((need) => need.for === 'enable');

const ofRole: ReadonlySet<string> = new Set([
  'iam:CreateRole',
  'iam:TagRole',
  'iam:UpdateAssumeRolePolicy',
]);

/** Whether the target needs one of the denied calls. The simulator's answer for one region counts for all. */
function denies({ finding, needs }: CallFinding, { kind, region }: PlannedTarget): boolean {
  const byRegion = finding.check === 'control-policies';
  return needs.some((need) => {
    if (need.for !== 'enable') return false;
    if (kind === 'role') return ofRole.has(need.action);
    if (kind === 'grant')
      return ['iam:AttachRolePolicy', 'iam:ListAttachedRolePolicies'].includes(need.action);
    if (need.action !== 'ssm:UpdateServiceSetting' && need.action !== 'iam:PassRole') return false;
    return !byRegion || need.context['aws:RequestedRegion'] === region;
  });
}

/** The plan with the denials on its targets, and the counts. Accounts without a reading do not change. */
export function preflightPlan(
  plan: Plan,
  readings: ReadonlyMap<string, PreflightReading>,
): { readonly plan: Plan; readonly preflight: Preflight } {
  let denied = 0;
  let undetermined = 0;
  const accounts = plan.accounts.map((account) => {
    const read = readings.get(account.account.id);
    if (read === undefined) return account;
    const checked = preflightAccount(account, read);
    if (checked.denied) denied += 1;
    else if (checked.undetermined) undetermined += 1;
    return checked.plan;
  });
  return { plan: { ...plan, accounts }, preflight: { tried: readings.size, denied, undetermined } };
}
