/** Removes stack sets: automatic deployment off, retention verified, settings before roles, the stack sets last. */
import { plural } from '../core/model/counted.ts';
import type { Problem } from '../core/model/model.ts';
import type { FoundSet } from '../core/stack-sets/deployment.ts';
import { chunked, groupsOf } from '../core/stack-sets/deployment.ts';
import { onDeletion, withDeletion } from '../core/stack-sets/retention.ts';
import type { ReportedOperation } from '../core/stack-sets/report.ts';
import {
  hasEnded,
  kindOfSet,
  maxUnits,
  type DeploymentTargets,
  type OperationPreferences,
  type StackInstance,
  type StackSet,
} from '../core/stack-sets/stack-sets.ts';
import {
  aboutSet,
  follow,
  runCall,
  type CallOutcome,
  type CallPlan,
  type StackSetRun,
} from './stack-set-operation.ts';
import type { StackSetWrite } from './stack-sets-access.ts';

export interface RemovalOptions extends StackSetRun {
  readonly runId: string;
  /** Stack sets of settings first, the role's last. */
  readonly sets: readonly FoundSet[];
  /** Ids of the roots: every account of the organization is under one. */
  readonly roots: readonly string[];
  readonly reset: boolean;
  /** Ids of the active accounts: CloudFormation cannot delete a stack in any other. */
  readonly active: ReadonlySet<string>;
  readonly maxConcurrent: string;
  readonly failureTolerance: string;
  readonly onStep: (text: string) => void;
}

export interface Removed {
  readonly operations: readonly ReportedOperation[];
  /** Why it ended before everything was done; null if it did not. */
  readonly stopped: { readonly message: string; readonly hint: string } | null;
}

/** Ends the removal, because the next step must not be begun. */
class Stop extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const again = 'Fix what is reported, and run `dhmc stackset remove` again: it continues.';

export async function removeStackSets(options: RemovalOptions): Promise<Removed> {
  const operations: ReportedOperation[] = [];
  const stage = stageOf(options, operations);
  const roles = options.sets.filter(({ set }) => kindOfSet(set) === 'role');
  const settings = options.sets.filter(({ set }) => kindOfSet(set) !== 'role');
  try {
    for (const { set } of options.sets) await stage.settle(set);
    // First turn off new deployments and verify what deletion keeps, in all stack sets.
    for (const { set } of settings) await stage.prepare(set, options.reset ? 'removed' : 'kept');
    for (const { set } of roles) await stage.prepare(set, 'kept');
    for (const { set } of settings) await stage.remove(set);
    for (const { set } of roles) {
      if (options.reset) await stage.prepare(set, 'removed');
      await stage.remove(set);
    }
    return { operations, stopped: null };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { operations, stopped: { message: error.message, hint: error.hint } };
  }
}

