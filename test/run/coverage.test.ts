/** The coverage engine over a cloud in memory: the calls it makes, and what it does about failed ones. */
import { describe, expect, it } from 'vitest';
import type { Ec2Instance, ManagedNode } from '../../src/core/coverage/facts.ts';
import type { CoverageInstance } from '../../src/core/coverage/model.ts';
import { tallyCoverage } from '../../src/core/coverage/summary.ts';
import type { ProblemCode } from '../../src/core/model/model.ts';
import { observeCoverage } from '../../src/run/coverage.ts';
import { member, memoryCloud, type Call, type Memory } from '../support/memory-cloud.ts';
import { settingsOf, wholeOrganization } from '../support/run-engine.ts';

const instance = (id: string, more: Partial<Ec2Instance> = {}): Ec2Instance => ({
  id,
  name: id,
  state: 'running',
  platform: 'Linux/UNIX',
  launchedAt: 0,
  profile: null,
  profileId: null,
  metadata: 'enabled',
  operated: false,
  vpc: null,
  image: null,
  privateIp: null,
  ...more,
});
const node = (id: string, more: Partial<ManagedNode> = {}): ManagedNode => ({
  id,
  ping: 'Online',
  lastPingAt: null,
  version: '3.3.987.0',
  role: null,
  sourceId: null,
  address: null,
  ...more,
});

const [eu, us] = ['eu-west-1', 'us-east-1'] as const;
const one = '000000000011';

/** An account with two pages of instances in one region and no instances in the other. */
const small = (nodes: readonly ManagedNode[] = []): Memory => {
  const account = member(one, [eu, us]);
  const pages = [[instance('i-1'), instance('i-2')], [instance('i-3', { state: 'stopped' })]];
  return memoryCloud([{ ...account, fleet: new Map([[eu, { pages, nodes: [...nodes] }]]) }]);
};

const failing =
  (code: ProblemCode, ...operations: readonly string[]) =>
  ({ operation, region }: Pick<Call, 'operation' | 'region'>, only: string | null = null) =>
    operations.includes(operation) && (only === null || region === only)
      ? ({ kind: 'problem', code } as const)
      : null;

async function look(memory: Memory, regions: readonly string[] | null = null) {
  const tally = tallyCoverage();
  const instances: CoverageInstance[] = [];
  const { accounts, cut } = await observeCoverage({
    cloud: memory.cloud,
    clock: memory.clock,
    scope: { ...wholeOrganization, regions: { regions, excludeRegions: [] } },
    settings: settingsOf(),
    tally,
    onInstances: (page) => {
      page.forEach((each) => tally.addInstance(each));
      instances.push(...page);
      return Promise.resolve();
    },
  });
  const skipped = tally.leftOut();
  const cells = tally
    .sortedCells(accounts)
    .map((cell) =>
      [
        `${cell.account.slice(-2)} ${cell.region ?? 'all'}: ${cell.setting}`,
        `${String(cell.running)} running`,
        ...(cell.problem === null ? [] : [cell.problem.code]),
        ...(skipped.has(cell) ? ['skipped'] : []),
      ].join(', '),
    );
  const status = tally.exitStatus({ check: false });
  return { accounts, cut, cells, instances, status, calls: memory.calls };
}

const countOf = (calls: readonly string[], operation: string): number =>
  calls.filter((call) => call.startsWith(`${operation} `)).length;

