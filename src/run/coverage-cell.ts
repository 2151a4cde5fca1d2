/** The instances of one account in one region: read page by page, and judged with what is known about the account. */
import type { AgentPlace, ProfileDetail, RoleDetail } from '../core/coverage/authorization.ts';
import { profileAccess } from '../core/coverage/authorization.ts';
import type {
  Ec2Instance,
  InstanceFacts,
  ManagedNode,
  ProfileAccess,
  SettingFacts,
} from '../core/coverage/facts.ts';
import { judgeInstance } from '../core/coverage/judge.ts';
import type { CoverageInstance, Judgement } from '../core/coverage/model.ts';
import { tallyCell, type CellTally } from '../core/coverage/summary.ts';
import type { Problem, Reading, Setting } from '../core/model/model.ts';
import type { AccountAccess, CoverageAccess } from './cloud.ts';

type InstancePage = Reading<readonly Ec2Instance[]>;

/** The first reads of a cell: three, or two if it has no instances. */
export interface CellStart {
  readonly region: string;
  readonly setting: Reading<Setting>;
  /** Null if the cell has no instances. */
  readonly first: InstancePage | null;
  readonly rest: AsyncIterator<InstancePage>;
  /** Null if the cell has no instances to match. */
  readonly nodes: Reading<readonly ManagedNode[]> | null;
}

export async function startCell(
  access: AccountAccess,
  coverage: CoverageAccess,
  region: string,
): Promise<CellStart> {
  const rest = coverage.instances(region)[Symbol.asyncIterator]();
  const setting = access.setting(region);
  const first = await firstWithInstances(rest);
  const nodes = first === null ? null : await coverage.nodes(region);
  return { region, setting: await setting, first, rest, nodes };
}

/** The first page that is not empty, or the problem with which the list ended. */
async function firstWithInstances(
  pages: AsyncIterator<InstancePage>,
): Promise<InstancePage | null> {
  for (;;) {
    const next = await pages.next();
    if (next.done === true) return null;
    if (!next.value.known || next.value.value.length > 0) return next.value;
  }
}

/** Receives the facts behind the report's rows. */
export interface CoverageObserver {
  instance(facts: InstanceFacts, judgement: Judgement): void;
  /** Called for a cell after its instances are judged. */
  cell(seen: {
    readonly region: string;
    readonly setting: SettingFacts;
    /** The role that the setting names. */
    readonly dhmcRole: RoleDetail | null;
    /** Whether all instances were listed. */
    readonly listed: boolean;
    readonly problem: Problem | null;
  }): void;
}

export interface CellOptions {
  readonly start: CellStart;
  readonly coverage: CoverageAccess;
  readonly place: AgentPlace;
  readonly setting: SettingFacts;
  readonly now: () => number;
  readonly onInstances: (instances: readonly CoverageInstance[]) => Promise<void>;
  readonly observer?: CoverageObserver;
}

export interface JudgedCell {
  readonly tally: CellTally;
  /** Whether all instances were listed. */
  readonly listed: boolean;
  /** The first read that failed, or null. */
  readonly problem: Problem | null;
}

/** Nodes, by the instance that they are or run on. */
interface Nodes {
  readonly read: boolean;
  readonly own: ReadonlyMap<string, ManagedNode>;
  readonly bySource: ReadonlyMap<string, ManagedNode>;
  /** Hybrid nodes that do not name an instance; null if several have the same address. */
  readonly byAddress: ReadonlyMap<string, ManagedNode | null>;
}

function sortNodes(nodes: CellStart['nodes']): Nodes {
  const own = new Map<string, ManagedNode>();
  const bySource = new Map<string, ManagedNode>();
  const byAddress = new Map<string, ManagedNode | null>();
  for (const node of nodes?.known === true ? nodes.value : []) {
    if (node.id.startsWith('i-')) own.set(node.id, node);
    else if (node.sourceId?.startsWith('i-') === true) bySource.set(node.sourceId, node);
    else if (node.address !== null)
      byAddress.set(node.address, byAddress.has(node.address) ? null : node);
  }
  return { read: nodes === null || nodes.known, own, bySource, byAddress };
}

/** When instances got their profiles: read only if an instance has lost its connection. */
async function readAssociations(
  { coverage, start }: CellOptions,
  nodes: Nodes,
): Promise<Reading<ReadonlyMap<string, number>> | null> {
  const someLost = [...nodes.own.values()].some(({ ping }) => ping !== 'Online');
  return someLost ? coverage.associations(start.region) : null;
}

