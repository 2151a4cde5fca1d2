/** What Terraform can import from an account, according to a report: a whole role, and the settings that name it. */
import { UsageError } from '../model/errors.ts';
import type { Report, RoleValue, Target, TargetValue } from '../model/model.ts';

export interface Adoption {
  readonly account: string;
  readonly role: RoleValue;
  /** Whether the managed policy is attached. */
  readonly granted: boolean;
  /** Regions where the setting has exactly the role's value, sorted. */
  readonly regions: readonly string[];
  /** Regions with another value, sorted: Terraform would plan a change after importing them. */
  readonly others: readonly { readonly region: string; readonly state: string }[];
}

const valueOf = ({ verdict, from, to }: Target): TargetValue => (verdict === 'changed' ? to : from);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The accounts of the report, in its order, with a whole role and at least one setting that names it. */
export function adoptions(report: Pick<Report, 'accounts' | 'targets'>): readonly Adoption[] {
  const targets = new Map<string, Target[]>();
  for (const target of report.targets) {
    const known = targets.get(target.account);
    if (known === undefined) targets.set(target.account, [target]);
    else known.push(target);
  }
  return report.accounts.flatMap(({ id }) => adoptionOf(id, targets.get(id) ?? []) ?? []);
}

function isDocument(json: string): boolean {
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === 'object' && data !== null && !Array.isArray(data);
  } catch {
    return false;
  }
}

function adoptionOf(account: string, targets: readonly Target[]): Adoption | null {
  const role = targets.find(({ kind, state }) => kind === 'role' && state === 'whole');
  const value = role === undefined ? null : valueOf(role);
  if (value === null || typeof value === 'string') return null;
  if (!isDocument(value.trust))
    throw new UsageError(
      `The trust policy that the report shows for the role of account ${account} is not a policy.`,
      'Use a report as dhmc wrote it.',
    );
  const named = value.arn.slice(value.arn.indexOf(':role/') + ':role/'.length);
  const regions: string[] = [];
  const others: { region: string; state: string }[] = [];
  for (const target of targets) {
    if (target.kind !== 'setting' || target.region === null) continue;
    const set = valueOf(target);
    if (target.state === 'enabled' && set === named) regions.push(target.region);
    else if (set !== null || target.state === 'unknown') {
      others.push({ region: target.region, state: target.state });
    }
  }
  if (regions.length === 0) return null;
  return {
    account,
    role: value,
    granted: targets.some(({ kind, state }) => kind === 'grant' && state === 'attached'),
    regions: regions.sort(byText),
    others: others.sort((a, b) => byText(a.region, b.region)),
  };
}
