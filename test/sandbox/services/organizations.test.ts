import {
  DescribeAccountCommand,
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListDelegatedAdministratorsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../src/sandbox/index.ts';
import type { Sandbox, World } from '../../../src/sandbox/index.ts';
import { administratorOf } from '../../../src/sandbox/worlds/default.ts';
import {
  accountId,
  managementAccount,
  rootId,
  simpleWorld,
  unitId,
} from '../../support/simple-world.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';

let sandbox: Sandbox;
const start = async (world: World): Promise<Sandbox> => (sandbox = await startSandbox({ world }));
afterEach(() => sandbox.stop());

const tree = simpleWorld({
  accounts: [
    { name: 'web', unit: 'Workloads/Prod', tags: { team: 'a', stage: 'prod' } },
    { name: 'old', unit: 'Workloads', state: 'CLOSED', joinedMethod: 'INVITED' },
    'loose',
  ],
  unitScps: { Workloads: ['deny-all'] },
  scps: {
    'deny-all': {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
    },
  },
  organization: { delegatedAdministrators: [accountId(3)] },
});

describe("the organization's tree", () => {
  it('can be walked down and up, and described', async () => {
    const { organizations } = clients(await start(tree));
    const prod = unitId('Workloads/Prod');
    const workloads = unitId('Workloads');
    expect((await organizations.send(new ListRootsCommand({}))).Roots).toMatchObject([
      { Id: rootId, Name: 'Root' },
    ]);
    const units = await organizations.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }),
    );
    expect(units.OrganizationalUnits).toMatchObject([{ Id: workloads, Name: 'Workloads' }]);
    const inside = await organizations.send(
      new ListChildrenCommand({ ParentId: workloads, ChildType: 'ORGANIZATIONAL_UNIT' }),
    );
    expect(inside.Children).toEqual([{ Id: prod, Type: 'ORGANIZATIONAL_UNIT' }]);
    const accounts = await organizations.send(
      new ListChildrenCommand({ ParentId: prod, ChildType: 'ACCOUNT' }),
    );
    expect(accounts.Children).toEqual([{ Id: accountId(1), Type: 'ACCOUNT' }]);
    expect(
      (await organizations.send(new ListParentsCommand({ ChildId: accountId(1) }))).Parents,
    ).toEqual([{ Id: prod, Type: 'ORGANIZATIONAL_UNIT' }]);
    expect(
      (await organizations.send(new ListParentsCommand({ ChildId: workloads }))).Parents,
    ).toEqual([{ Id: rootId, Type: 'ROOT' }]);
    const unit = await organizations.send(
      new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: prod }),
    );
    expect(unit.OrganizationalUnit).toMatchObject({
      Name: 'Prod',
      Path: `o-testtest01/${rootId}/${workloads}/${prod}/`,
    });
    const here = await organizations.send(
      new ListAccountsForParentCommand({ ParentId: workloads }),
    );
    expect(here.Accounts).toMatchObject([
      { Id: accountId(2), State: 'CLOSED', Status: 'SUSPENDED', JoinedMethod: 'INVITED' },
    ]);
  });

  it('gives an account with its path, state and tags', async () => {
    const { organizations } = clients(await start(tree));
    const { Account } = await organizations.send(
      new DescribeAccountCommand({ AccountId: accountId(1) }),
    );
    expect(Account).toMatchObject({
      Arn: `arn:aws:organizations::${managementAccount}:account/o-testtest01/${accountId(1)}`,
      State: 'ACTIVE',
      Status: 'ACTIVE',
      Paths: [
        `o-testtest01/${rootId}/${unitId('Workloads')}/${unitId('Workloads/Prod')}/${accountId(1)}/`,
      ],
    });
    expect(Account?.JoinedTimestamp).toBeInstanceOf(Date);
    const { Tags } = await organizations.send(
      new ListTagsForResourceCommand({ ResourceId: accountId(1) }),
    );
    expect(Tags).toEqual([
      { Key: 'team', Value: 'a' },
      { Key: 'stage', Value: 'prod' },
    ]);
  });

  it('leaves out the members that the world does not give', async () => {
    const { organizations } = clients(
      await start(simpleWorld({ organization: { gives: { paths: false, state: false } } })),
    );
    const account = (await organizations.send(new ListAccountsCommand({}))).Accounts?.[0];
    expect(account).toMatchObject({ Status: 'ACTIVE' });
    expect(account).not.toHaveProperty('State');
    expect(account).not.toHaveProperty('Paths');
  });

  it('gives policies and their targets', async () => {
    const { organizations } = clients(await start(tree));
    const all = await organizations.send(
      new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }),
    );
    expect(all.Policies?.map(({ Name }) => Name)).toEqual(['FullAWSAccess', 'deny-all']);
    const here = await organizations.send(
      new ListPoliciesForTargetCommand({
        TargetId: unitId('Workloads'),
        Filter: 'SERVICE_CONTROL_POLICY',
      }),
    );
    const id = here.Policies?.[1]?.Id;
    const { Policy } = await organizations.send(new DescribePolicyCommand({ PolicyId: id }));
    expect(JSON.parse(Policy?.Content ?? '')).toMatchObject({ Statement: { Effect: 'Deny' } });
  });
});