describe('reading coverage', () => {
  it('makes three calls for a cell with instances, one more per page, and two for a cell without', async () => {
    const { calls, cells, instances, status } = await look(small());
    expect(calls.filter((call) => call.endsWith(` ${eu}`)).sort()).toEqual([
      `DescribeInstanceInformation ${one} ${eu}`,
      `DescribeInstances ${one} ${eu}`,
      `DescribeInstances ${one} ${eu}`,
      `GetServiceSetting ${one} ${eu}`,
    ]);
    expect(calls.filter((call) => call.endsWith(` ${us}`)).sort()).toEqual([
      `DescribeInstances ${one} ${us}`,
      `GetServiceSetting ${one} ${us}`,
    ]);
    expect(cells).toEqual([`11 ${eu}: disabled, 2 running`, `11 ${us}: disabled, 0 running`]);
    expect(instances.map(({ id }) => id)).toEqual(['i-1', 'i-2', 'i-3']);
    expect(status).toBe(0);
  });

  it('requests the next page when the last one has been processed', async () => {
    const memory = small();
    const asked: number[] = [];
    await observeCoverage({
      cloud: memory.cloud,
      clock: memory.clock,
      scope: { ...wholeOrganization, regions: { regions: [eu], excludeRegions: [] } },
      settings: settingsOf(),
      tally: tallyCoverage(),
      onInstances: async () => {
        const before = countOf(memory.calls, 'DescribeInstances');
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        asked.push(before, countOf(memory.calls, 'DescribeInstances'));
      },
    });
    expect(asked).toEqual([1, 1, 2, 2]);
  });

  it('reads the times of profile associations only if an instance is lost', async () => {
    const online = await look(small([node('i-1'), node('i-2')]));
    expect(countOf(online.calls, 'DescribeIamInstanceProfileAssociations')).toBe(0);
    const lost = await look(small([node('i-1', { ping: 'ConnectionLost' })]));
    expect(countOf(lost.calls, 'DescribeIamInstanceProfileAssociations')).toBe(1);
  });

  it.each([
    ['the instances', 'DescribeInstances', [`11 ${eu}: disabled, null running, denied`], []],
    [
      'the nodes',
      'DescribeInstanceInformation',
      [`11 ${eu}: disabled, 2 running, denied`],
      ['unreadable'],
    ],
    ['the setting', 'GetServiceSetting', [`11 ${eu}: unknown, 2 running, denied`], ['unreadable']],
    [
      'the roles',
      'GetAccountAuthorizationDetails',
      [`11 ${eu}: disabled, 2 running, denied`],
      ['setting-unset'],
    ],
  ])('never reports as absent what could not be read: %s', async (_, operation, cells, reasons) => {
    const memory = small();
    const fault = failing('denied', operation);
    memory.fault = (call) => fault(call);
    const seen = await look(memory, [eu]);
    expect(seen.cells).toEqual(cells);
    const running = seen.instances.filter(({ state }) => state === 'running');
    expect([...new Set(running.map(({ reason }) => reason))]).toEqual(reasons);
    expect(seen.status).toBe(1);
  });

  it('leaves out a default region in which control policies deny all three reads, and no other region', async () => {
    const reads = ['GetServiceSetting', 'DescribeInstances', 'DescribeInstanceInformation'];
    const denied = failing('denied-by-scp', ...reads);
    const inEurope = small();
    inEurope.fault = (call) => denied(call, eu);
    expect(await look(inEurope)).toMatchObject({
      cells: [
        `11 ${eu}: unknown, null running, denied-by-scp, skipped`,
        `11 ${us}: disabled, 0 running`,
      ],
      status: 0,
    });
    const named = small();
    named.fault = (call) => denied(call, eu);
    expect((await look(named, [eu])).status).toBe(1);
    const everywhere = small();
    everywhere.fault = (call) => denied(call);
    expect((await look(everywhere)).status).toBe(1);
    const some = small();
    const two = failing('denied-by-scp', ...reads.slice(0, 2));
    some.fault = (call) => two(call, eu);
    expect((await look(some)).status).toBe(1);
  });

  it('reports one cell for an account that it cannot enter, and stops when credentials expire', async () => {
    const memory = memoryCloud([member(one, [eu]), member('000000000012', [eu])]);
    memory.fault = ({ operation, account }) =>
      operation === 'AssumeRole' && account === one
        ? { kind: 'problem', code: 'role-not-assumable' }
        : null;
    const seen = await look(memory);
    expect(seen.cells).toEqual([
      '11 all: unknown, null running, role-not-assumable',
      `12 ${eu}: disabled, 0 running`,
    ]);
    expect([seen.status, seen.cut]).toEqual([1, null]);
    const expired = memoryCloud([member(one, [eu])]);
    const fault = failing('credentials-expired', 'AssumeRole');
    expired.fault = (call) => fault(call);
    expect((await look(expired)).cut?.code).toBe('credentials-expired');
  });
});
