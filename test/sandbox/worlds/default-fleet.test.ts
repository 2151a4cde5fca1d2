import { describe, expect, it } from 'vitest';
import { instancesOf } from '../../../src/sandbox/fleet/instances.ts';
import { nodesOf } from '../../../src/sandbox/fleet/nodes.ts';
import type { Node } from '../../../src/sandbox/fleet/nodes.ts';
import { accountOf, newState } from '../../../src/sandbox/state/state.ts';
import { defaultWorld } from '../../../src/sandbox/worlds/default.ts';
import { generateWorld } from '../../../src/sandbox/worlds/generate.ts';
import { inconsistencies } from '../../../src/sandbox/worlds/validate.ts';
import type { World } from '../../../src/sandbox/index.ts';
import { dhmcRoleName, dhmcValue } from '../../../src/sandbox/worlds/fixtures.ts';

const state = newState(defaultWorld());
const id = (number: number): string => `21098765${String(number).padStart(4, '0')}`;
const eu = 'eu-central-1';

/** The ping status and role of the instance's node, or `not listed`. */
const shown = (account: number, name: string, region = eu): string => {
  const instance = instancesOf(accountOf(state, id(account)), region).find(
    (each) => each.name?.replace(/-\d+$/, '') === name || each.name === name,
  );
  if (instance === undefined) throw new Error(`There is no instance ${name}.`);
  const node = nodesOf(state, id(account), region).find((each) => each.instance === instance);
  const byId = nodesOf(state, id(account), region).find(
    (each) => each.instance?.id === instance.id,
  );
  const found: Node | undefined = node ?? byId;
  return found === undefined ? 'not listed' : `${found.ping} ${found.iamRole ?? '-'}`;
};

describe('the default world', () => {
  it('has about 200 instances', () => {
    let count = 0;
    for (const account of state.world.accounts)
      for (const region of Object.keys(account.fleet ?? {}))
        count += instancesOf(accountOf(state, account.id), region).length;
    expect(count).toBeGreaterThanOrEqual(195);
    expect(count).toBeLessThanOrEqual(220);
  });

  const online = `Online ${dhmcValue}`;
  it.each<[row: number, what: string, account: number, name: string, expected: string]>([
    [1, 'the setting’s role manages', 103, 'build', online],
    [1, 'the same, with a profile for applications', 103, 'cache', online],
    [1, 'a role at / manages', 401, 'erp', `Online ${dhmcRoleName}`],
    [1, 'a role under a boundary manages', 406, 'reports', online],
    [2, 'the profile manages', 103, 'portal', 'Online -'],
    [2, 'the profile manages without the setting', 201, 'web', 'Online -'],
    [3, 'the role is shown, though the profile allows the heartbeat', 103, 'proxy', online],
    [4, 'another role is shown', 103, 'moved-setting', 'Online platform/TeamInstanceManagement'],
    [5, 'the role is shown and the setting unset', 104, 'restore-test', online],
    [6, 'no role and no profile', 103, 'appliance', 'Online -'],
    [7, 'no role, and a profile without the right', 103, 'role-not-shown', 'Online -'],
    [8, 'a profile with the heartbeat alone', 103, 'half', 'Online -'],
    [9, 'lost, the profile just changed', 103, 'changing', 'ConnectionLost -'],
    [10, 'lost, nothing changed', 103, 'silent', 'ConnectionLost -'],
    [10, 'lost, under the setting’s role', 103, 'silent-build', `ConnectionLost ${dhmcValue}`],
    [11, 'just launched', 103, 'fresh', 'not listed'],
    [12, 'no metadata service', 103, 'no-metadata', 'not listed'],
    [13, 'setting unset and no right', 201, 'batch', 'not listed'],
    [14, 'no agent', 103, 'no-agent', 'not listed'],
    [14, 'no network', 103, 'no-network', 'not listed'],
    [14, 'an endpoint policy', 103, 'endpoint-policy', 'not listed'],
    [14, 'a lost registration', 103, 'cloned', 'not listed'],
    [15, 'a profile and no agent', 103, 'portal-no-agent', 'not listed'],
    [16, 'an old agent with a profile', 103, 'archive', 'Online -'],
    [16, 'an old agent without one', 103, 'too-old', 'not listed'],
    [16, 'an old agent that lost its profile', 103, 'left-behind', 'ConnectionLost -'],
    [17, 'an agent of the middle years', 103, 'shipper', online],
    [
      18,
      'a hybrid activation',
      103,
      'hybrid',
      'Online service-role/AmazonEC2RunCommandRoleForManagedInstances',
    ],
    [19, 'a profile without a role', 103, 'empty-profile', 'not listed'],
    [19, 'a profile whose role is gone', 103, 'retired-role', online],
    [19, 'a profile that was made anew', 103, 'remade-profile', online],
    [20, 'stopped', 103, 'parked', 'not listed'],
    [21, 'operated by AWS', 103, 'eks', 'Online -'],
    [22, 'a role without its policy', 402, 'crm-db', 'not listed'],
    [22, 'the same, not yet lost', 402, 'crm', online],
    [24, 'terminated and still listed', 103, 'gone', online],
  ])('has row %i of the coverage table: %s', (_row, _what, account, name, expected) => {
    expect(shown(account, name)).toBe(expected);
  });

  it.each<[number, string, string, string]>([
    [107, 'baker', 'eu-west-1', 'Online platform/TeamInstanceManagement'],
    [103, 'waiting', 'us-west-2', 'not listed'],
    [307, 'shop-test', 'us-east-1', 'Online AWS-QuickSetup-SSM-DefaultEC2MgmtRole-us-east-1'],
    [403, 'billing', 'eu-west-1', 'not listed'],
    [404, 'intranet', 'us-east-1', 'not listed'],
  ])('has in account %i the instance %s in %s: %s', (account, name, region, expected) => {
    expect(shown(account, name, region)).toBe(expected);
  });
});

describe('a generated world', () => {
  const sizes = (world: World): number[] =>
    world.accounts.map(({ fleet = {} }) =>
      Object.values(fleet)
        .flat()
        .reduce((sum, { count = 1 }) => sum + count, 0),
    );

  it.each([0, 1, 7, 100, 12_345])('has %i instances, spread evenly', (instances) => {
    const world = generateWorld({ accounts: 11, instances, regions: ['eu-west-1', 'us-east-1'] });
    const [management, ...members] = sizes(world);
    expect(management).toBe(0);
    expect(members.reduce((sum, size) => sum + size, 0)).toBe(instances);
    expect(Math.max(...members) - Math.min(...members)).toBeLessThanOrEqual(1);
    expect(inconsistencies(world)).toEqual([]);
  });

  it('shares equal lists between accounts', () => {
    const world = generateWorld({ accounts: 1000, instances: 100_000, regions: ['eu-west-1'] });
    const lists = new Set(world.accounts.map(({ fleet }) => fleet?.['eu-west-1']));
    expect(lists.size).toBeLessThan(50);
  });
});
