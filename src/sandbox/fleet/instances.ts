/** The EC2 instances of an account in a region: those of the world, with later changes and launches. */
import { putInstance } from '../state/state.ts';
import type { State } from '../state/state.ts';
import type { AccountState } from '../state/account.ts';
import type { FleetInstance, Moment } from './spec.ts';

export interface Instance {
  readonly id: string;
  /** The instance as it is now. */
  readonly spec: FleetInstance;
  /** The instance as it was at the start; null if it was launched later. */
  readonly given: FleetInstance | null;
  /** The tag `Name`. */
  readonly name: string | undefined;
  /** Varies the times of agents between instances. */
  readonly seed: number;
}

const longAgo = Date.parse('2025-06-01T06:00:00Z');
const minute = 60_000;

/** A moment in milliseconds since the epoch. */
export const timeOf = ({ startedAt }: State, moment: Moment): number =>
  typeof moment === 'number' ? startedAt - moment * minute : Date.parse(moment);

export const launchOf = (state: State, spec: FleetInstance): number =>
  spec.launchedAt === undefined ? longAgo : timeOf(state, spec.launchedAt);

/** When the current profile was attached, or the last one was detached. */
export const profileSince = (state: State, spec: FleetInstance): number =>
  spec.profileChange === undefined ? launchOf(state, spec) : timeOf(state, spec.profileChange.at);

/** The key of an instance in `account.instances` and `account.restarts`. */
export const instanceKey = (region: string, id: string): string => `${region} ${id}`;

/** The instances of a region, in a fixed order. */
export function instancesOf(account: AccountState, region: string): readonly Instance[] {
  const found = new Map<string, Instance>();
  let place = 0;
  const add = (given: FleetInstance, index: number, count: number): void => {
    const key = `${account.id}/${region}/${place++}`;
    const id = given.id ?? `i-0${hexadecimal(key)}`;
    const changed = account.instances.now.get(instanceKey(region, id));
    found.set(
      id,
      instanceFrom(
        id,
        changed ?? given,
        given,
        changed === undefined && count > 1 ? index + 1 : null,
      ),
    );
  };
  for (const given of account.given?.fleet?.[region] ?? []) {
    const count = given.id === undefined ? (given.count ?? 1) : 1;
    for (let index = 0; index < count; index++) add(given, index, count);
  }
  const prefix = instanceKey(region, '');
  for (const [key, spec] of account.instances.now) {
    const id = key.slice(prefix.length);
    if (key.startsWith(prefix) && !found.has(id)) found.set(id, instanceFrom(id, spec, null, null));
  }
  return [...found.values()];
}

const instanceFrom = (
  id: string,
  spec: FleetInstance,
  given: FleetInstance | null,
  number: number | null,
): Instance => ({
  id,
  spec,
  given,
  name: spec.name === undefined || number === null ? spec.name : `${spec.name}-${number}`,
  seed: hashOf(id, 0),
});

/** The account and region of instances. */
interface FleetCell {
  readonly state: State;
  readonly account: AccountState;
  readonly region: string;
}

/**
 * Changes an instance, or launches one if the id is new. Omitted members stay unchanged. A change of the profile gets
 * the current date.
 */
export function changeInstance(
  { state, account, region }: FleetCell,
  change: FleetInstance & { readonly id: string },
  now: number,
): void {
  const before = instancesOf(account, region).find(({ id }) => id === change.id);
  const at = new Date(now).toISOString();
  const { count: _count, ...spec } = before?.spec ?? { launchedAt: at };
  const moved = change.profile !== undefined && (change.profile ?? null) !== (spec.profile ?? null);
  putInstance(state, account, instanceKey(region, change.id), {
    ...spec,
    ...(before?.name === undefined ? {} : { name: before.name }),
    ...change,
    ...(change.agent && spec.agent ? { agent: { ...spec.agent, ...change.agent } } : {}),
    ...(moved && before !== undefined
      ? { profileChange: { at, before: spec.profile ?? null }, ...change }
      : {}),
  });
}

/** A request names an instance that does not exist. */
export class UnknownInstance extends Error {
  override readonly name = 'UnknownInstance';
}

/** Restarts the agent of an instance. Starts it if it was stopped. */
export function restartAgent({ state, account, region }: FleetCell, id: string, now: number): void {
  const key = instanceKey(region, id);
  const instance = instancesOf(account, region).find((each) => each.id === id);
  if (instance === undefined) throw new UnknownInstance(`There is no instance ${id} in ${region}.`);
  const { agent } = instance.spec;
  if (agent?.stoppedAt !== undefined) {
    const { stoppedAt: _stopped, ...running } = agent;
    const { count: _count, ...spec } = instance.spec;
    const name = instance.name === undefined ? {} : { name: instance.name };
    putInstance(state, account, key, { ...spec, ...name, agent: running });
  }
  account.restarts.set(key, [...(account.restarts.get(key) ?? []), now]);
}

/** FNV-1a, 32 bits. */
function hashOf(text: string, start: number): number {
  let hash = 0x811c9dc5 ^ start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** Sixteen hexadecimal digits that depend only on the text. */
const hexadecimal = (text: string): string =>
  hashOf(text, 1).toString(16).padStart(8, '0') + hashOf(text, 2).toString(16).padStart(8, '0');
