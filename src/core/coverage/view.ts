/** The facts about an instance in the form that the rules need. */
import { lastSegment } from '../iam/role-names.ts';
import {
  firstWithDhmc,
  firstWithoutRole,
  firstWithShortRotation,
  isOlder,
} from './agent-version.ts';
import type { InstanceFacts } from './facts.ts';

const minutes = (count: number): number => count * 60_000;

/** How long changes take, according to the agent's source and AWS's documentation. */
export const delays = {
  /** After a new setting or a start: until an agent that was denied tries again. */
  pickUp: minutes(35),
  /** After a change of the profile: until the instance's metadata and the agent follow. */
  change: minutes(60),
  /** The same for agents older than 3.3.217.0. */
  changeOfOldAgents: minutes(360),
  /** After a launch: until the instance certainly has its profile's credentials. */
  boot: minutes(60),
  /** Three heartbeats. */
  freshPing: minutes(15),
} as const;

/** - yes: allowed in at least some context. - maybe: depends on conditions that cannot be evaluated. */
export type Heartbeat = 'yes' | 'maybe' | 'no' | 'unread';

export interface View extends InstanceFacts {
  readonly presence: 'online' | 'lost' | 'unlisted';
  /** The last segment, in lower case, of the role that Systems Manager shows; null if it shows none. */
  readonly shown: string | null;
  /** Whether `shown` is the role that the setting names. */
  readonly shownIsSet: boolean;
  readonly heartbeat: Heartbeat;
  readonly metadataOff: boolean;
  /** Null if the version is unknown. */
  readonly agentTooOld: boolean | null;
  /** Whether the last ping is recent, or its time is unknown. */
  readonly fresh: boolean;
  /** Milliseconds since the launch; null if its time is unknown. */
  readonly launchAge: number | null;
  /** When the agent should have followed the last change; null if no change is pending. */
  readonly settlesAt: number | null;
  readonly settingSettlesAt: number | null;
}

const heartbeatOf = ({ profile }: InstanceFacts): Heartbeat => {
  if (profile.kind === 'unread') return 'unread';
  if (profile.kind !== 'role' || profile.heartbeat === 'denied') return 'no';
  return profile.heartbeat === 'allowed' ? 'yes' : 'maybe';
};

const roleKey = (value: string): string => lastSegment(value).toLowerCase();

/** The latest end among the delays that have not passed yet; null if all have. */
const latest = (now: number, ends: readonly (number | null)[]): number | null => {
  const open = ends.filter((end) => end !== null && end > now);
  return open.length === 0 ? null : Math.max(...open.map(Number));
};

const after = (time: number | null, delay: number): number | null =>
  time === null ? null : time + delay;

export function viewOf(facts: InstanceFacts): View {
  const { instance, node, profile, associatedAt, setting, now } = facts;
  const shown = typeof node?.role === 'string' && node.role !== '' ? roleKey(node.role) : null;
  const presence = node === null ? 'unlisted' : node.ping === 'Online' ? 'online' : 'lost';
  const version = node?.version ?? null;
  const change =
    isOlder(version, firstWithShortRotation) === true ? delays.changeOfOldAgents : delays.change;
  const ofChange = presence === 'lost' ? change : delays.pickUp;
  const modifiedAt = setting.kind === 'set' ? setting.modifiedAt : null;
  const pending = setting.kind === 'set' && setting.pending ? now + delays.pickUp : null;
  return {
    ...facts,
    presence,
    shown,
    shownIsSet: shown !== null && setting.kind === 'set' && shown === roleKey(setting.value),
    heartbeat: heartbeatOf(facts),
    metadataOff: instance.metadata === 'disabled',
    agentTooOld: isOlder(
      version,
      profile.kind === 'without-role' ? firstWithoutRole : firstWithDhmc,
    ),
    fresh: typeof node?.lastPingAt !== 'number' || now - node.lastPingAt <= delays.freshPing,
    launchAge: instance.launchedAt === null ? null : now - instance.launchedAt,
    settingSettlesAt: latest(now, [after(modifiedAt, delays.pickUp), pending]),
    settlesAt: latest(now, [
      after(instance.launchedAt, delays.pickUp),
      after(associatedAt, ofChange),
      after(profile.kind === 'role' ? profile.changedAt : null, ofChange),
      presence === 'lost' ? after(modifiedAt, change) : null,
      presence === 'lost' ? pending : null,
    ]),
  };
}
