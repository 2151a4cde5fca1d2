import { describe, expect, it } from 'vitest';
import { known, unknown, type RegionOptIn } from '../../src/core/model/model.ts';
import {
  observeAccount,
  reasonToSkip,
  regionsToRead,
  type ReadOptions,
} from '../../src/run/observe.ts';
import { member, memoryCloud, problem } from '../support/memory-cloud.ts';
import { roleName } from '../support/run-engine.ts';

const { cloud } = memoryCloud([]);
const statuses: readonly RegionOptIn[] = [
  { region: 'us-east-1', status: 'ENABLED_BY_DEFAULT' },
  { region: 'eu-west-1', status: 'ENABLED_BY_DEFAULT' },
  { region: 'af-south-1', status: 'ENABLED' },
  { region: 'eu-south-2', status: 'DISABLED' },
  { region: 'ap-east-1', status: 'ENABLING' },
];
const look = (over: Partial<ReadOptions> = {}): ReadOptions => ({
  regions: { regions: null, excludeRegions: [] },
  dhmcRole: roleName,
  permissionsBoundary: null,
  forRemoval: false,
  readPolicies: false,
  readOtherRoles: false,
  roles: [],
  ...over,
});

describe('the regions to read in an account', () => {
  it.each<
    [
      named: readonly string[] | null,
      excluded: readonly string[],
      open: readonly string[],
      closed: readonly string[],
    ]
  >([
    [null, [], ['af-south-1', 'eu-west-1', 'us-east-1'], []],
    [null, ['us-east-1'], ['af-south-1', 'eu-west-1'], []],
    [['eu-west-1', 'eu-west-1'], [], ['eu-west-1'], []],
    [['eu-west-1', 'eu-south-2'], [], ['eu-west-1'], ['eu-south-2']],
    [['eu-west-1', 'eu-south-2'], ['eu-south-2'], ['eu-west-1'], []],
    [['ap-east-1'], [], [], ['ap-east-1']],
  ])('for %j without %j are %j, closed: %j', (regions, excludeRegions, open, closed) => {
    const read = regionsToRead(
      known(statuses),
      look({ regions: { regions, excludeRegions } }),
      cloud,
    );
    expect(read).toEqual({ assumed: false, open, closed, outOfScope: [] });
  });

  it('include for a removal every other enabled region, excluded ones too', () => {
    const regions = { regions: ['eu-west-1'], excludeRegions: ['us-east-1'] };
    expect(
      regionsToRead(known(statuses), look({ regions, forRemoval: true }), cloud).outOfScope,
    ).toEqual(['af-south-1', 'us-east-1']);
  });

  it.each(['denied', 'denied-by-scp'] as const)(
    'are assumed to be the default ones if listing them is %s',
    (code) => {
      const read = regionsToRead(
        unknown(problem(code)),
        look({ regions: { regions: null, excludeRegions: ['us-east-1'] } }),
        cloud,
      );
      expect(read.assumed).toBe(true);
      expect(read.open).toContain('eu-west-1');
      expect(read.open).not.toContain('us-east-1');
      expect(read.open).not.toContain('af-south-1');
    },
  );

  it('are none if listing them fails otherwise, unless they are named', () => {
    const failed = unknown(problem('network'));
    expect(regionsToRead(failed, look(), cloud)).toMatchObject({ open: [], assumed: false });
    const regions = { regions: ['us-east-1', 'eu-west-1'], excludeRegions: [] };
    expect(regionsToRead(failed, look({ regions }), cloud).open).toEqual([
      'eu-west-1',
      'us-east-1',
    ]);
  });
});

describe('reading an account', () => {
  const id = '000000000011';

  it('reports a problem and the named regions if it cannot be entered', async () => {
    const memory = memoryCloud([]);
    const regions = { regions: ['eu-west-1', 'us-east-1'], excludeRegions: ['us-east-1'] };
    const { found } = await observeAccount(memory.cloud, member(id, []).account, look({ regions }));
    expect(found).toMatchObject({
      problem: { code: 'role-not-assumable' },
      named: ['eu-west-1'],
    });
  });

  it('enters the account again if the name of our role differs in case', async () => {
    const entry = member(id, ['eu-west-1']);
    const spelled = roleName.toUpperCase().replace('SERVICE-ROLE', 'service-role');
    entry.roles.set(roleName.slice('service-role/'.length).toLowerCase(), {
      arn: `arn:aws:iam::${id}:role/${spelled}`,
      path: '/service-role/',
      name: spelled.slice('service-role/'.length),
      trust: '{}',
      tags: {},
      boundary: null,
      grants: [],
      inlinePolicies: [],
      instanceProfiles: [],
    });
    const memory = memoryCloud([entry]);
    const entered: (string | undefined)[] = [];
    const again = {
      ...memory.cloud,
      enter: (account: string, dhmcRole?: string) => {
        entered.push(dhmcRole);
        return memory.cloud.enter(account);
      },
    };
    const { found } = await observeAccount(again, entry.account, look());
    expect(entered).toEqual([undefined, spelled]);
    expect(found.kind).toBe('read');
  });

  it('reports an enabled region that responds as if closed as a refused session', async () => {
    const memory = memoryCloud([member(id, ['eu-west-1'])]);
    memory.fault = ({ operation }) =>
      operation === 'GetServiceSetting' ? { kind: 'problem', code: 'region-not-enabled' } : null;
    const { found } = await observeAccount(memory.cloud, member(id, []).account, look());
    const [cell] = found.kind === 'read' ? found.readings.cells : [];
    expect(cell?.setting).toMatchObject({ known: false });
    expect(cell?.setting).not.toMatchObject({ problem: { code: 'region-not-enabled' } });
  });
});

describe('an account to skip', () => {
  const management = member(cloud.organization.managementAccount, [], { name: 'Käse' }).account;
  const elsewhere = { ...cloud, caller: { account: '000000000022', arn: 'arn' } };

  it('is one that is not active', () => {
    const { account } = member('000000000011', [], { state: 'SUSPENDED' });
    expect(reasonToSkip(cloud, account, [])).toBe('The account is not active (SUSPENDED).');
    expect(reasonToSkip(cloud, member('000000000011', []).account, [])).toBe(null);
  });

  it.each([
    [[], true],
    [['000000000011'], true],
    [['000000000011, 000000000001'], false],
    [['Ka\u0308se'], false],
  ])(
    'is the management account for a caller in another account, with %j named: %s',
    (named, skipped) => {
      expect(reasonToSkip(elsewhere, management, named) !== null).toBe(skipped);
      expect(reasonToSkip(cloud, management, named)).toBe(null);
    },
  );
});
