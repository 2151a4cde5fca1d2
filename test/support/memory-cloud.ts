/** AWS in memory for the engine's tests, with its own clock and adjustable behavior. */
import type { Ec2Instance, ManagedNode } from '../../src/core/coverage/facts.ts';
import type {
  Account,
  Problem,
  ProblemCode,
  Reading,
  RegionOptIn,
  Role,
  Setting,
} from '../../src/core/model/model.ts';
import { known, unknown } from '../../src/core/model/model.ts';
import type {
  AccountAccess,
  Clock,
  Cloud,
  CoverageAccess,
  NewRole,
  WriteResult,
} from '../../src/run/cloud.ts';

export interface MemoryRole extends Role {
  grants: string[];
  inlinePolicies: string[];
  instanceProfiles: string[];
}

export interface MemoryAccount {
  account: Account;
  regions: RegionOptIn[];
  roles: Map<string, MemoryRole>;
  settings: Map<string, Setting>;
  /** Instances by region; absent: none. */
  fleet?: Map<string, MemoryFleet>;
}

export interface MemoryFleet {
  /** The pages of the list of instances. */
  pages: Ec2Instance[][];
  nodes: ManagedNode[];
}

/** The outcome of a call; null lets it through. `done`: the write takes effect, but its response is lost. */
export type Fault =
  | { readonly kind: 'problem'; readonly code: ProblemCode }
  | {
      readonly kind: Exclude<Extract<WriteResult, { ok: false }>['kind'], 'lost'>;
      readonly code?: ProblemCode;
    }
  | { readonly kind: 'lost'; readonly done: boolean; readonly code?: ProblemCode }
  /** The process dies: nobody ever sees the answer. */
  | { readonly kind: 'dead'; readonly done: boolean };

const never = new Promise<never>(() => undefined);

export interface Call {
  readonly operation: string;
  readonly account: string;
  readonly region: string | null;
  /** The number of equal calls before this one. */
  readonly before: number;
}

export const problem = (code: ProblemCode, message: string = code): Problem => ({
  code,
  message,
  hint: 'hint',
  requestId: null,
});

export const organization = { id: 'o-memory', managementAccount: '000000000001' };

export interface Memory {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly accounts: Map<string, MemoryAccount>;
  readonly calls: string[];
  /** Writes that were sent but have not taken effect. */
  readonly pending: Set<string>;
  /** Set this to make calls fail. */
  fault: (call: Call) => Fault | null;
  /** The author of the settings that are written. */
  writer: string | null;
  /** The whole world as text, without times and authors: equal texts mean equal worlds. */
  snapshot(): string;
}

