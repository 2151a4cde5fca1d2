import { expect, it } from 'vitest';
import { managementLast } from '../../src/run/order.ts';
import { member } from '../support/memory-cloud.ts';

async function* listed(...ids: readonly string[]) {
  await Promise.resolve();
  for (const id of ids) yield member(id, []).account;
}

it.each([
  [
    ['m', 'a', 'b'],
    ['a 0', 'b 1', 'm 2'],
  ],
  [
    ['a', 'm', 'b'],
    ['a 0', 'b 1', 'm 2'],
  ],
  [['m'], ['m 0']],
  [
    ['a', 'b'],
    ['a 0', 'b 1'],
  ],
  [[], []],
])('accounts %j come in the order %j', async (ids, expected) => {
  const progress = { accountsListed: 0, listed: false };
  const seen: string[] = [];
  for await (const { account, index } of managementLast(listed(...ids), 'm', progress))
    seen.push(`${account.id} ${String(index)}`);
  expect(seen).toEqual(expected);
  expect(progress).toEqual({ accountsListed: ids.length, listed: true });
});
