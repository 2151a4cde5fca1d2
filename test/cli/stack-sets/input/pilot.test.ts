import { UsageError } from '../../../../src/core/model/errors.ts';
import { describe, expect, it } from 'vitest';
import { findPilot } from '../../../../src/cli/stack-sets/input/pilot.ts';
import type { Account } from '../../../../src/core/model/model.ts';
import { memoryCloud } from '../../../support/memory-cloud.ts';

const account = (id: string, over: Partial<Account> = {}): Account => ({
  id,
  name: `account-${id}`,
  path: '',
  state: 'ACTIVE',
  ...over,
});
const targets = [
  account('1'),
  account('2', { name: 'twin' }),
  account('3', { name: 'twin' }),
  account('4', { state: 'SUSPENDED' }),
  account('000000000001'),
];
const { cloud } = memoryCloud([]);
const find = (name: string, elsewhere: readonly Account[] = []) =>
  findPilot(
    {
      cloud: {
        ...cloud,
        async *accounts({ accounts }) {
          yield* elsewhere.filter(({ id }) => accounts.includes(id));
        },
      },
    },
    name,
    targets,
  );

describe('the pilot', () => {
  it.each(['1', 'account-1'])('is found by id and by name: %s', async (name) => {
    expect((await find(name)).id).toBe('1');
  });

  it.each([
    ['9', 'names 0 accounts'],
    ['twin', 'names 2 accounts'],
    ['4', 'is SUSPENDED'],
    ['000000000001', 'is the management account'],
    ['8', 'is not in the target of --org or --ou'],
  ])('is refused for %s with the reason "%s"', async (name, reason) => {
    await expect(find(name, [account('8')])).rejects.toThrow(reason);
  });

  it('is refused with the name of its option where the organization has no such account', async () => {
    const accounts = (): never => {
      throw new UsageError('--account "Nope": there is no such account.', 'Give another.');
    };
    await expect(findPilot({ cloud: { ...cloud, accounts } }, 'Nope', targets)).rejects.toThrow(
      '--pilot "Nope": there is no such account.',
    );
  });
});