export function memoryCloud(
  list: readonly MemoryAccount[],
  writer:
    string | null = 'arn:aws:sts::000000000001:assumed-role/Admin/dhmc-20260101-000000-abcdef',
): Memory {
  let time = Date.parse('2026-11-01T00:00:00Z');
  const clock: Clock = {
    now: () => time,
    sleep: async (ms) => {
      time += ms;
      await Promise.resolve();
    },
  };
  const accounts = new Map(list.map((entry) => [entry.account.id, entry]));
  const calls: string[] = [];
  const pending = new Set<string>();
  const counts = new Map<string, number>();

  const fate = (operation: string, account: string, region: string | null): Fault | null => {
    const key = `${operation} ${account}${region === null ? '' : ` ${region}`}`;
    calls.push(key);
    time += 1;
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    return memory.fault({ operation, account, region, before });
  };
  const read = async <T>(
    operation: string,
    account: string,
    region: string | null,
    value: () => T,
  ): Promise<Reading<T>> => {
    const fault = fate(operation, account, region);
    await Promise.resolve();
    if (fault === null) return known(value());
    if (fault.kind === 'dead') return never;
    return unknown(problem(fault.kind === 'problem' ? fault.code : 'aws-error'));
  };
  const write = async (
    operation: string,
    account: string,
    region: string | null,
    act: () => WriteResult,
  ): Promise<WriteResult> => {
    const fault = fate(operation, account, region);
    const call = calls.at(-1) ?? '';
    pending.add(call);
    await Promise.resolve();
    pending.delete(call);
    if (fault === null) return act();
    if (fault.kind === 'dead') {
      if (fault.done) act();
      return never;
    }
    if (fault.kind === 'problem')
      return { ok: false, kind: 'refused', problem: problem(fault.code) };
    if (fault.kind === 'lost') {
      if (fault.done) act();
      return { ok: false, kind: 'lost', problem: problem(fault.code ?? 'aws-error') };
    }
    return { ok: false, kind: fault.kind, problem: problem(fault.code ?? 'aws-error', fault.kind) };
  };
  const gone: WriteResult = {
    ok: false,
    kind: 'gone',
    problem: problem('aws-error', 'NoSuchEntity'),
  };
  const done: WriteResult = { ok: true };
  const stamp = (): Pick<Setting, 'modifiedBy' | 'modifiedAt'> => ({
    modifiedBy: memory.writer,
    modifiedAt: new Date(time).toISOString(),
  });

  const access = (entry: MemoryAccount): AccountAccess => {
    const { id } = entry.account;
    const find = (name: string): MemoryRole | null => entry.roles.get(name.toLowerCase()) ?? null;
    const unset: Setting = { value: null, pending: false, modifiedBy: null, modifiedAt: null };
    return {
      regions: () => read('ListRegions', id, null, () => entry.regions),
      role: (name) =>
        read('GetRole', id, null, () => {
          const role = find(name);
          return role === null
            ? null
            : {
                arn: role.arn,
                path: role.path,
                name: role.name,
                trust: role.trust,
                tags: role.tags,
                boundary: role.boundary,
              };
        }),
      grants: (name) =>
        read('ListAttachedRolePolicies', id, null, () => find(name)?.grants.slice() ?? null),
      policies: (name, attached) =>
        read('GetRolePolicy', id, null, () => [
          ...(find(name)?.inlinePolicies ?? []).map((policy) => ({
            name: `inline:${policy}`,
            text: known('{"Statement":[]}'),
          })),
          ...attached.map((arn) => ({
            name: arn,
            text: known('{"Statement":[]}'),
          })),
        ]),
      attachments: (name) =>
        read('ListRolePolicies', id, null, () => {
          const role = find(name);
          return role === null
            ? null
            : { inlinePolicies: role.inlinePolicies, instanceProfiles: role.instanceProfiles };
        }),
      policyExists: () => read('GetPolicy', id, null, () => true),
      setting: (region) =>
        read('GetServiceSetting', id, region, () => entry.settings.get(region) ?? unset),
      managedInstances: (region) =>
        read('DescribeInstanceInformation', id, region, () => ({ withOurRole: 0, withoutRole: 0 })),
      enablingAssociations: (region) => read('ListAssociations', id, region, () => 0),
      createRole: (role: NewRole) =>
        write('CreateRole', id, null, () => {
          if (find(role.name) !== null)
            return {
              ok: false,
              kind: 'exists',
              problem: problem('aws-error', 'EntityAlreadyExists'),
            };
          const made = {
            arn: `arn:aws:iam::${id}:role${role.path}${role.name}`,
            path: role.path,
            name: role.name,
            trust: role.trust,
          };
          const rest = {
            tags: role.tags,
            boundary: role.boundary,
            grants: [],
            inlinePolicies: [],
            instanceProfiles: [],
          };
          entry.roles.set(role.name.toLowerCase(), { ...made, ...rest });
          return done;
        }),
      deleteRole: (name) =>
        write('DeleteRole', id, null, () => {
          const role = find(name);
          if (role === null) return gone;
          const isHeld =
            [role.grants, role.inlinePolicies, role.instanceProfiles].flat().length > 0;
          if (isHeld)
            return { ok: false, kind: 'refused', problem: problem('aws-error', 'DeleteConflict') };
          entry.roles.delete(name.toLowerCase());
          return done;
        }),
      updateTrust: (name, trust) =>
        write('UpdateAssumeRolePolicy', id, null, () => {
          const role = find(name);
          if (role === null) return gone;
          entry.roles.set(name.toLowerCase(), { ...role, trust });
          return done;
        }),
      tagRole: (name, tags) =>
        write('TagRole', id, null, () => {
          const role = find(name);
          if (role === null) return gone;
          entry.roles.set(name.toLowerCase(), { ...role, tags: { ...role.tags, ...tags } });
          return done;
        }),
      attachGrant: (name, arn) =>
        write('AttachRolePolicy', id, null, () => {
          const role = find(name);
          if (role === null) return gone;
          if (!role.grants.includes(arn)) role.grants.push(arn);
          return done;
        }),
      detachGrant: (name, arn) =>
        write('DetachRolePolicy', id, null, () => {
          const role = find(name);
          if (role === null || !role.grants.includes(arn)) return gone;
          role.grants = role.grants.filter((other) => other !== arn);
          return done;
        }),
      updateSetting: (region, value) =>
        write('UpdateServiceSetting', id, region, () => {
          entry.settings.set(region, { value, pending: false, ...stamp() });
          return done;
        }),
      resetSetting: (region) =>
        write('ResetServiceSetting', id, region, () => {
          entry.settings.set(region, { value: null, pending: false, ...stamp() });
          return done;
        }),
      dhmcRole: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
      coverage: () => Promise.resolve(coverage(entry)),
      enteredAt: null,
      leave: () => undefined,
    };
  };

  const coverage = (entry: MemoryAccount): CoverageAccess => {
    const { id } = entry.account;
    const fleetOf = (region: string): MemoryFleet =>
      entry.fleet?.get(region) ?? { pages: [], nodes: [] };
    return {
      role: (name) =>
        read('GetAccountAuthorizationDetails', id, null, () => {
          const role = entry.roles.get(name.toLowerCase());
          if (role === undefined) return null;
          const policies = role.grants.map((grant) => ({
            name: grant,
            statements: [],
          }));
          return {
            role,
            attached: role.grants,
            policies: { policies, boundary: null },
            changedAt: null,
          };
        }),
      profile: () => read('GetInstanceProfile', id, null, () => null),
      instanceRoles: () => read('ListRoles', id, null, () => ({ roles: [], hasQuickSetup: false })),
      async *instances(region) {
        const { pages } = fleetOf(region);
        for (const page of pages.length === 0 ? [[]] : pages) {
          const answer = await read('DescribeInstances', id, region, () => page);
          yield answer;
          if (!answer.known) return;
        }
      },
      nodes: (region) =>
        read('DescribeInstanceInformation', id, region, () => fleetOf(region).nodes),
      associations: (region) =>
        read('DescribeIamInstanceProfileAssociations', id, region, () => new Map<string, number>()),
    };
  };

  const memory: Memory = {
    accounts,
    calls,
    pending,
    clock,
    fault: () => null,
    writer,
    cloud: {
      partition: 'aws',
      caller: {
        account: organization.managementAccount,
        arn: `arn:aws:sts::${organization.managementAccount}:assumed-role/Admin/me`,
      },
      organization,
      endpoint: null,
      stackSets: () => Promise.reject(new Error('The cloud in memory has no stack sets.')),
      units: (ous) => Promise.resolve(ous.map((id) => ({ id, path: id }))),
      async *accounts() {
        await Promise.resolve();
        for (const { account } of accounts.values()) yield account;
      },
      async enter(id) {
        const entry = accounts.get(id);
        const entered = await read('AssumeRole', id, null, () => entry);
        if (!entered.known) return entered;
        return entered.value === undefined
          ? unknown(problem('role-not-assumable'))
          : known(access(entered.value));
      },
      deniedOf: () => Promise.resolve([]),
      async isReachable() {
        const answer = await read(
          'GetCallerIdentity',
          organization.managementAccount,
          null,
          () => true,
        );
        return answer.known || answer.problem.code !== 'network';
      },
      clockAheadMs: () => 0,
      usage: () => ({ calls: calls.length, throttled: 0 }),
      close: () => undefined,
    },
    snapshot: () =>
      JSON.stringify(
        [...accounts.values()].map(({ account, roles, settings }) => ({
          account: account.id,
          roles: [...roles.values()]
            .map(({ tags, ...role }) => ({
              ...role,
              tags: Object.entries(tags)
                .filter(([key]) => key !== 'dhmc:created-at')
                .sort(),
            }))
            .sort((one, other) => (one.name < other.name ? -1 : 1)),
          settings: [...settings]
            .map(([region, setting]) => [region, setting.value])
            .filter(([, value]) => value !== null)
            .sort(),
        })),
      ),
  };
  return memory;
}

export const member = (
  id: string,
  regions: readonly string[],
  over: Partial<Account> = {},
): MemoryAccount => ({
  account: { id, name: `account-${id.slice(-2)}`, path: 'Workloads', state: 'ACTIVE', ...over },
  regions: regions.map((region) => ({ region, status: 'ENABLED_BY_DEFAULT' })),
  roles: new Map(),
  settings: new Map(),
});
