/**
 * The nodes that Systems Manager lists for an account: instances that reported, and nodes that the world lists
 * directly.
 */
import { stableId } from '../state/principals.ts';
import { accountOf, nowOf } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { AccountState } from '../state/account.ts';
import type { ManagedInstance } from '../world.ts';
import { observeAgent } from './agent.ts';
import type { Sighting } from './agent.ts';
import { instancesOf } from './instances.ts';
import type { Instance } from './instances.ts';
import { surroundingsOf } from './surroundings.ts';
import { defaultAgentVersion, isAtLeast, latestAgentVersion, since } from './versions.ts';

export type Ping = 'Online' | 'ConnectionLost' | 'Inactive';

export interface Node {
  readonly id: string;
  /** A hybrid node's name. */
  readonly name: string | undefined;
  readonly computerName: string;
  readonly ping: Ping;
  /** Milliseconds since the epoch. */
  readonly lastPingAt: number;
  readonly registeredAt: number | null;
  readonly agentVersion: string;
  readonly isLatestVersion: boolean;
  readonly platform: 'Linux' | 'Windows' | 'MacOS';
  /** The value in the API; undefined if the API leaves it out. */
  readonly iamRole: string | undefined;
  readonly resourceType: 'EC2Instance' | 'ManagedInstance';
  readonly sourceType: string | undefined;
  readonly sourceId: string | undefined;
  readonly activationId: string | undefined;
  readonly ipAddress: string | undefined;
  /** The node's EC2 instance; null for a node that the world lists without one. */
  readonly instance: Instance | null;
}

/** The nodes of an account in a region, in the order of its instances. */
export function nodesOf(state: State, accountId: string, region: string): readonly Node[] {
  const account = accountOf(state, accountId);
  const listed = new Map((account.given?.instances?.[region] ?? []).map((node) => [node.id, node]));
  const now = nowOf(state);
  const nodes: Node[] = [];
  for (const instance of instancesOf(account, region)) {
    const given = listed.get(instance.id);
    listed.delete(instance.id);
    const node =
      given === undefined
        ? nodeOf(state, account, { region, instance, now })
        : listedNode(given, { now, instance });
    if (node !== null) nodes.push(node);
  }
  for (const given of listed.values()) nodes.push(listedNode(given, { now, instance: null }));
  return nodes;
}

function listedNode(
  given: ManagedInstance,
  { now, instance }: { readonly now: number; readonly instance: Instance | null },
): Node {
  const version = given.agentVersion ?? defaultAgentVersion;
  return {
    id: given.id,
    name: given.name,
    computerName: given.name ?? given.id,
    ping: given.ping ?? 'Online',
    lastPingAt: now - (given.lastPingMinutesAgo ?? 0) * 60_000,
    registeredAt: null,
    agentVersion: version,
    isLatestVersion: true,
    platform: given.platform ?? 'Linux',
    iamRole: given.role,
    resourceType: given.id.startsWith('mi-') ? 'ManagedInstance' : 'EC2Instance',
    sourceType: given.sourceId === undefined ? undefined : 'AWS::EC2::Instance',
    sourceId: given.sourceId,
    activationId: undefined,
    ipAddress: undefined,
    instance,
  };
}

interface Seen {
  readonly region: string;
  readonly instance: Instance;
  readonly now: number;
}

function nodeOf(state: State, account: AccountState, { region, instance, now }: Seen): Node | null {
  const { spec, seed } = instance;
  const timeline = surroundingsOf({ state, account, region }, instance, now);
  const sighting = observeAgent(seed, timeline, now);
  if (sighting === null) return null;
  const { connectionLostMs = 600_000, delistMs = 0 } = state.behavior.fleet ?? {};
  const running = (spec.state ?? 'running') === 'running';
  if (!running && sighting.downSince !== null && now - sighting.downSince >= delistMs) return null;
  const version = timeline.at(-1)?.version ?? defaultAgentVersion;
  const reportsSource = isAtLeast(version, since.sourceType);
  const activation = spec.agent?.activation;
  return {
    id: activation?.node ?? instance.id,
    name: activation === undefined ? undefined : (instance.name ?? instance.id),
    computerName: instance.name ?? `ip-${addressOf(seed).replaceAll('.', '-')}`,
    ping: now - sighting.lastPingAt <= connectionLostMs ? 'Online' : 'ConnectionLost',
    lastPingAt: sighting.lastPingAt,
    registeredAt: sighting.registeredAt,
    agentVersion: version,
    isLatestVersion: isAtLeast(version, latestAgentVersion),
    platform: spec.platform ?? 'Linux',
    iamRole: activation?.role ?? iamRoleOf({ state, account, region }, sighting, reportsSource),
    resourceType: activation === undefined ? 'EC2Instance' : 'ManagedInstance',
    sourceType: reportsSource || activation !== undefined ? 'AWS::EC2::Instance' : undefined,
    sourceId: reportsSource || activation !== undefined ? instance.id : undefined,
    activationId:
      activation === undefined
        ? undefined
        : (activation.id ?? stableId('', activation.node).slice(0, 10).toLowerCase()),
    ipAddress: addressOf(seed),
    instance,
  };
}

interface Cell {
  readonly state: State;
  readonly account: AccountState;
  readonly region: string;
}

/** The role that the API shows. AWS does not document it in several cases, so the world's behavior decides. */
function iamRoleOf(
  { state, account, region }: Cell,
  { source, lastDhmcRole }: Sighting,
  reportsSource: boolean,
): string | undefined {
  const {
    iamRole = 'path',
    iamRoleAfterReturn = 'cleared',
    iamRoleWithSource = 'shown',
  } = state.behavior.fleet ?? {};
  if (lastDhmcRole === null || iamRole === 'absent') return undefined;
  if (reportsSource && iamRoleWithSource === 'absent') return undefined;
  if (source !== 'dhmc' && iamRoleAfterReturn === 'cleared') return undefined;
  if (iamRole === 'name') return lastDhmcRole;
  const value = account.settings.now.get(region)?.value ?? '';
  if (value.toLowerCase().endsWith(`/${lastDhmcRole.toLowerCase()}`)) return value;
  const path = account.roles.now.get(lastDhmcRole.toLowerCase())?.path ?? '/';
  return `${path.slice(1)}${lastDhmcRole}`;
}

const addressOf = (seed: number): string =>
  `10.${(seed >>> 16) & 255}.${(seed >>> 8) & 255}.${seed & 255 || 1}`;
