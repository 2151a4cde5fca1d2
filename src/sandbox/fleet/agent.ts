/**
 * Simulates the SSM Agent of one instance as a pure function of its history and the clock. `README.md` in this folder
 * lists the rules and their times.
 */
import { isAtLeast, since } from './versions.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The agent's intervals, in milliseconds. */
export const agentTimes = {
  heartbeat: 5 * minute,
  /** How long after a success the core looks for credentials again. */
  rotation: 30 * minute,
  /** The wait after a denial, plus up to `denialJitter`. */
  denial: 25 * minute,
  denialJitter: 5 * minute,
  /** The wait in agents before 3.2.1630.0. It doubles with every denial, up to `oldDenialMost`. */
  oldDenialFirst: 19 * minute,
  oldDenialMost: 304 * minute,
  /** The wait after any other error. It doubles up to `errorMost`. */
  errorFirst: 5 * minute,
  errorMost: hour,
  /** How long a token of the default host management role is valid. */
  token: hour,
  /** How long the worker keeps credentials. `oldWorker` is for the profile credentials of old agents. */
  worker: 30 * minute,
  oldWorker: 6 * hour,
} as const;

/** If nothing around the agent changes for this long, its state no longer changes. In milliseconds. */
const settling = 14 * hour;

/** The metadata service's error in place of a profile's credentials. */
export type ProfileError =
  'EC2RoleRequestError' | 'AssumeRoleUnauthorizedAccess' | 'EmptyEC2RoleList';

/** The conditions that an agent works under from a given time on. */
export interface Surroundings {
  /** Milliseconds since the epoch. The first time is the launch. */
  readonly at: number;
  /** The instance and its agent run. */
  readonly up: boolean;
  /** The agent was restarted at this time. */
  readonly restarted?: boolean;
  readonly version: string;
  /** The agent's vault has its registration. Without it, default host management is not possible. */
  readonly registered: boolean;
  /** The metadata service is enabled. */
  readonly metadata: boolean;
  /** The agent can reach Systems Manager's endpoint. */
  readonly reachable: boolean;
  /** The role of the credentials from the metadata service, or the service's error. */
  readonly profile: { readonly role: string } | { readonly error: ProfileError };
  /** The role that RequestManagedInstanceRoleToken returns; null if it is denied. */
  readonly dhmcRole: string | null;
  /** Credentials with priority over any role: an activation's, or keys on the machine. */
  readonly own: string | null;
  /** Whether credentials of this role may call UpdateInstanceInformation. */
  readonly mayPing: (role: string, source: Source) => boolean;
}

export type Source = 'profile' | 'dhmc' | 'own';

/** The instance as Systems Manager sees it. */
export interface Sighting {
  readonly registeredAt: number;
  readonly lastPingAt: number;
  /** The source of the credentials for the last ping. */
  readonly source: Source;
  readonly role: string;
  /** The role of the last ping under default host management; null if there was none. */
  readonly lastDhmcRole: string | null;
  /** When the instance or its agent stopped; null while it is up. */
  readonly downSince: number | null;
}

interface Held {
  readonly source: Source;
  readonly role: string;
  readonly until: number;
}

interface Agent {
  core: Held | null;
  coreNext: number;
  /** The number of consecutive failures. */
  failures: number;
  worker: Held | null;
  workerNext: number;
  registeredAt: number | null;
  lastPingAt: number;
  pingSource: Source;
  pingRole: string;
  lastDhmcRole: string | null;
  downSince: number | null;
}

/**
 * The instance as Systems Manager sees it at `now`, after the conditions of the timeline; null if it never reported.
 * `seed` varies the times between instances: the same number gives the same times.
 */
export function observeAgent(
  seed: number,
  timeline: readonly Surroundings[],
  now: number,
): Sighting | null {
  const agent: Agent = {
    core: null,
    coreNext: Infinity,
    failures: 0,
    worker: null,
    workerNext: Infinity,
    registeredAt: null,
    lastPingAt: -Infinity,
    pingSource: 'own',
    pingRole: '',
    lastDhmcRole: null,
    downSince: null,
  };
  let wasUp = false;
  for (let i = 0; i < timeline.length; i++) {
    const met = timeline[i];
    if (met === undefined || met.at > now) break;
    const end = Math.min(now, timeline[i + 1]?.at ?? now);
    if (!met.up) {
      if (wasUp) agent.downSince = met.at;
      stop(agent);
    } else {
      agent.downSince = null;
      if (!wasUp || met.restarted === true) start(agent, seed, met.at);
      live(agent, { seed, met, end, first: i === 0 });
    }
    wasUp = met.up;
  }
  if (agent.registeredAt === null) return null;
  return {
    registeredAt: agent.registeredAt,
    lastPingAt: agent.lastPingAt,
    source: agent.pingSource,
    role: agent.pingRole,
    lastDhmcRole: agent.lastDhmcRole,
    downSince: agent.downSince,
  };
}

function stop(agent: Agent): void {
  agent.core = agent.worker = null;
  agent.coreNext = agent.workerNext = Infinity;
  agent.failures = 0;
}

/** Starts the agent. It looks for credentials one to three minutes later. */
function start(agent: Agent, seed: number, at: number): void {
  stop(agent);
  agent.coreNext = at + bootTime(seed);
}

const bootTime = (seed: number): number => minute + Math.floor(share(seed, 0) * 2 * minute);

interface Stretch {
  readonly seed: number;
  readonly met: Surroundings;
  readonly end: number;
  /** Whether the stretch begins with the launch. */
  readonly first: boolean;
}

