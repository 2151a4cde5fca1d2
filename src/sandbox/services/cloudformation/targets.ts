/** Selects the accounts of deployment targets. */
import type { State } from '../../state/state.ts';
import type { StackSet, Targets } from './model.ts';
import { validationError } from './template.ts';

/** A targeted account, with the root or unit that it was selected through. */
export interface TargetAccount {
  readonly id: string;
  readonly unit: string | null;
  /** Whether the account is active. Others are skipped. */
  readonly active: boolean;
}

/** Whether the account is active. Accounts outside the organization count as active. */
export const isActive = ({ organization }: State, account: string): boolean =>
  (organization.accounts.get(account)?.state ?? 'ACTIVE') === 'ACTIVE';

const maxUnits = 50;

/** The accounts in or below a root or unit, without the management account. */
function accountsUnder(state: State, unit: string): readonly TargetAccount[] {
  const { organization } = state;
  const found: TargetAccount[] = [];
  const walk = (parent: string): void => {
    for (const account of organization.childAccounts(parent)) {
      if (account.id === organization.managementAccount) continue;
      found.push({ id: account.id, unit, active: (account.state ?? 'ACTIVE') === 'ACTIVE' });
    }
    for (const child of organization.childUnits(parent)) walk(child.id);
  };
  walk(unit);
  return found;
}

/** The units and the root above an account, the nearest first. */
export function unitsAbove(state: State, account: string): readonly string[] {
  const { organization } = state;
  const above: string[] = [];
  let at = organization.accounts.get(account)?.parent;
  while (at !== undefined) {
    above.push(at);
    at = organization.units.get(at)?.parent;
  }
  return above;
}

export interface Asked {
  readonly DeploymentTargets?: Targets & { readonly AccountsUrl?: string };
  /** For self-managed stack sets. */
  readonly Accounts?: readonly string[];
}

/** The accounts of the targets. Throws a `ValidationError` for targets that CloudFormation rejects. */
export function targetAccounts(
  state: State,
  { serviceManaged }: StackSet,
  { DeploymentTargets: targets, Accounts: accounts }: Asked,
  { unitsRequired }: { readonly unitsRequired: boolean },
): readonly TargetAccount[] {
  if (!serviceManaged) {
    if (targets !== undefined && targets.OrganizationalUnitIds !== undefined)
      throw validationError(
        'StackSets with SELF_MANAGED permission model can only have accounts as deployment targets',
      );
    const ids = accounts ?? targets?.Accounts ?? [];
    if (ids.length === 0) throw validationError('Accounts list cannot be empty');
    return [...new Set(ids)].map((id) => ({ id, unit: null, active: true }));
  }
  if (accounts !== undefined)
    throw validationError(
      'StackSets with SERVICE_MANAGED permission model can only have OrganizationalUnit as target',
    );
  const units = targets?.OrganizationalUnitIds ?? [];
  if (units.length === 0 && unitsRequired)
    throw validationError('OrganizationalUnitIds are required');
  if (units.length > maxUnits)
    throw validationError(
      `1 validation error detected: Value at 'deploymentTargets.organizationalUnitIds' failed to satisfy constraint: Member must have length less than or equal to ${maxUnits}`,
    );
  const unknown = units.find(
    (id) => id !== state.organization.rootId && !state.organization.units.has(id),
  );
  if (unknown !== undefined)
    throw validationError(`OrganizationalUnitId ${unknown} is not part of the organization.`);
  return filtered(
    new Map(
      units
        .flatMap((id) => accountsUnder(state, id))
        .toReversed()
        .map((account) => [account.id, account]),
    ),
    targets ?? {},
  );
}

function filtered(
  under: ReadonlyMap<string, TargetAccount>,
  { Accounts: named = [], AccountFilterType: filter = 'NONE' }: Targets,
): readonly TargetAccount[] {
  const all = [...under.values()].reverse();
  const isNamed = new Set(named);
  if (filter !== 'NONE' && named.length === 0)
    throw validationError(`Accounts are required with AccountFilterType ${filter}`);
  switch (filter) {
    case 'INTERSECTION':
      return all.filter(({ id }) => isNamed.has(id));
    case 'DIFFERENCE':
      return all.filter(({ id }) => !isNamed.has(id));
    case 'UNION':
      throw validationError('AccountFilterType UNION is not supported for this operation');
    default:
      if (named.length > 0)
        throw validationError('AccountFilterType is required where Accounts are given');
      return all;
  }
}

/** Throws for unknown regions. */
export function checkRegions(state: State, regions: readonly string[]): void {
  if (regions.length === 0) throw validationError('Regions list cannot be empty');
  const known = [...state.regions.default, ...state.regions.optIn];
  const unknown = regions.filter((region) => !known.includes(region));
  if (unknown.length > 0) throw validationError(`Region(s) [${unknown.join(', ')}] are not valid`);
}
