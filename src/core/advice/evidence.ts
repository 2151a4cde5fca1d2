/** Collects evidence about an account's instances by role, while they are read. It keeps ids, not instances. */
import type { Problem } from '../model/model.ts';
import type { RoleDetail } from '../coverage/authorization.ts';
import type { InstanceFacts, SettingFacts } from '../coverage/facts.ts';
import {
  firstWithDhmc,
  firstWithShortRotation,
  firstWithSteadyRetry,
  isOlder,
} from '../coverage/agent-version.ts';
import { isRunning } from '../coverage/judge.ts';
import type { Judgement } from '../coverage/model.ts';
import { delays } from '../coverage/view.ts';
import type { AdviceReason } from './model.ts';

/** One instance with the conclusion about it. */
export interface SeenInstance {
  readonly facts: InstanceFacts;
  readonly judgement: Pick<Judgement, 'managedBy' | 'confidence'>;
  /** The name of the role in the instance profile; null without a profile or a role in it. */
  readonly role: string | null;
  /** The profile could not be read, so its role is not known. */
  readonly isRoleUnknown: boolean;
}

/** What is known of a cell once its instances are read. */
export interface SeenCell {
  readonly setting: SettingFacts;
  /** The role that the setting names; null if it names none, or it could not be read. */
  readonly dhmcRole: RoleDetail | null;
  /** Whether all instances were listed. */
  readonly isListed: boolean;
  /** Why instances, nodes or profiles could not be read, or null. */
  readonly problem: Problem | null;
}

/** The instances of one role in one region. */
export interface RoleInRegion {
  readonly running: string[];
  readonly stopped: string[];
  /** Instance ids by fault. */
  readonly faults: Map<AdviceReason, string[]>;
  /** Instance ids by VPC; the key is empty for an unknown VPC. */
  readonly vpcs: Map<string, string[]>;
  /** The first running instance of each image; the key is empty for an unknown image. */
  readonly images: Map<string, string>;
}

export interface RoleEvidence {
  readonly regions: ReadonlyMap<string, RoleInRegion>;
  /** The longest gap of its running instances, in minutes; null if none runs, or an agent's version is unknown. */
  readonly gapMinutes: number | null;
  /** An agent is old, or its version is unknown: it may wait for hours before it tries its profile again. */
  readonly returnsSlowly: boolean;
}

/** The instances that DHMC manages for certain in a region. */
export interface Canaries {
  readonly count: number;
  readonly vpcs: ReadonlySet<string>;
  readonly images: ReadonlySet<string>;
}

const noCanaries: Canaries = { count: 0, vpcs: new Set(), images: new Set() };

export interface AccountEvidence {
  readonly cells: ReadonlyMap<string, SeenCell>;
  /** Null if no instance has the role. The case of the name is ignored. */
  roleEvidence(role: string): RoleEvidence | null;
  canaries(region: string): Canaries;
  /** Instances with an unknown role, by region. */
  readonly unplaced: ReadonlyMap<string, readonly string[]>;
}

export interface EvidenceTally {
  addInstance(seen: SeenInstance): void;
  addCell(region: string, cell: SeenCell): void;
  done(): AccountEvidence;
}

/**
 * How long an instance may be unmanaged during a removal, in minutes. Agents renew their credentials every half hour,
 * old agents every six hours.
 */
export const gaps = { usual: 60, ofOldAgents: 360 } as const;

/** The faults of a running instance, regardless of its role. */
function faultsOf({ facts }: SeenInstance): readonly AdviceReason[] {
  const { instance, node, hybrid, now } = facts;
  const faults: AdviceReason[] = [];
  if (instance.operated) faults.push('operated-by-aws');
  if (node === null && hybrid !== null) return [...faults, 'hybrid-node'];
  if (instance.metadata === 'disabled') faults.push('imds-disabled');
  if (instance.metadata === 'pending') faults.push('imds-pending');
  if (!facts.nodesRead) return faults;
  if (node === null) return [...faults, 'not-listed'];
  const isFresh = typeof node.lastPingAt === 'number' && now - node.lastPingAt <= delays.freshPing;
  if (node.ping !== 'Online' || !isFresh) faults.push('connection-lost');
  const old = isOlder(node.version, firstWithDhmc);
  if (old === null) faults.push('agent-unknown');
  else if (old) faults.push('agent-too-old');
  return faults;
}

const append = <K>(map: Map<K, string[]>, key: K, id: string): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [id]);
  else list.push(id);
};

interface Gap {
  minutes: number | null;
  isUnknown: boolean;
  returnsSlowly: boolean;
}

export function tallyEvidence(): EvidenceTally {
  const roles = new Map<string, { regions: Map<string, RoleInRegion>; gap: Gap }>();
  const cells = new Map<string, SeenCell>();
  const canaries = new Map<string, { count: number; vpcs: Set<string>; images: Set<string> }>();
  const unplaced = new Map<string, string[]>();

  const noteGap = (gap: Gap, { node }: InstanceFacts): void => {
    const version = node?.version ?? null;
    if (isOlder(version, firstWithSteadyRetry) !== false) gap.returnsSlowly = true;
    const isOld = isOlder(version, firstWithShortRotation);
    if (isOld === null) gap.isUnknown = true;
    else gap.minutes = Math.max(gap.minutes ?? 0, isOld ? gaps.ofOldAgents : gaps.usual);
  };

  return {
    addCell: (region, cell) => void cells.set(region, cell),
    addInstance: (seen) => {
      const { facts, judgement, role } = seen;
      const { region, instance } = facts;
      const runs = isRunning(instance.state);
      if (runs && judgement.managedBy === 'dhmc' && judgement.confidence === 'proven') {
        const found = canaries.get(region) ?? { count: 0, vpcs: new Set(), images: new Set() };
        found.count += 1;
        if (instance.vpc !== null) found.vpcs.add(instance.vpc);
        if (instance.image !== null) found.images.add(instance.image);
        canaries.set(region, found);
      }
      if (seen.isRoleUnknown) append(unplaced, region, instance.id);
      if (role === null) return;
      const key = role.toLowerCase();
      let held = roles.get(key);
      if (held === undefined) {
        held = {
          regions: new Map(),
          gap: { minutes: null, isUnknown: false, returnsSlowly: false },
        };
        roles.set(key, held);
      }
      let here = held.regions.get(region);
      if (here === undefined) {
        here = { running: [], stopped: [], faults: new Map(), vpcs: new Map(), images: new Map() };
        held.regions.set(region, here);
      }
      append(here.vpcs, instance.vpc ?? '', instance.id);
      if (!runs) {
        here.stopped.push(instance.id);
        if (instance.operated) append(here.faults, 'operated-by-aws', instance.id);
        return;
      }
      here.running.push(instance.id);
      const image = instance.image ?? '';
      if (!here.images.has(image)) here.images.set(image, instance.id);
      noteGap(held.gap, facts);
      for (const fault of faultsOf(seen)) append(here.faults, fault, instance.id);
    },
    done: () => ({
      cells,
      unplaced,
      roleEvidence: (role) => {
        const held = roles.get(role.toLowerCase());
        if (held === undefined) return null;
        const { regions, gap } = held;
        const { minutes, isUnknown, returnsSlowly } = gap;
        return { regions, gapMinutes: isUnknown ? null : minutes, returnsSlowly };
      },
      canaries: (region) => canaries.get(region) ?? noCanaries,
    }),
  };
}
