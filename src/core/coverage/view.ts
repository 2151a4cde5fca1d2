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

/** How long a change may take, by what the agent's source and AWS's documentation say. */
export const delays = {
  /** A setting or a start, until an agent that was denied tries again. */
  pickUp: minutes(35),
  /** A profile, until the instance's metadata and the agent follow. */
  change: minutes(60),
  /** The same for agents older than 3.3.217.0. */
  changeOfOldAgents: minutes(360),
  /** After this the instance has had its profile's credentials for certain. */
  boot: minutes(60),
  /** Three heartbeats. */
  freshPing: minutes(15),
} as const;

/** - yes: allowed in some context at least. - maybe: by conditions that cannot be judged. */
export type Heartbeat = 'yes' | 'maybe' | 'no' | 'unread';

export interface View extends InstanceFacts {
  readonly presence: 'online' | 'lost' | 'unlisted';
  /** Last segment, in lower case, of the role that Systems Manager shows; null if it shows none. */
  readonly shown: string | null;
  /** The role that is shown is the one that the setting names. */
  readonly shownIsSet: boolean;
  readonly heartbeat: Heartbeat;
  readonly metadataOff: boolean;
  /** Null if the version is not known. */
  readonly agentTooOld: boolean | null;
  /** The last ping is recent, or its time is not known. */
  readonly fresh: boolean;
  /** Milliseconds since the launch; null if its time is not known. */
  readonly launchAge: number | null;
  /** When a change that is still on its way should have arrived; null if none is. */
  readonly settlesAt: number | null;
  readonly settingSettlesAt: number | null;
}

const heartbeatOf = ({ profile }: InstanceFacts): Heartbeat => {
  if (profile.kind === 'unread') return 'unread';
  if (profile.kind !== 'role' || profile.heartbeat === 'denied') return 'no';
  return profile.heartbeat === 'allowed' ? 'yes' : 'maybe';
};

const roleKey = (value: string): string => lastSegment(value).toLowerCase();

/** The latest end of all delays that still run; null if none does. */
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