function stageOf(options: RemovalOptions, operations: ReportedOperation[]) {
  const { access, signal, runId, onStep, roots } = options;
  let count = 0;
  const nextId = (): string => {
    count += 1;
    return `dhmc-${runId}-${String(count)}`;
  };
  const preferences: OperationPreferences = {
    regions: 'at once',
    maxConcurrent: options.maxConcurrent,
    failureTolerance: options.failureTolerance,
  };
  const stopFor = ({ message, hint }: Problem): never => {
    throw new Stop(message, hint === '' ? again : hint);
  };

  const call = async (plan: CallPlan, send: () => Promise<StackSetWrite>): Promise<CallOutcome> => {
    if (signal.aborted)
      throw new Stop(
        'Interrupted: operations that were started continue in AWS.',
        'Run the same command again: it continues where this one stopped.',
      );
    const outcome = await runCall(options, plan, send);
    const { status, failed, problem } = outcome;
    operations.push({
      id: plan.operation,
      call: plan.call,
      set: plan.set,
      status,
      failed,
      problem,
    });
    if (problem !== null) stopFor(problem);
    return outcome;
  };

  const read = async (name: string): Promise<StackSet | null> => {
    const reading = await access.set(name);
    return reading.known ? reading.value : stopFor(reading.problem);
  };
  const instancesOf = async (name: string): Promise<readonly StackInstance[]> => {
    const all: StackInstance[] = [];
    for await (const page of access.instances(name)) {
      if (!page.known) return stopFor(page.problem);
      all.push(...page.value);
    }
    return all;
  };

  /** Waits for operations that are already running in the stack set. */
  const settle = async ({ name }: StackSet): Promise<void> => {
    const reading = await access.operations(name);
    if (!reading.known) return stopFor(reading.problem);
    for (const { id } of reading.value.filter((each) => !hasEnded(each)))
      await follow(options, name, id, Infinity);
  };

  /**
   * Turns automatic deployment off, sets a template that keeps or removes what it created, and checks that all stacks
   * have it.
   */
  const prepare = async ({ name }: StackSet, wanted: 'kept' | 'removed'): Promise<void> => {
    const set = await read(name);
    if (set === null) return;
    const is = onDeletion(set.template);
    const template = is === wanted ? null : withDeletion(set.template, wanted);
    if (is !== wanted && template === null)
      throw new Stop(
        `${name}: its template is not JSON as dhmc deploys it, so that it cannot be proven what its deletion keeps.`,
        'Update the stack set with the template of `dhmc template cloudformation --format json`, and run the command again.',
      );
    const instances = await instancesOf(name);
    const behind = instances.filter(isBehind);
    if (template !== null || set.autoDeployment.enabled || behind.length > 0) {
      await forget(name, instances.filter(isEmpty));
      onStep(
        `${name}: automatic deployment off${template === null ? '' : wanted === 'kept' ? '; deletion keeps role and setting' : '; deletion resets or removes'}`,
      );
      const operation = nextId();
      await call(aboutSet('UpdateStackSet', name, operation, Infinity), () =>
        access.updateSet({
          name,
          operation,
          template,
          parameters: Object.keys(set.parameters),
          needsNamedIam: kindOfSet(set) === 'role',
          autoDeployment: { enabled: false, retainStacks: false, dependsOn: [] },
          preferences,
        }),
      );
    }
    const now = await read(name);
    if (now === null) return;
    const left = (await instancesOf(name)).filter(isBehind);
    if (onDeletion(now.template) !== wanted || now.autoDeployment.enabled || left.length > 0)
      throw new Stop(
        left.length > 0
          ? `${name}: ${String(left.length)} ${left.length === 1 ? 'stack is' : 'stacks are'} not current, so that it cannot be proven what ${left.length === 1 ? 'its' : 'their'} deletion keeps: ${left
              .slice(0, 5)
              .map(
                ({ account, region, reason }) =>
                  `${account} ${region}${reason === null ? '' : ` (${reason})`}`,
              )
              .join(', ')}. Nothing of this stack set was deleted.`
          : `${name}: the stack set is not as it was updated. Nothing of it was deleted.`,
        again,
      );
  };

  const deleteInstances = async (
    name: string,
    instances: readonly StackInstance[],
    targets: Omit<DeploymentTargets, 'units'> & { readonly retainStacks: boolean },
    units: readonly string[],
  ): Promise<void> => {
    const regions = [...new Set(instances.map(({ region }) => region))].sort();
    for (const some of chunked(units, maxUnits)) {
      const operation = nextId();
      const { retainStacks, accounts, accountFilter } = targets;
      const given = { units: some, accounts, accountFilter, regions };
      await call(
        { call: 'DeleteStackInstances', set: name, operation, cells: instances.length, ...given },
        () => access.deleteInstances({ set: name, operation, ...given, preferences, retainStacks }),
      );
    }
  };

  /**
   * Removes instances that have no stack, since an update would deploy them only to remove them again. Their accounts
   * contain nothing of them.
   */
  const forget = async (name: string, empty: readonly StackInstance[]): Promise<void> => {
    const groups = groupsOf(empty.map(({ account, region }) => ({ account, region, value: '' })));
    for (const { accounts, regions } of groups) {
      const ofGroup = empty.filter(
        ({ account, region }) => accounts.includes(account) && regions.includes(region),
      );
      const targets = { accounts, accountFilter: 'INTERSECTION', retainStacks: false } as const;
      await deleteInstances(name, ofGroup, targets, roots);
    }
  };

  const remove = async ({ name }: StackSet): Promise<void> => {
    if ((await read(name)) === null) return;
    const instances = await instancesOf(name);
    const autoTargets = await access.autoTargets(name);
    if (!autoTargets.known) return stopFor(autoTargets.problem);
    const units = [
      ...new Set([
        ...autoTargets.value.map(({ unit }) => unit),
        ...instances.flatMap(({ unit }) => unit ?? []),
      ]),
    ];
    if (instances.length > 0) {
      onStep(`${name}: deleting ${plural(instances.length, 'stack instance')}`);
      // Stacks that CloudFormation cannot delete stay in their accounts, without the stack set.
      const stuck = instances.filter(
        (instance) => isStuck(instance) || !options.active.has(instance.account),
      );
      if (stuck.length > 0)
        await deleteInstances(
          name,
          stuck,
          {
            accounts: [...new Set(stuck.map(({ account }) => account))],
            accountFilter: 'INTERSECTION',
            retainStacks: true,
          },
          roots,
        );
      const all = { accounts: [], accountFilter: 'NONE', retainStacks: false } as const;
      await deleteInstances(name, instances, all, units.length === 0 ? roots : units);
      const rest = await instancesOf(name);
      // Accounts that were moved out of the units are still under a root.
      if (rest.length > 0) await deleteInstances(name, rest, all, roots);
      const left = await instancesOf(name);
      if (left.length > 0)
        throw new Stop(
          `${name}: ${String(left.length)} stack ${left.length === 1 ? 'instance' : 'instances'} could not be deleted: ${left
            .slice(0, 5)
            .map(
              ({ account, region, reason }) =>
                `${account} ${region}${reason === null ? '' : ` (${reason})`}`,
            )
            .join(', ')}.`,
          again,
        );
    }
    onStep(`${name}: deleting the stack set`);
    await call(aboutSet('DeleteStackSet', name), () => access.deleteSet(name));
  };

  return { settle, prepare, remove };
}

const isSuspended = ({ detailedStatus }: StackInstance): boolean =>
  detailedStatus === 'SKIPPED_SUSPENDED_ACCOUNT';

/** Whether a stack exists that may not have the newest template. An instance without a stack has nothing to delete. */
const isBehind = (instance: StackInstance): boolean =>
  instance.stack !== null && instance.status === 'OUTDATED' && !isSuspended(instance);

/** Whether the instance was never deployed. */
const isEmpty = (instance: StackInstance): boolean =>
  instance.stack === null && instance.status === 'OUTDATED' && !isSuspended(instance);

/** Whether no operation of the stack set can reach the instance any more. */
const isStuck = (instance: StackInstance): boolean =>
  instance.status === 'INOPERABLE' || isSuspended(instance);
