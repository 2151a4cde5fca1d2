/** Automatic deployment: the operations of stack sets when an account joins, moves or leaves. */
import { hash } from 'node:crypto';
import type { State } from '../../state/state.ts';
import { begin } from './engine.ts';
import {
  hasOrganizationsAccess,
  storeOf,
  type Instance,
  type Operation,
  type StackSet,
  type Store,
} from './model.ts';
import { ensureInstance, planOperation, tasksFor } from './plan.ts';
import { unitsAbove } from './targets.ts';

/**
 * Creates the stack instances that the account's place in the organization requires, and deletes those that it no
 * longer requires.
 */
export function deployAutomatically(state: State, account: string, now: number): void {
  if (!hasOrganizationsAccess(state)) return;
  const created = new Map<string, Operation>();
  const store = storeOf(state);
  const sets = store.sets.filter(
    ({ status, autoDeployment }) => status === 'ACTIVE' && autoDeployment?.enabled === true,
  );
  for (const set of inOrderOfDependency(sets)) {
    const wanted = regionsWanted(state, set, account);
    const leaving = regionsLeaving(store, set, account);
    const there = [...set.instances.values()].filter(
      (instance) => instance.account === account && !leaving.has(instance.region),
    );
    const surplus = there.filter(({ region }) => !wanted.has(region));
    if (surplus.length > 0) begin(state, removal(state, set, surplus, now), now);
    const missing = [...wanted].filter(([region]) => !there.some((each) => each.region === region));
    if (missing.length === 0) continue;
    const after = (set.autoDeployment?.dependsOn ?? []).flatMap((arn) => created.get(arn) ?? []);
    const operation = addition(state, set, { account, regions: missing, after, now });
    created.set(set.arn, operation);
    begin(state, operation, now);
  }
}

/** The regions in which the account must have an instance, with the root or unit that requires it. */
function regionsWanted(state: State, set: StackSet, account: string): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  const { organization } = state;
  const given = organization.accounts.get(account);
  if (given === undefined || account === organization.managementAccount) return wanted;
  if ((given.state ?? 'ACTIVE') !== 'ACTIVE') return wanted;
  for (const unit of unitsAbove(state, account))
    for (const region of set.autoTargets.get(unit) ?? [])
      if (!wanted.has(region)) wanted.set(region, unit);
  return wanted;
}

/** The regions in which an active operation deletes the account's instance. */
function regionsLeaving(store: Store, set: StackSet, account: string): ReadonlySet<string> {
  const leaving = new Set<string>();
  for (const operation of store.active)
    if (operation.set === set && operation.action === 'DELETE')
      for (const { tasks } of operation.lanes)
        for (const task of tasks) if (task.account === account) leaving.add(task.region);
  return leaving;
}

/** The regions in an arbitrary order, because AWS does not guarantee one. */
const inSomeOrder = (regions: readonly string[]): readonly string[] =>
  regions.toSorted((a, b) => (hash('sha1', a) < hash('sha1', b) ? -1 : 1));

function addition(
  state: State,
  set: StackSet,
  {
    account,
    regions,
    after,
    now,
  }: {
    readonly account: string;
    readonly regions: readonly (readonly [region: string, unit: string])[];
    readonly after: readonly Operation[];
    readonly now: number;
  },
): Operation {
  const units = new Map(regions);
  const leaving = regionsLeaving(storeOf(state), set, account);
  for (const [region, unit] of regions)
    if (!leaving.has(region))
      ensureInstance(set, { id: account, unit, active: true }, region, new Map());
  return planOperation(state, {
    id: undefined,
    action: 'CREATE',
    set,
    tasks: tasksFor(inSomeOrder([...units.keys()]), (region) => [
      { id: account, unit: units.get(region) ?? null },
    ]),
    preferences: {},
    targets: { OrganizationalUnitIds: [...new Set(units.values())], Accounts: [account] },
    automaticFor: account,
    after,
    now,
  });
}

function removal(
  state: State,
  set: StackSet,
  instances: readonly Instance[],
  now: number,
): Operation {
  return planOperation(state, {
    id: undefined,
    action: 'DELETE',
    set,
    tasks: tasksFor(inSomeOrder(instances.map(({ region }) => region)), (region) =>
      instances
        .filter((instance) => instance.region === region)
        .map(({ account, unit }) => ({ id: account, unit })),
    ),
    preferences: {},
    retainStacks: set.autoDeployment?.retain ?? false,
    automaticFor: instances[0]?.account ?? '',
    now,
  });
}

/** Sorts sets after those that they depend on. */
function inOrderOfDependency(sets: readonly StackSet[]): readonly StackSet[] {
  const ordered: StackSet[] = [];
  const visit = (set: StackSet, path: readonly StackSet[]): void => {
    if (ordered.includes(set) || path.includes(set)) return;
    for (const arn of set.autoDeployment?.dependsOn ?? []) {
      const other = sets.find((each) => each.arn === arn);
      if (other !== undefined) visit(other, [...path, set]);
    }
    ordered.push(set);
  };
  for (const set of sets) visit(set, []);
  return ordered;
}
