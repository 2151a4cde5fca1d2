/** A look at the instances of a scope besides a plan: how many are not managed, and how many of them DHMC could manage. */
import type { CoverageInstance, CoverageReason } from '../../core/coverage/model.ts';
import { isRunning } from '../../core/coverage/judge.ts';
import { isUnmanaged, tallyCoverage } from '../../core/coverage/summary.ts';
import type { Scope } from '../../core/model/scope.ts';
import { observeCoverage } from '../../run/index.ts';
import { number, plural } from '../../render/coverage/words.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';

/** Reasons that end once the setting names a whole role. Whether an agent is there to use it is not known. */
const endsWithDhmc: ReadonlySet<CoverageReason> = new Set<CoverageReason>([
  'setting-unset',
  'setting-recent',
  'dhmc-role-broken',
]);

export interface UnmanagedInstance {
  readonly account: string;
  readonly reason: CoverageReason | null;
}

export interface FleetLook {
  readonly running: number;
  /** Running instances that are not managed, or not known to be, by id. */
  readonly unmanaged: ReadonlyMap<string, UnmanagedInstance>;
  readonly couldBeManaged: number;
  /** Whether every cell could be read. */
  readonly whole: boolean;
}

/** Reads and judges the instances of the scope. */
export async function lookAtFleet(session: CommandSession, scope: Scope): Promise<FleetLook> {
  const { cloud, settings, signal, progress } = session;
  const tally = tallyCoverage();
  const unmanaged = new Map<string, UnmanagedInstance>();
  let couldBeManaged = 0;
  const add = (instance: CoverageInstance): void => {
    tally.addInstance(instance);
    if (!isUnmanaged(instance) || !isRunning(instance.state)) return;
    unmanaged.set(instance.id, { account: instance.account, reason: instance.reason });
    if (instance.reason !== null && endsWithDhmc.has(instance.reason)) couldBeManaged += 1;
  };
  await observeCoverage({
    cloud,
    clock,
    scope,
    settings,
    tally,
    signal,
    onProgress: progress.planning,
    onInstances: (instances) => {
      instances.forEach(add);
      return Promise.resolve();
    },
  });
  const { running } = tally.summary(cloud.usage());
  return { running, unmanaged, couldBeManaged, whole: tally.exitStatus({ check: false }) === 0 };
}

/** The look in a sentence or two, for the plan. */
export function describeFleet({ running, unmanaged, couldBeManaged, whole }: FleetLook): string {
  const rest = whole ? '' : ' Some instances could not be read: `dhmc coverage` says which.';
  if (running === 0) return `Coverage: no running instance in scope.${rest}`;
  return `Coverage: ${number(unmanaged.size)} of ${plural(running, 'running instance')} in scope are not managed now, and DHMC could manage ${number(couldBeManaged)} of them.${rest}`;
}

const pauseMs = 30_000;

/**
 * Waits after a wave until all instances of its accounts that were not managed have registered, or the time is up, and
 * says how many have, and why the others have not.
 */
export async function watchWave(
  session: CommandSession,
  scope: Scope,
  {
    before,
    accountIds,
    limitMs,
  }: {
    readonly before: FleetLook;
    readonly accountIds: readonly string[];
    readonly limitMs: number;
  },
): Promise<string> {
  const accounts = { ...scope.accounts, org: false, ous: [], tags: [], accounts: accountIds };
  const ofWave = { ...scope, accounts };
  const waiting = [...before.unmanaged].filter(([, { account }]) => accountIds.includes(account));
  if (waiting.length === 0)
    return 'Coverage: every running instance of these accounts was managed.';
  const end = clock.now() + limitMs;
  for (;;) {
    const now = await lookAtFleet(session, ofWave);
    const left = waiting.filter(([id]) => now.unmanaged.has(id));
    if (left.length === 0 || clock.now() >= end || session.signal.aborted)
      return describeWait(
        waiting.length,
        left.map(([id]) => now.unmanaged.get(id)?.reason ?? null),
        now,
      );
    await clock.sleep(Math.min(pauseMs, end - clock.now()), session.signal);
  }
}

function describeWait(
  all: number,
  left: readonly (CoverageReason | null)[],
  { whole }: FleetLook,
): string {
  const counts = new Map<string, number>();
  for (const reason of left)
    counts.set(reason ?? 'unknown', (counts.get(reason ?? 'unknown') ?? 0) + 1);
  const why = [...counts].map(([reason, count]) => `${number(count)} ${reason}`).join(', ');
  const rest = left.length === 0 ? '' : ` Not yet: ${why}.`;
  const unread = whole ? '' : ' Some instances could not be read.';
  return `Coverage: ${number(all - left.length)} of ${plural(all, 'instance')} that were not managed before have registered or are gone.${rest}${unread}`;
}
