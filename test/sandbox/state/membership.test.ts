/** Accounts that join, move and leave through the control API. */
import {
  DescribeAccountCommand,
  ListAccountsForParentCommand,
  ListParentsCommand,
} from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { clients, enter, refusal } from '../../support/sdk-clients.ts';
import {
  accountId,
  managementAccount,
  rootId,
  simpleWorld,
  unitId,
} from '../../support/simple-world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    world: simpleWorld({
      accounts: [{ name: 'One', unit: 'Prod' }],
      unitScps: { Closed: ['DenyAll'] },
      scps: {
        DenyAll: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
        },
      },
    }),
  });
});
afterAll(() => sandbox.stop());

async function post(name: string, data: unknown): Promise<{ status: number; error: unknown }> {
  const response = await fetch(`${sandbox.url}/_sandbox/${name}`, {
    method: 'POST',
    body: JSON.stringify(data),
  });
  const { error } = (await response.json()) as { error?: unknown };
  return { status: response.status, error };
}

const parentOf = async (id: string): Promise<string | undefined> => {
  const { Parents } = await clients(sandbox).organizations.send(
    new ListParentsCommand({ ChildId: id }),
  );
  return Parents?.[0]?.Id;
};

describe('an account', () => {
  const id = accountId(7);

  it('can be suspended and activated again', async () => {
    const one = accountId(1);
    const { organizations } = clients(sandbox);
    const stateOf = async () =>
      (await organizations.send(new DescribeAccountCommand({ AccountId: one }))).Account?.State;
    expect(await post('set', { account: one, state: 'SUSPENDED' })).toMatchObject({ status: 200 });
    expect(await stateOf()).toBe('SUSPENDED');
    expect(await post('set', { account: one, state: 'ACTIVE' })).toMatchObject({ status: 200 });
    expect(await stateOf()).toBe('ACTIVE');
  });

  it.each([
    [{ account: accountId(1), state: 'ASLEEP' }, /state/],
    [{ account: managementAccount, state: 'SUSPENDED' }, /management account/],
    [{ account: '999999999999', state: 'CLOSED' }, /999999999999/],
  ])('cannot be set with %j', async (given, error) => {
    expect(await post('set', given)).toMatchObject({
      status: 400,
      error: expect.stringMatching(error) as string,
    });
  });

  it('joins the root by default, and can be entered', async () => {
    expect(await post('join', { account: { id, name: 'Seven' } })).toMatchObject({ status: 200 });
    const { organizations } = clients(sandbox);
    expect(await organizations.send(new DescribeAccountCommand({ AccountId: id }))).toMatchObject({
      Account: { Name: 'Seven', State: 'ACTIVE', Paths: [`o-testtest01/${rootId}/${id}/`] },
    });
    expect(await parentOf(id)).toBe(rootId);
    await enter(sandbox, id);
  });

  it('moves to another unit', async () => {
    const unit = unitId('Closed');
    expect(await post('move', { account: id, parent: unit })).toMatchObject({ status: 200 });
    const { organizations } = clients(sandbox);
    const { Accounts } = await organizations.send(
      new ListAccountsForParentCommand({ ParentId: unit }),
    );
    expect(Accounts).toMatchObject([{ Id: id }]);
    expect(sandbox.snapshot().accounts.find((account) => account.id === id)?.parent).toBe(unit);
  });

  it('keeps its changes when it moves', async () => {
    const set = { value: 'X', modifiedBy: null, modifiedAt: null };
    sandbox.setSetting(accountId(1), 'us-east-1', set);
    sandbox.move(accountId(1), rootId);
    expect(
      sandbox.snapshot().accounts.find((account) => account.id === accountId(1)),
    ).toMatchObject({ parent: rootId, settings: { 'us-east-1': set } });
  });

  it('leaves, and can join again', async () => {
    expect(await post('leave', { account: id })).toMatchObject({ status: 200 });
    const { organizations } = clients(sandbox);
    expect(
      await refusal(organizations.send(new DescribeAccountCommand({ AccountId: id }))),
    ).toMatchObject({ name: 'AccountNotFoundException' });
    const invited = { id, name: 'Seven', joinedMethod: 'INVITED' };
    expect(await post('join', { account: invited })).toMatchObject({ status: 200 });
    expect(await refusal(enter(sandbox, id))).toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['join', {}, 'account'],
    ['join', { account: { id: '1', name: 'A' } }, 'twelve digits'],
    ['join', { account: { id: accountId(1), name: 'A' } }, 'already'],
    [
      'join',
      { account: { id: accountId(8), name: 'A', parent: 'ou-test-00000000' } },
      'Unknown root',
    ],
    ['join', { account: { id: accountId(8), name: 'A', scps: ['No'] } }, 'Unknown service control'],
    ['move', { account: accountId(1) }, '"parent"'],
    ['move', { account: accountId(8), parent: rootId }, 'Unknown account'],
    ['move', { account: accountId(1), parent: 'ou-test-00000000' }, 'Unknown root or unit'],
    ['leave', { account: 7 }, '"account"'],
    ['leave', { account: managementAccount }, 'management account'],
  ])('cannot %s with %j', async (name, data, message) => {
    const { status, error } = await post(name, data);
    expect(status).toBe(400);
    expect(error).toContain(message);
  });
});
