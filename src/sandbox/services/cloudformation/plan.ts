/** Turns targets and preferences into an operation for the engine. */
import type { State } from '../../state/state.ts';
import {
  instanceKey,
  newInstance,
  nextUuid,
  storeOf,
  type Action,
  type Instance,
  type Lane,
  type Operation,
  type Preferences,
  type StackSet,
  type Targets,
  type Task,
} from './model.ts';
import { isActive, type TargetAccount } from './targets.ts';
import { validationError } from './template.ts';

export interface NewOperation {
  readonly id: string | undefined;
  readonly action: Action;
  readonly set: StackSet;
  /** By region, in the order of the request. */
  readonly tasks: ReadonlyMap<string, readonly Task[]>;
  readonly preferences: Preferences;
  readonly targets?: Targets;
  readonly retainStacks?: boolean;
  readonly automaticFor?: string;
  readonly after?: readonly Operation[];
  readonly wholeSet?: boolean;
  readonly now: number;
}

/** Plans an operation. Throws a `ValidationError` for contradictory preferences. */
export function planOperation(state: State, given: NewOperation): Operation {
  const { preferences, tasks } = given;
  checkPreferences(preferences, [...tasks.keys()]);
  const strict = preferences.ConcurrencyMode !== 'SOFT_FAILURE_TOLERANCE';
  const order = preferences.RegionOrder ?? [...tasks.keys()];
  const rest = [...tasks.keys()].filter((region) => !order.includes(region));
  return {
    id: given.id ?? nextUuid(storeOf(state), 'operation'),
    set: given.set,
    action: given.action,
    preferences,
    targets: given.targets ?? null,
    retainStacks: given.retainStacks ?? null,
    createdAt: given.now,
    lanes: [...order, ...rest].flatMap((region) => {
      const inRegion = tasks.get(region) ?? [];
      return inRegion.length === 0 ? [] : [laneOf(inRegion, preferences)];
    }),
    inParallel: preferences.RegionConcurrencyType === 'PARALLEL',
    strict,
    automaticFor: given.automaticFor ?? null,
    after: given.after ?? [],
    wholeSet: given.wholeSet ?? false,
    status: 'QUEUED',
    statusReason: null,
    endedAt: null,
  };
}

function laneOf(tasks: readonly Task[], preferences: Preferences): Lane {
  const share = (percentage: number): number => Math.floor((tasks.length * percentage) / 100);
  const {
    FailureToleranceCount,
    FailureTolerancePercentage,
    MaxConcurrentCount,
    MaxConcurrentPercentage,
  } = preferences;
  return {
    tasks,
    next: 0,
    running: 0,
    failed: 0,
    tolerance: FailureToleranceCount ?? share(FailureTolerancePercentage ?? 0),
    most:
      MaxConcurrentCount ??
      (MaxConcurrentPercentage === undefined ? 1 : Math.max(1, share(MaxConcurrentPercentage))),
    stopped: false,
  };
}

function checkPreferences(preferences: Preferences, regions: readonly string[]): void {
  const both = (one: keyof Preferences, other: keyof Preferences): void => {
    if (preferences[one] !== undefined && preferences[other] !== undefined)
      throw validationError(`You can specify ${one} or ${other}, but not both.`);
  };
  both('FailureToleranceCount', 'FailureTolerancePercentage');
  both('MaxConcurrentCount', 'MaxConcurrentPercentage');
  const unexpected = preferences.RegionOrder?.filter((region) => !regions.includes(region)) ?? [];
  if (unexpected.length > 0 && regions.length > 0)
    throw validationError(`RegionOrder has regions that are not targets: ${unexpected.join(', ')}`);
}

/** One pending task per account and region. */
export const tasksFor = (
  regions: readonly string[],
  accountsIn: (region: string) => readonly Pick<TargetAccount, 'id' | 'unit'>[],
): ReadonlyMap<string, readonly Task[]> =>
  new Map(
    regions.map((region) => [
      region,
      accountsIn(region).map(({ id, unit }): Task => ({
        account: id,
        region,
        unit,
        status: 'PENDING',
        reason: null,
      })),
    ]),
  );

/** The instance, created if it is missing. An outdated instance gets the overrides and becomes pending again. */
export function ensureInstance(
  set: StackSet,
  { id, unit, active }: TargetAccount,
  region: string,
  overrides: ReadonlyMap<string, string>,
): Instance {
  const key = instanceKey(id, region);
  let instance = set.instances.get(key);
  if (instance === undefined) {
    instance = newInstance({ account: id, region, unit }, overrides);
    set.instances.set(key, instance);
  } else if (instance.status === 'OUTDATED') {
    instance.overrides = overrides;
  }
  if (instance.status === 'OUTDATED') {
    instance.detailedStatus = active ? 'PENDING' : 'SKIPPED_SUSPENDED_ACCOUNT';
    instance.reason = active ? null : 'The account is suspended.';
  }
  return instance;
}

/** Whether an update applies to the instance. */
export const isUpdatable = (state: State, { status, account }: Instance): boolean =>
  status !== 'INOPERABLE' && isActive(state, account);

/** Marks instances in inactive accounts as outdated, because updates skip them. */
export function skipInactive(state: State, instances: Iterable<Instance>): void {
  for (const instance of instances) {
    if (instance.status === 'INOPERABLE' || isActive(state, instance.account)) continue;
    instance.status = 'OUTDATED';
    instance.detailedStatus = 'SKIPPED_SUSPENDED_ACCOUNT';
    instance.reason = 'The account is suspended.';
  }
}

/** Tasks for existing instances, with regions in the given order. */
export const byRegion = (
  instances: readonly Instance[],
  order: readonly string[] = [],
): ReadonlyMap<string, readonly Task[]> =>
  tasksFor([...new Set([...order, ...instances.map(({ region }) => region)])], (at) =>
    instances.filter(({ region }) => region === at).map(({ account: id, unit }) => ({ id, unit })),
  );
