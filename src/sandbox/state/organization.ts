/**
 * The organization's tree: the place of each account, and the service control policies that apply to it. It is
 * rebuilt when an account joins, moves or leaves.
 */
import { hash } from 'node:crypto';
import type { Account, PolicyDocument, Unit, World } from '../world.ts';
import { fullAccessScp } from './policies.ts';

/** A service control policy in Organizations. */
export interface Scp {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly awsManaged: boolean;
  readonly document: PolicyDocument;
}

export interface OrganizationTree {
  readonly id: string;
  readonly rootId: string;
  readonly managementAccount: string;
  readonly delegatedAdministrators: ReadonlySet<string>;
  readonly units: ReadonlyMap<string, Unit>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly scps: ReadonlyMap<string, Scp>;
  childUnits(parent: string): readonly Unit[];
  childAccounts(parent: string): readonly Account[];
  /** The path `o-…/r-…/ou-…/…/` of children of the parent. */
  pathOf(parent: string): string;
  /** SCPs attached directly to a root, unit or account. */
  scpsOf(id: string): readonly Scp[];
  /** The SCPs that apply to an account, by level from the root; empty for the management account. */
  levelsOf(accountId: string): readonly (readonly Scp[])[];
  /** `arn:…:organizations::<management account>:<kind>/<organization>[/<id>]` */
  arn(kind: string, id?: string): string;
}

/** Builds the tree. Throws an Error that names the problem if an id is not unique or a reference does not exist. */
export function organizationTree(world: World): OrganizationTree {
  const {
    id,
    rootId,
    managementAccount,
    delegatedAdministrators = [],
    scps: rootScps,
  } = world.organization;
  const partition = world.partition ?? 'aws';
  const units = new Map(world.units.map((unit) => [unit.id, unit]));
  const accounts = new Map(world.accounts.map((account) => [account.id, account]));
  if (units.size !== world.units.length) throw new Error('The world has two units of one id.');
  if (accounts.size !== world.accounts.length)
    throw new Error('The world has two accounts of one id.');
  if (!accounts.has(managementAccount))
    throw new Error(`The world has no account ${managementAccount}, its management account.`);

  const arn = (kind: string, name?: string): string =>
    `arn:${partition}:organizations::${managementAccount}:${kind}/${id}${name === undefined ? '' : `/${name}`}`;

  const scps = new Map<string, Scp>();
  scps.set('FullAWSAccess', {
    id: 'p-FullAWSAccess',
    arn: `arn:${partition}:organizations::aws:policy/service_control_policy/p-FullAWSAccess`,
    name: 'FullAWSAccess',
    awsManaged: true,
    document: fullAccessScp,
  });
  for (const [name, document] of Object.entries(world.scps ?? {})) {
    const scpId = `p-${hash('sha1', name).slice(0, 10)}`;
    scps.set(name, {
      id: scpId,
      arn: `arn:${partition}:organizations::${managementAccount}:policy/${id}/service_control_policy/${scpId}`,
      name,
      awsManaged: false,
      document,
    });
  }

  const unitsIn = new Map<string, Unit[]>();
  const accountsIn = new Map<string, Account[]>();
  const place = <T extends { readonly parent: string; readonly id: string }>(
    into: Map<string, T[]>,
    item: T,
  ): void => {
    if (item.parent !== rootId && !units.has(item.parent))
      throw new Error(`The world has no unit ${item.parent}, the parent of ${item.id}.`);
    const siblings = into.get(item.parent);
    if (siblings === undefined) into.set(item.parent, [item]);
    else siblings.push(item);
  };
  for (const unit of world.units) place(unitsIn, unit);
  for (const account of world.accounts) place(accountsIn, account);

  const named = (names: readonly string[] | undefined): readonly Scp[] =>
    (names ?? ['FullAWSAccess']).map((name) => {
      const scp = scps.get(name);
      if (scp === undefined) throw new Error(`The world has no service control policy ${name}.`);
      return scp;
    });

  /** The units from the root's child down to the unit itself. */
  const lineage = (unitId: string): readonly Unit[] => {
    const line: Unit[] = [];
    for (let unit = units.get(unitId); unit !== undefined; unit = units.get(unit.parent)) {
      if (line.length > units.size) throw new Error(`The world's unit ${unitId} is inside itself.`);
      line.unshift(unit);
    }
    return line;
  };

  const paths = new Map<string, string>();
  const levels = new Map<string, readonly (readonly Scp[])[]>();
  const levelsAbove = new Map<string, readonly (readonly Scp[])[]>();
  const levelsDownTo = (parent: string): readonly (readonly Scp[])[] => {
    let above = levelsAbove.get(parent);
    if (above === undefined) {
      above = [named(rootScps), ...lineage(parent).map((unit) => named(unit.scps))];
      levelsAbove.set(parent, above);
    }
    return above;
  };

  return {
    id,
    rootId,
    managementAccount,
    delegatedAdministrators: new Set(delegatedAdministrators),
    units,
    accounts,
    scps,
    childUnits: (parent) => unitsIn.get(parent) ?? [],
    childAccounts: (parent) => accountsIn.get(parent) ?? [],
    pathOf(parent) {
      let path = paths.get(parent);
      if (path === undefined) {
        path = `${[id, rootId, ...lineage(parent).map((unit) => unit.id)].join('/')}/`;
        paths.set(parent, path);
      }
      return path;
    },
    scpsOf(target) {
      if (target === rootId) return named(rootScps);
      return named((units.get(target) ?? accounts.get(target))?.scps);
    },
    levelsOf(accountId) {
      let of = levels.get(accountId);
      if (of === undefined) {
        const account = accounts.get(accountId);
        of =
          account === undefined || accountId === managementAccount
            ? []
            : [...levelsDownTo(account.parent), named(account.scps)];
        levels.set(accountId, of);
      }
      return of;
    },
    arn,
  };
}
