/** Reads the instances of a scope for a plan: how many are unmanaged, and how many of these DHMC could manage. */
import type { CoverageInstance, CoverageReason } from '../../core/coverage/model.ts';
import { isRunning } from '../../core/coverage/judge.ts';
import { isUnmanaged, tallyCoverage } from '../../core/coverage/summary.ts';
import type { Scope } from '../../core/model/scope.ts';
import type { Clock } from '../../run/cloud.ts';
import { observeCoverage } from '../../run/coverage.ts';
import { number, plural } from '../../core/model/counted.ts';
import { clock } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';

/**
 * Reasons that no longer apply once the setting names a complete role. Whether the instance has an agent is unknown.
 */
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
  /** By id: running instances that are unmanaged, or not known to be managed. */
  readonly unmanaged: ReadonlyMap<string, UnmanagedInstance>;
  readonly couldBeManaged: number;
  /** Ids of accounts with a running instance. */
  readonly populated: ReadonlySet<string>;
  /** Instances of `asked` that are managed. */
  readonly registered: ReadonlySet<string>;
  /** Whether every cell could be read. */
  readonly whole: boolean;
}

/** Reads and judges the instances of the scope. `asked`: at a wave gate, the ids of the instances to wait for. */
export async function lookAtFleet(
  session: CommandSession,
  scope: Scope,
  asked: ReadonlySet<string> | null = null,
): Promise<FleetLook> {
  const { cloud, settings, signal, progress } = session;
  const tally = tallyCoverage();
  const unmanaged = new Map<string, UnmanagedInstance>();
  const registered = new Set<string>();
  const populated = new Set<string>();
  let couldBeManaged = 0;
  const add = (instance: CoverageInstance): void => {
    tally.addInstance(instance);
    if (!isRunning(instance.state)) return;
    populated.add(instance.account);
    if (!isUnmanaged(instance)) {
      if (asked?.has(instance.id) === true) registered.add(instance.id);
      return;
    }
    unmanaged.set(instance.id, { account: instance.account, reason: instance.reason });
    if (instance.reason !== null && endsWithDhmc.has(instance.reason)) couldBeManaged += 1;
  };
  const { cut } = await observeCoverage({
    cloud,
    clock,
    scope,
    settings,
    tally,
    signal,
    // At a wave gate, the progress of the run stays on display.
    ...(asked === null ? { onProgress: progress.planning } : {}),
    onInstances: (instances) => {
      instances.forEach(add);
      return Promise.resolve();
    },
  });
  const { running } = tally.summary(cloud.usage());
  const whole = tally.exitStatus({ check: false }) === 0 && cut === null;
  return { running, unmanaged, couldBeManaged, populated, registered, whole };
}

/** A sentence or two about the instances, for the plan. */
export function describeFleet({ running, unmanaged, couldBeManaged, whole }: FleetLook): string {
  const rest = whole ? '' : ' Some instances could not be read: dhmc coverage says which.';
  if (running === 0) return `Coverage: no running instance in scope.${rest}`;
  const missing = unmanaged.size;
  const managed =
    running === 1
      ? `the one running instance in scope is ${missing === 0 ? '' : 'not '}managed`
      : missing === 0
        ? `all ${plural(running, 'running instance')} in scope are managed`
        : `${number(missing)} of ${plural(running, 'running instance')} in scope ${missing === 1 ? 'is' : 'are'} not managed`;
  const help =
    missing === 0
      ? ''
      : missing === 1
        ? `, and DHMC ${couldBeManaged === 1 ? 'could' : 'could not'} manage it`
        : `, and DHMC could manage ${couldBeManaged === 0 ? 'none' : number(couldBeManaged)} of them`;
  return `Coverage before any change: ${managed}${help}.${rest}`;
}

/** The first pauses are short, for instances that registered during the wave. */
const pausesMs = [1_000, 3_000, 10_000] as const;

export interface WaveWatch {
  readonly before: FleetLook;
  readonly accountIds: readonly string[];
  readonly limitMs: number;
  /** Default: this machine's clock. */
  readonly waits?: Clock;
}

/**
 * After a wave, waits until all unmanaged instances of its accounts have registered or the time is up. Returns how many
 * have registered, and which have not and why. If the instances cannot be read, the text says so and the run continues.
 */
export async function watchWave(
  session: CommandSession,
  scope: Scope,
  { before, accountIds, limitMs, waits = clock }: WaveWatch,
): Promise<string> {
  const { signal } = session;
  const accounts = { ...scope.accounts, org: false, ous: [], tags: [], accounts: accountIds };
  const ofWave = { ...scope, accounts };
  const inWave = new Set(accountIds);
  const waiting = [...before.unmanaged].flatMap(([id, { account }]) =>
    inWave.has(account) ? [id] : [],
  );
  if (waiting.length === 0 && before.whole)
    return accountIds.some((id) => before.populated.has(id))
      ? 'Coverage: every running instance of these accounts was managed before.'
      : 'Coverage: these accounts had no running instance before the run.';
  if (waiting.length === 0)
    return 'Coverage: no instance of these accounts is known not to have been managed before; some could not be read.';
  const end = waits.now() + limitMs;
  for (let looks = 0; ; looks += 1) {
    let now: FleetLook;
    try {
      now = await lookAtFleet(session, ofWave, new Set(waiting));
    } catch (error) {
      if (signal.aborted) return '';
      return `Coverage: the instances could not be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    const isOver = waiting.every((id) => now.registered.has(id)) || waits.now() >= end;
    if (isOver || signal.aborted) return describeWait(waiting, now);
    const pause = pausesMs[looks] ?? 30_000;
    await waits.sleep(Math.min(pause, end - waits.now()), signal);
    if (signal.aborted) return describeWait(waiting, now);
  }
}

const maxExamples = 3;

/** How many instances have registered, and which have not and why. */
function describeWait(
  waiting: readonly string[],
  { unmanaged, registered, whole }: FleetLook,
): string {
  const byReason = new Map<string, string[]>();
  let gone = 0;
  for (const id of waiting) {
    const left = unmanaged.get(id);
    if (left === undefined) gone += registered.has(id) ? 0 : 1;
    else {
      const reason = left.reason ?? 'unknown';
      byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
    }
  }
  const why = [...byReason].map(
    ([reason, ids]) =>
      `${number(ids.length)} ${reason} (${ids.slice(0, maxExamples).join(', ')}${ids.length > maxExamples ? ', …' : ''})`,
  );
  return [
    `Coverage: ${number(registered.size)} of ${plural(waiting.length, 'instance')} not managed before the run ${registered.size === 1 ? 'has' : 'have'} registered.`,
    ...(why.length === 0 ? [] : [`Not yet: ${why.join(', ')}.`]),
    ...(gone === 0
      ? []
      : [
          `${number(gone)} not found: ${whole ? 'stopped or gone' : 'stopped, gone or not readable'}.`,
        ]),
    ...(whole ? [] : ['Some instances could not be read.']),
  ].join(' ');
}
