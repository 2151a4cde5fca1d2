/** Finds errors that a world's schema cannot find: duplicate ids, unknown names, and policies that IAM rejects. */
import { compilePolicy } from '../policy/statement.ts';
import type { PolicyKind } from '../policy/statement.ts';
import { UnsupportedPolicyElement } from '../policy/evaluate.ts';
import type { Account, PolicyDocument, World } from '../world.ts';

/** An error in a world: its place, the value found there, and the fix. */
export interface Finding {
  /** For example `accounts[3].parent`. */
  readonly path: string;
  readonly found: string;
  readonly fix: string;
}

/** Every error in the world; empty for a world that can be served. */
export function inconsistencies(world: World): readonly Finding[] {
  const findings: Finding[] = [];
  const report = (path: string, found: string, fix: string): void =>
    void findings.push({ path, found, fix });
  const quote = (text: string): string => JSON.stringify(text);

  if (world.behavior !== undefined && world.temper !== undefined)
    report('temper', 'the former name of behavior, beside it', 'keep behavior alone');

  const { organization } = world;
  const places = new Set([organization.rootId, ...world.units.map((unit) => unit.id)]);
  const accountIds = new Set(world.accounts.map((account) => account.id));
  const scps = new Set(['FullAWSAccess', ...Object.keys(world.scps ?? {})]);

  const checkScps = (path: string, names: readonly string[] | undefined): void => {
    names?.forEach((name, i) => {
      if (!scps.has(name))
        report(
          `${path}.scps[${i}]`,
          quote(name),
          'define it under scps, or name one that is defined there',
        );
    });
  };
  const checkPolicy = (path: string, document: PolicyDocument, kind: PolicyKind): void => {
    try {
      compilePolicy(document, kind);
    } catch (error) {
      // A world may have policies that the sandbox cannot evaluate. It reports them when they are used.
      if (error instanceof UnsupportedPolicyElement) return;
      report(
        path,
        error instanceof Error ? error.message : String(error),
        'write a policy that IAM takes',
      );
    }
  };
  const checkHolder = (
    path: string,
    holder: { readonly inlinePolicies?: Readonly<Record<string, PolicyDocument>> },
  ): void => {
    for (const [name, document] of Object.entries(holder.inlinePolicies ?? {}))
      checkPolicy(`${path}.inlinePolicies.${name}`, document, 'permissions');
  };

  if (!accountIds.has(organization.managementAccount)) {
    report(
      'organization.managementAccount',
      quote(organization.managementAccount),
      'list this account under accounts, or name one that is listed',
    );
  }
  organization.delegatedAdministrators?.forEach((id, i) => {
    if (!accountIds.has(id))
      report(
        `organization.delegatedAdministrators[${i}]`,
        quote(id),
        'name an account that is listed under accounts',
      );
  });
  checkScps('organization', organization.scps);
  for (const [name, document] of Object.entries(world.scps ?? {}))
    checkPolicy(`scps.${name}`, document, 'permissions');

  const parents = new Map(world.units.map((unit) => [unit.id, unit.parent]));
  const seenUnits = new Set<string>();
  world.units.forEach((unit, i) => {
    if (seenUnits.has(unit.id))
      report(
        `units[${i}].id`,
        `${quote(unit.id)}, a second time`,
        'give every unit an id of its own',
      );
    seenUnits.add(unit.id);
    if (!places.has(unit.parent))
      report(`units[${i}].parent`, quote(unit.parent), 'name the root or a unit of this world');
    if (isInsideItself(unit.id, parents))
      report(
        `units[${i}].parent`,
        `${quote(unit.parent)}, which is inside this unit`,
        'let the parents lead to the root',
      );
    checkScps(`units[${i}]`, unit.scps);
  });

  const roles = new Map<string, Set<string>>();
  const checkedRoles = new Set<object>();
  const seenAccounts = new Set<string>();
  world.accounts.forEach((account, i) => {
    const path = `accounts[${i}]`;
    if (seenAccounts.has(account.id))
      report(
        `${path}.id`,
        `${quote(account.id)}, a second time`,
        'give every account an id of its own',
      );
    seenAccounts.add(account.id);
    if (!places.has(account.parent))
      report(`${path}.parent`, quote(account.parent), 'name the root or a unit of this world');
    checkScps(path, account.scps);
    account.policies?.forEach((policy, j) => {
      checkPolicy(`${path}.policies[${j}].document`, policy.document, 'permissions');
    });
    checkFleet(path, account, report);
    const names = new Set<string>();
    roles.set(account.id, names);
    account.roles?.forEach((role, j) => {
      const name = role.name.toLowerCase();
      if (names.has(name))
        report(
          `${path}.roles[${j}].name`,
          `${quote(role.name)}, a second time`,
          'role names are unique in an account, whatever their path and case',
        );
      names.add(name);
      if (checkedRoles.has(role)) return;
      checkedRoles.add(role);
      checkPolicy(`${path}.roles[${j}].trust`, role.trust, 'trust');
      checkHolder(`${path}.roles[${j}]`, role);
    });
  });

  const seenKeys = new Set<string>();
  world.callers.forEach((caller, i) => {
    const { identity } = caller;
    if (seenKeys.has(caller.accessKeyId))
      report(
        `callers[${i}].accessKeyId`,
        'a key that another caller has',
        'give every caller a key of its own',
      );
    seenKeys.add(caller.accessKeyId);
    if (
      identity.kind === 'assumed-role' &&
      roles.get(identity.account)?.has(identity.role.toLowerCase()) !== true
    ) {
      report(
        `callers[${i}].identity.role`,
        quote(identity.role),
        `name a role of account ${identity.account}`,
      );
    }
    if (identity.kind === 'user') checkHolder(`callers[${i}].identity`, identity);
  });
  return findings;
}

function isInsideItself(id: string, parents: ReadonlyMap<string, string>): boolean {
  let at = parents.get(id);
  for (let steps = 0; at !== undefined && steps <= parents.size; steps += 1) {
    if (at === id) return true;
    at = parents.get(at);
  }
  return false;
}

type Report = (path: string, found: string, fix: string) => void;

/**
 * Reports instance profiles with the name of another one, instances with the id of another one in their region, and
 * ids on entries for several instances.
 */
function checkFleet(path: string, account: Account, report: Report): void {
  const profiles = new Set(
    (account.roles ?? []).flatMap((role) => role.instanceProfiles ?? []).map(lower),
  );
  account.instanceProfiles?.forEach(({ name }, i) => {
    if (profiles.has(lower(name)))
      report(
        `${path}.instanceProfiles[${i}].name`,
        `${JSON.stringify(name)}, a second time`,
        'give every instance profile of the account a name of its own, and one role',
      );
    profiles.add(lower(name));
  });
  for (const [region, instances] of Object.entries(account.fleet ?? {})) {
    const ids = new Set<string>();
    instances.forEach((instance, i) => {
      const at = `${path}.fleet.${region}[${i}]`;
      if (instance.id !== undefined && ids.has(instance.id))
        report(
          `${at}.id`,
          `${JSON.stringify(instance.id)}, a second time`,
          'give every instance its own id',
        );
      if (instance.id !== undefined) ids.add(instance.id);
      if (instance.id !== undefined && (instance.count ?? 1) > 1)
        report(`${at}.count`, `${instance.count}, beside an id`, 'leave the id out for several');
    });
  }
}

const lower = (text: string): string => text.toLowerCase();
