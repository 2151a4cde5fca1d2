import { describe, expect, it } from 'vitest';
import { planFound, planRun, readOptionsFor, type PlanningProgress } from '../../src/run/plan.ts';
import { member, memoryCloud, organization, type Memory } from '../support/memory-cloud.ts';
import { settingsOf, wholeOrganization } from '../support/run-engine.ts';

const ids = ['000000000011', '000000000012'] as const;
const world = (): Memory =>
  memoryCloud([
    member(organization.managementAccount, ['eu-west-1']),
    ...ids.map((id) => member(id, ['eu-west-1'])),
  ]);
const plan = (
  memory: Memory,
  over: Partial<Parameters<typeof planRun>[0]> = {},
): ReturnType<typeof planRun> =>
  planRun({
    cloud: memory.cloud,
    clock: memory.clock,
    action: 'enable',
    scope: wholeOrganization,
    settings: settingsOf({ concurrency: 2 }),
    ...over,
  });

describe('a plan', () => {
  it('has the accounts in order, with the management account last', async () => {
    const { accounts, cut } = await plan(world());
    expect(accounts.map(({ account }) => account.id)).toEqual([
      ...ids,
      organization.managementAccount,
    ]);
    expect(cut).toBe(undefined);
  });

  it('reports progress to the end', async () => {
    const seen: PlanningProgress[] = [];
    await plan(world(), { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ accountsListed: 3, listed: true, accountsRead: 3, cellsRead: 3 });
    expect(seen.map(({ accountsRead }) => accountsRead)).toEqual([1, 2, 3, 3]);
  });

  it('is cut short when the caller’s credentials expire', async () => {
    const memory = world();
    memory.fault = ({ operation, account }) =>
      operation === 'AssumeRole' && account !== ids[0]
        ? { kind: 'problem', code: 'credentials-expired' }
        : null;
    const { accounts, cut } = await plan(memory);
    expect(cut?.code).toBe('credentials-expired');
    expect(accounts).toHaveLength(3);
    expect(accounts[1]?.targets.every(({ state }) => state === 'unknown')).toBe(true);
  });

  it('is rejected when it is interrupted', async () => {
    await expect(plan(world(), { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow(
      'stop',
    );
  });

  it('leaves every session of a status, and keeps those for changes', async () => {
    const left = async (action: 'enable' | 'status'): Promise<number> => {
      const memory = world();
      let count = 0;
      const cloud = {
        ...memory.cloud,
        enter: async (id: string) => {
          const entered = await memory.cloud.enter(id);
          if (!entered.known) return entered;
          return { ...entered, value: { ...entered.value, leave: () => void (count += 1) } };
        },
      };
      await plan(memory, { cloud, action });
      return count;
    };
    expect([await left('status'), await left('enable')]).toEqual([3, 0]);
  });

  it('refuses an excluded region that is unknown and in no account', async () => {
    const regions = { regions: null, excludeRegions: ['mx-new-9'] };
    await expect(plan(world(), { scope: { ...wholeOrganization, regions } })).rejects.toThrow(
      '--exclude-region: dhmc does not know the region "mx-new-9"',
    );
  });
});

describe('reading an account for a plan', () => {
  const regions = { regions: null, excludeRegions: [] };
  it.each([
    ['enable', { permissionsBoundary: 'B', readPolicies: true, forRemoval: false }],
    ['status', { permissionsBoundary: 'B', readPolicies: true, forRemoval: false }],
    ['disable', { permissionsBoundary: null, readPolicies: false, forRemoval: true }],
    ['rollback', { permissionsBoundary: null, readPolicies: true, forRemoval: false }],
  ] as const)('for %s has the options %j', (action, expected) => {
    const settings = settingsOf({ permissionsBoundary: 'B', deleteRole: true });
    expect(readOptionsFor(action, settings, regions)).toMatchObject(expected);
  });

  it('prepares for removal only if the role is to be deleted', () => {
    expect(readOptionsFor('disable', settingsOf(), regions).forRemoval).toBe(false);
  });

  it('gives a skipped account rows without changes', () => {
    const { account } = member(ids[0], []);
    const skipped = planFound(
      { kind: 'skipped', account, reason: 'Why.', named: ['eu-west-1'] },
      'enable',
      { partition: 'aws', organization: 'o-1', settings: settingsOf() },
    );
    expect(skipped.account.skipped).toBe('Why.');
    expect(skipped.targets.map(({ verdict }) => verdict)).not.toContain('would-change');
  });
});
