import { describe, expect, test } from 'vitest';
import type { World } from '../../../src/sandbox/world.ts';
import { inconsistencies } from '../../../src/sandbox/worlds/validate.ts';
import { defaultWorld } from '../../../src/sandbox/worlds/default.ts';
import { parseWorld, printWorld } from '../../../src/sandbox/worlds/file.ts';

const lineage = (world: World, parent: string): string[] => {
  const unit = world.units.find((each) => each.id === parent);
  return unit === undefined ? [] : [...lineage(world, unit.parent), unit.name];
};

describe('the default world', () => {
  const world = defaultWorld();
  const named = (name: string): World['accounts'][number] => {
    const account = world.accounts.find((each) => each.name === name);
    if (account === undefined) throw new Error(name);
    return account;
  };

  test('is consistent, always the same, and the same after printing and parsing', async () => {
    expect(inconsistencies(world)).toEqual([]);
    expect(defaultWorld()).toEqual(world);
    expect(await parseWorld(await printWorld(world), 'x.yaml')).toEqual(world);
    expect(await parseWorld(JSON.stringify(world), 'x.json')).toEqual(world);
  });

  test('has four levels of units and about forty accounts', () => {
    expect(Math.max(...world.units.map((unit) => lineage(world, unit.id).length))).toBe(4);
    expect(world.accounts.length).toBeGreaterThanOrEqual(38);
    expect(world.accounts.length).toBeLessThanOrEqual(45);
  });

  test('has the variety of a real organization', () => {
    expect(new Set(world.accounts.map((account) => account.state))).toEqual(
      new Set([undefined, 'SUSPENDED', 'CLOSED']),
    );
    expect(named('Globex (acquired)')).toMatchObject({ joinedMethod: 'INVITED', roles: [] });
    expect(world.accounts.filter((account) => account.regions !== undefined)).toHaveLength(4);
    expect(
      world.accounts.filter((account) =>
        account.roles?.some((role) => role.boundary !== undefined),
      ),
    ).toHaveLength(3);
    const values = new Set(
      world.accounts
        .flatMap((account) => Object.values(account.settings ?? {}))
        .map((setting) => setting.value),
    );
    expect([...values].sort()).toEqual([
      'AWS-QuickSetup-SSM-DefaultEC2MgmtRole-us-east-1',
      'AWSSystemsManagerDefaultEC2InstanceManagementRole',
      'RetiredInstanceRole',
      'platform/TeamInstanceManagement',
      'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
    ]);
    expect(Object.keys(named('Log Archive').settings ?? {})).toHaveLength(17);
  });

  test('leaves Workloads/Prod untouched, with nothing enabled and nothing denied', () => {
    const prod = world.accounts.filter((account) =>
      lineage(world, account.parent).join('/').startsWith('Workloads/Prod'),
    );
    expect(prod.length).toBe(10);
    for (const account of prod) {
      expect(account.settings).toBeUndefined();
      const ofPeople = account.roles?.filter((role) => role.instanceProfiles === undefined);
      expect(ofPeople?.map((role) => role.name)).toEqual(['OrganizationAccountAccessRole']);
    }
  });
});