describe('pages of accounts', () => {
  const many = simpleWorld({ accounts: Array.from({ length: 44 }, (_, i) => `a${i}`) });
  const walk = async (): Promise<{ sizes: number[]; ids: (string | undefined)[] }> => {
    const { organizations } = clients(sandbox);
    const sizes: number[] = [];
    const ids: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await organizations.send(new ListAccountsCommand({ NextToken: token }));
      sizes.push(page.Accounts?.length ?? 0);
      ids.push(...(page.Accounts ?? []).map(({ Id }) => Id));
      token = page.NextToken;
    } while (token !== undefined);
    return { sizes, ids };
  };

  it('hold twenty, and together all accounts', async () => {
    await start(many);
    const { sizes, ids } = await walk();
    expect(sizes).toEqual([20, 20, 5]);
    expect(new Set(ids).size).toBe(45);
  });

  it('may start with an empty one and be small', async () => {
    await start({ ...many, behavior: { emptyPages: true, pageSize: 7 } });
    const { sizes } = await walk();
    expect(sizes).toEqual([0, 7, 7, 7, 7, 7, 7, 3]);
  });

  it('are refused for an unknown token', async () => {
    const { organizations } = clients(await start(many));
    const roots = await refusal(
      organizations.send(new ListRootsCommand({ NextToken: 'bm9uc2Vuc2U=' })),
    );
    expect(roots).toMatchObject({ name: 'InvalidInputException', status: 400 });
    const accounts = await refusal(
      organizations.send(new ListAccountsCommand({ NextToken: 'bm9uc2Vuc2U=' })),
    );
    expect(accounts.name).toBe('InvalidInputException');
  });
});

describe('access to Organizations', () => {
  it('is limited to the management account and delegated administrators', async () => {
    await start(tree);
    const asMember = clients(sandbox, await enter(sandbox, accountId(1)));
    expect(await refusal(asMember.organizations.send(new ListAccountsCommand({})))).toMatchObject({
      name: 'AccessDeniedException',
      status: 400,
    });
    const asDelegate = clients(sandbox, await enter(sandbox, accountId(3)));
    expect(
      (await asDelegate.organizations.send(new ListAccountsCommand({}))).Accounts,
    ).toHaveLength(4);
    const admins = await asDelegate.organizations.send(new ListDelegatedAdministratorsCommand({}));
    expect(admins.DelegatedAdministrators).toMatchObject([{ Id: accountId(3) }]);
    expect(
      (await asDelegate.organizations.send(new DescribeOrganizationCommand({}))).Organization,
    ).toMatchObject({
      Id: 'o-testtest01',
      MasterAccountId: managementAccount,
    });
  });

  it('fails in an account without an organization', async () => {
    const { organizations } = clients(
      await start(simpleWorld({ callers: [administratorOf('999999999999')] })),
    );
    expect(await refusal(organizations.send(new DescribeOrganizationCommand({})))).toMatchObject({
      name: 'AWSOrganizationsNotInUseException',
    });
  });
});

it.each([
  ['AccountNotFoundException', new DescribeAccountCommand({ AccountId: '999999999999' })],
  ['InvalidInputException', new DescribeAccountCommand({ AccountId: '12' })],
  [
    'OrganizationalUnitNotFoundException',
    new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: 'ou-test-00000000' }),
  ],
] as const)('a lookup of a missing or malformed id fails with %s', async (name, command) => {
  const { organizations } = clients(await start(simpleWorld()));
  const call =
    command instanceof DescribeAccountCommand
      ? organizations.send(command)
      : organizations.send(command);
  expect((await refusal(call)).name).toBe(name);
  expect(
    (await refusal(organizations.send(new ListParentsCommand({ ChildId: '999999999999' })))).name,
  ).toBe('ChildNotFoundException');
  expect(
    (
      await refusal(
        organizations.send(new ListTagsForResourceCommand({ ResourceId: '999999999999' })),
      )
    ).name,
  ).toBe('TargetNotFoundException');
  expect(
    (await refusal(organizations.send(new ListAccountsCommand({ MaxResults: 21 })))).name,
  ).toBe('InvalidInputException');
  const nowhere = organizations.send(
    new ListChildrenCommand({ ParentId: 'r-none', ChildType: 'ACCOUNT' }),
  );
  expect((await refusal(nowhere)).name).toBe('ParentNotFoundException');
});