/** Runs the agent through a stretch of unchanged conditions. */
function live(agent: Agent, stretch: Stretch): void {
  const { seed, met, end, first } = stretch;
  const long = end - met.at > settling;
  let at = met.at;
  if (!(long && first)) {
    const until = long ? met.at + settling : end;
    for (;;) {
      const next = Math.min(agent.coreNext, agent.workerNext);
      if (next > until) break;
      ping(agent, stretch, at, next);
      at = next;
      if (agent.coreNext === next) decide(agent, stretch, at);
      else readCredentials(agent, stretch, at);
    }
    ping(agent, stretch, at, until);
    at = until;
  }
  if (!long) return;
  settle(agent, stretch);
  if (first && agent.worker !== null && met.mayPing(agent.worker.role, agent.worker.source)) {
    agent.registeredAt ??= met.at + bootTime(seed);
  }
  ping(agent, stretch, at, end);
}

/** Sets the state that the agent reaches after a long stretch, at a random point between two of its decisions. */
function settle(agent: Agent, stretch: Stretch): void {
  const { seed, met, end } = stretch;
  agent.failures = 10;
  decide(agent, stretch, end);
  agent.worker = null;
  if (agent.core !== null) takeCredentials(agent, stretch, end);
  else agent.workerNext = Infinity;
  // The wait has its usual length, but started before `end`.
  agent.coreNext = end + (agent.coreNext - end) * share(seed, 1);
  if (agent.worker !== null) {
    const held: Held = agent.worker;
    const passed = (agent.workerNext - end) * share(seed, 2);
    agent.workerNext -= passed;
    agent.worker = { ...held, until: held.until === Infinity ? Infinity : held.until - passed };
  }
  if (!met.reachable) agent.worker = null;
}

/** The core looks for credentials: first the profile's, then those of the default host management role. */
function decide(agent: Agent, { seed, met }: Stretch, at: number): void {
  const found = retrieve(met);
  if (typeof found !== 'string') {
    agent.failures = 0;
    agent.core = { ...found, until: found.source === 'dhmc' ? at + agentTimes.token : Infinity };
    agent.coreNext = at + agentTimes.rotation;
    if (agent.worker === null) agent.workerNext = at;
    return;
  }
  agent.core = null;
  agent.coreNext = at + pause(found, met.version, agent.failures, share(seed, at));
  agent.failures++;
}

/** The wait before the next try, in milliseconds. */
function pause(
  failure: 'denied' | 'error',
  version: string,
  failures: number,
  jitter: number,
): number {
  const times = agentTimes;
  if (failure === 'error') return Math.min(times.errorMost, times.errorFirst * 2 ** failures);
  if (isAtLeast(version, since.shortRetry)) return times.denial + jitter * times.denialJitter;
  return Math.min(times.oldDenialMost, times.oldDenialFirst * 2 ** failures);
}

type Found = { readonly source: Source; readonly role: string } | 'denied' | 'error';

function retrieve(met: Surroundings): Found {
  if (met.own !== null) return met.reachable ? { source: 'own', role: met.own } : 'error';
  const { profile, version } = met;
  if (!met.reachable) return 'error';
  // The metadata service provides both the profile's credentials and the instance's identity.
  if (!met.metadata) return 'error';
  if ('role' in profile) {
    if (met.mayPing(profile.role, 'profile')) return { source: 'profile', role: profile.role };
  } else if (profile.error === 'EmptyEC2RoleList') {
    return 'error';
  } else if (
    profile.error === 'AssumeRoleUnauthorizedAccess' &&
    !isAtLeast(version, since.fallbackFromDeadRole)
  ) {
    return 'error';
  }
  if (!isAtLeast(version, since.dhmc) || !met.registered || met.dhmcRole === null) return 'denied';
  return { source: 'dhmc', role: met.dhmcRole };
}

/** The worker takes the core's credentials. If it had none, it pings immediately. */
function readCredentials(agent: Agent, stretch: Stretch, at: number): void {
  const wasWithout = agent.worker === null;
  takeCredentials(agent, stretch, at);
  if (wasWithout && agent.core !== null) pinged(agent, stretch.met, at);
}

/** The worker takes the core's credentials, or keeps its own while they are valid. */
function takeCredentials(agent: Agent, stretch: Stretch, at: number): void {
  const { core, worker } = agent;
  if (core === null) {
    if (worker === null || worker.until <= at) {
      agent.worker = null;
      agent.workerNext = Infinity;
    } else {
      agent.workerNext = worker.until;
    }
    return;
  }
  const old =
    core.source === 'profile' && !isAtLeast(stretch.met.version, since.shortWorkerCredentials);
  const keeps = old ? agentTimes.oldWorker : agentTimes.worker;
  agent.worker = {
    source: core.source,
    role: core.role,
    until: core.source === 'profile' ? at + keeps : core.until,
  };
  agent.workerNext = at + keeps;
}

/** Sends the heartbeats after `from`, up to and including `to`. */
function ping(agent: Agent, { seed, met }: Stretch, from: number, to: number): void {
  if (agent.worker === null) return;
  const phase = Math.floor(share(seed, 3) * agentTimes.heartbeat);
  const last = Math.floor((to - phase) / agentTimes.heartbeat) * agentTimes.heartbeat + phase;
  if (last > from) pinged(agent, met, last);
}

function pinged(agent: Agent, met: Surroundings, at: number): void {
  const { worker } = agent;
  if (worker === null || !met.reachable || !met.mayPing(worker.role, worker.source)) return;
  agent.registeredAt ??= at;
  agent.lastPingAt = at;
  agent.pingSource = worker.source;
  agent.pingRole = worker.role;
  if (worker.source === 'dhmc') agent.lastDhmcRole = worker.role;
}

/** A number in [0, 1) that depends only on the seed and the salt. */
function share(seed: number, salt: number): number {
  let t = Math.imul((seed ^ Math.floor(salt)) + 0x6d2b79f5, 0x9e3779b1);
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
