/**
 * Runs operations over time: when their stacks start and finish. The sandbox uses no timers; each request first brings
 * everything up to the sandbox's time.
 */
import type { State } from '../../state/state.ts';
import { deployInstance } from './instance.ts';
import {
  instanceKey,
  newInstance,
  storeOf,
  type Instance,
  type Lane,
  type Operation,
  type Running,
  type StackSet,
  type Store,
  type Task,
} from './model.ts';

/** The maximum number of stack instances in progress at once, for all stack sets of a region. */
const maxAtOnce = 10_000;

/** Brings every operation up to the given time. Cheap if nothing has finished. */
export function settle(state: State, now: number): void {
  const store = storeOf(state);
  for (let at = store.running[0]?.finishesAt; at !== undefined && at <= now;) {
    while (store.running[0] !== undefined && store.running[0].finishesAt <= at) {
      const first = store.running.shift();
      if (first !== undefined) finish(state, first);
    }
    advance(state, at);
    at = store.running[0]?.finishesAt;
  }
}

/** Adds an operation, and starts whatever can start. */
export function begin(state: State, operation: Operation, now: number): void {
  operation.set.operations.push(operation);
  storeOf(state).active.add(operation);
  advance(state, now);
}

/** Stops an operation. Running tasks finish; pending tasks are canceled. */
export function stop(state: State, operation: Operation, now: number): void {
  for (const lane of operation.lanes)
    cancelRest(operation, lane, 'Cancelled by StopStackSetOperation');
  operation.status = 'STOPPING';
  advance(state, now);
}

/** Starts everything that can start, until nothing changes. */
function advance(state: State, now: number): void {
  const store = storeOf(state);
  let again = true;
  while (again) {
    again = false;
    for (const operation of store.active) {
      if (operation.status === 'QUEUED' && mayBegin(store, operation)) {
        const missing = operation.after.find((other) => !succeededWholly(other));
        if (missing === undefined) operation.status = 'RUNNING';
        else {
          const reason = `The operation of the stack set ${missing.set.name}, on which this one depends, did not succeed.`;
          for (const lane of operation.lanes) cancelRest(operation, lane, reason);
          end(store, operation, { status: 'FAILED', reason, now });
          again = true;
          continue;
        }
      }
      if (operation.status !== 'QUEUED') startTasks(state, operation, now);
      if (operation.status !== 'QUEUED' && isDone(operation)) {
        conclude(store, operation, now);
        again = true;
      }
    }
  }
}

/** Whether all earlier operations on the same instances, and all operations that it depends on, have ended. */
function mayBegin(store: Store, operation: Operation): boolean {
  if (operation.after.some((other) => store.active.has(other))) return false;
  for (const other of store.active) {
    if (other === operation) return true;
    if (other.set !== operation.set) continue;
    if (!operation.set.managedExecution || conflicts(other, operation)) return false;
  }
  return true;
}

const succeededWholly = ({ status, lanes }: Operation): boolean =>
  status === 'SUCCEEDED' && lanes.every(({ failed }) => failed === 0);

/** Whether the operations share an account and region. */
export function conflicts(one: Operation, other: Operation): boolean {
  if (one.wholeSet || other.wholeSet) return true;
  const keys = new Set(tasksOf(one).map(({ account, region }) => instanceKey(account, region)));
  return tasksOf(other).some(({ account, region }) => keys.has(instanceKey(account, region)));
}

const tasksOf = ({ lanes }: Operation): readonly Task[] => lanes.flatMap(({ tasks }) => tasks);

const isDone = ({ lanes }: Operation): boolean =>
  lanes.every(({ running, next, tasks }) => running === 0 && next === tasks.length);

function conclude(store: Store, operation: Operation, now: number): void {
  const exceeded = operation.lanes.some(({ failed, tolerance }) => failed > tolerance);
  const status = operation.status === 'STOPPING' ? 'STOPPED' : exceeded ? 'FAILED' : 'SUCCEEDED';
  end(store, operation, {
    status,
    reason: status === 'FAILED' ? 'The failure tolerance was exceeded.' : null,
    now,
  });
}