/** Judges all instances of a cell. */
export async function judgeCell(options: CellOptions): Promise<JudgedCell> {
  const { start, onInstances } = options;
  const tally = tallyCell();
  const nodes = sortNodes(start.nodes);
  const associations = await readAssociations(options, nodes);
  const profiles = openProfiles(options);
  let problem = start.nodes?.known === false ? start.nodes.problem : null;
  if (associations?.known === false) problem ??= associations.problem;
  let page: InstancePage | null = start.first;
  while (page !== null) {
    if (!page.known) return { tally, listed: false, problem: page.problem };
    const alike = addressesOf(page.value);
    const judged: CoverageInstance[] = [];
    for (const instance of page.value) {
      const profile = await profiles(instance);
      if (profile.kind === 'unread') problem ??= profile.problem;
      const node = nodes.own.get(instance.id) ?? null;
      const facts = {
        account: options.place.account,
        region: start.region,
        instance,
        node,
        hybrid: hybridOf(instance, nodes, alike),
        nodesRead: nodes.read,
        profile,
        associatedAt:
          associations?.known === true ? (associations.value.get(instance.id) ?? null) : null,
        setting: options.setting,
        now: options.now(),
      };
      const judgement = judgeInstance(facts);
      options.observer?.instance(facts, judgement);
      const row = rowOf(facts, judgement);
      tally.add(row);
      judged.push(row);
    }
    await onInstances(judged);
    const next = await start.rest.next();
    page = next.done === true ? null : next.value;
  }
  return { tally, listed: true, problem };
}

const addressesOf = (instances: readonly Ec2Instance[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { privateIp } of instances)
    if (privateIp !== null) counts.set(privateIp, (counts.get(privateIp) ?? 0) + 1);
  return counts;
};

function hybridOf(
  { id, privateIp }: Ec2Instance,
  nodes: Nodes,
  alike: ReadonlyMap<string, number>,
): { readonly node: ManagedNode; readonly by: 'source' | 'address' } | null {
  const bySource = nodes.bySource.get(id);
  if (bySource !== undefined) return { node: bySource, by: 'source' };
  if (privateIp === null || alike.get(privateIp) !== 1) return null;
  const byAddress = nodes.byAddress.get(privateIp) ?? null;
  return byAddress === null ? null : { node: byAddress, by: 'address' };
}

/** What each profile allows, evaluated once per profile; once per instance only where the result depends on it. */
function openProfiles({ coverage, place }: CellOptions) {
  interface Evaluated {
    readonly detail: Reading<ProfileDetail | null>;
    readonly access: ProfileAccess;
  }
  const none: ProfileAccess = { kind: 'none' };
  const evaluated = new Map<string, Evaluated>();
  return async ({ id, profile, profileId }: Ec2Instance): Promise<ProfileAccess> => {
    if (profile === null) return none;
    const key = `${profile} ${profileId ?? ''}`;
    let held = evaluated.get(key);
    if (held === undefined) {
      const detail = await coverage.profile(profile);
      held = { detail, access: profileAccess(detail, profileId, place) };
      evaluated.set(key, held);
    }
    const { access, detail } = held;
    const open = access.kind === 'role' && [access.heartbeat, access.channels].includes('unknown');
    return open ? profileAccess(detail, profileId, { ...place, instance: id }) : access;
  };
}

const iso = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

function rowOf(
  {
    account,
    region,
    instance,
    node,
    profile,
  }: Pick<InstanceFacts, 'account' | 'region' | 'instance' | 'node' | 'profile'>,
  judgement: ReturnType<typeof judgeInstance>,
): CoverageInstance {
  return {
    account,
    region,
    id: instance.id,
    name: instance.name,
    state: instance.state,
    platform: instance.platform,
    launchedAt: iso(instance.launchedAt),
    profile: instance.profile,
    profileRole: profile.kind === 'role' || profile.kind === 'unread' ? profile.role : null,
    managedBy: judgement.managedBy,
    confidence: judgement.confidence,
    agent:
      node === null
        ? null
        : {
            version: node.version,
            ping: node.ping,
            lastPingAt: iso(node.lastPingAt),
            role: node.role,
          },
    reason: judgement.reason,
    evidence: judgement.evidence,
    hint: judgement.hint,
  };
}