function end(
  store: Store,
  operation: Operation,
  {
    status,
    reason,
    now,
  }: { readonly status: Operation['status']; readonly reason: string | null; readonly now: number },
): void {
  operation.status = status;
  operation.statusReason = reason;
  operation.endedAt = now;
  store.active.delete(operation);
  const { drift } = operation.set;
  if (operation.action === 'DETECT_DRIFT' && drift?.operation === operation.id) {
    drift.running = false;
    drift.failed = status !== 'SUCCEEDED';
    drift.at = now;
  }
}

function startTasks(state: State, operation: Operation, now: number): void {
  for (const lane of operation.lanes) {
    startLane(state, operation, lane, now);
    const done = lane.running === 0 && lane.next === lane.tasks.length;
    if (!operation.inParallel && !done) return;
  }
}

function startLane(state: State, operation: Operation, lane: Lane, now: number): void {
  const { running } = storeOf(state);
  const { stackMs = 1000 } = state.behavior;
  const bound = (): number =>
    operation.strict ? Math.min(lane.most, lane.tolerance + 1 - lane.failed) : lane.most;
  while (lane.next < lane.tasks.length && lane.running < bound()) {
    if (isFull(state, running, operation.set)) return;
    const task = lane.tasks[lane.next];
    if (task === undefined) return;
    lane.next++;
    lane.running++;
    task.status = 'RUNNING';
    const instance = instanceFor(operation, task);
    if (instance !== undefined && operation.action !== 'DETECT_DRIFT') {
      if (operation.action === 'DELETE') instance.status = 'OUTDATED';
      instance.detailedStatus = 'RUNNING';
      instance.lastOperation = operation.id;
    }
    schedule(running, { finishesAt: now + stackMs, operation, lane, task });
  }
}

/** The task's instance. For a create operation, an instance that an earlier operation deleted is created again. */
function instanceFor({ set, action }: Operation, task: Task): Instance | undefined {
  const key = instanceKey(task.account, task.region);
  const known = set.instances.get(key);
  if (known !== undefined || action !== 'CREATE') return known;
  const instance = newInstance(task, new Map());
  set.instances.set(key, instance);
  return instance;
}

/** Whether a limit of the region or the set prevents another stack of the set from starting. */
function isFull({ behavior }: State, running: readonly Running[], set: StackSet): boolean {
  const { stackSetConcurrency: most = maxAtOnce } = behavior;
  if (running.length < Math.min(most, maxAtOnce)) return false;
  const count = (counts: (other: StackSet) => boolean): number =>
    running.filter(({ operation }) => counts(operation.set)).length;
  return (
    count((other) => other === set) >= most ||
    count(({ region }) => region === set.region) >= maxAtOnce
  );
}

/** Inserts an entry in the order of finishing, nearly always at the end. */
function schedule(running: Running[], entry: Running): void {
  let at = running.length;
  while (at > 0 && (running[at - 1]?.finishesAt ?? 0) > entry.finishesAt) at--;
  running.splice(at, 0, entry);
}

function finish(state: State, { operation, lane, task, finishesAt }: Running): void {
  lane.running--;
  const reason = deployInstance(state, operation, task, finishesAt);
  task.status = reason === null ? 'SUCCEEDED' : 'FAILED';
  task.reason = reason;
  if (reason === null) return;
  lane.failed++;
  if (lane.failed <= lane.tolerance || lane.stopped) return;
  const why = 'Cancelled since failure tolerance has exceeded';
  cancelRest(operation, lane, why);
  if (operation.inParallel) return;
  const at = operation.lanes.indexOf(lane);
  for (const later of operation.lanes.slice(at + 1)) cancelRest(operation, later, why);
}

function cancelRest(operation: Operation, lane: Lane, reason: string): void {
  lane.stopped = true;
  for (const task of lane.tasks.slice(lane.next)) {
    task.status = 'CANCELLED';
    task.reason = reason;
    const instance = operation.set.instances.get(instanceKey(task.account, task.region));
    if (instance === undefined || operation.action === 'DETECT_DRIFT') continue;
    instance.lastOperation = operation.id;
    if (instance.status === 'CURRENT') {
      instance.detailedStatus = 'SUCCEEDED';
      continue;
    }
    instance.detailedStatus = instance.status === 'INOPERABLE' ? 'INOPERABLE' : 'CANCELLED';
    instance.reason = reason;
  }
  lane.next = lane.tasks.length;
}
