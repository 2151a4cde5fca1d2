import { describe, expect, it } from 'vitest';
import type { Case } from '../../src/core/problems/alike.ts';
import { groupUnread } from '../../src/render/unread.ts';

const [one, two] = ['111111111111', '222222222222'];
const accounts = [
  { id: one, name: 'One' },
  { id: two, name: 'Two' },
];
const denied = (account: string, region: string | null): Case => ({
  account,
  region,
  problem: {
    code: 'denied-by-scp',
    message: `arn:aws:sts::${account}:x may not read in ${region ?? 'any region'}`,
    hint: `Exempt arn:aws:iam::${account}:role/X.`,
    requestId: null,
  },
});

describe('places that could not be read', () => {
  it('are one group if only accounts and regions differ', () => {
    const groups = groupUnread(
      [denied(one, 'eu-west-1'), denied(one, 'us-east-1'), denied(two, 'eu-west-1')],
      accounts,
    );
    expect(groups).toEqual([
      {
        text: `denied-by-scp: For example: arn:aws:sts::${one}:x may not read in eu-west-1`,
        hint: 'Exempt arn:aws:iam::<account>:role/X. (<account>: the id of each account)',
        places: [`One ${one}: eu-west-1, us-east-1`, `Two ${two}: eu-west-1`],
      },
    ]);
  });

  it('count the regions if there are many, and show an account without regions', () => {
    const regions = [1, 2, 3, 4, 5, 6, 7].map((n) => `eu-x-${n}`);
    const places = (unread: readonly Case[]) => groupUnread(unread, accounts)[0]?.places;
    expect(places(regions.map((region) => denied(one, region)))).toEqual([
      `One ${one}: 7 regions (eu-x-1, eu-x-2, eu-x-3, …)`,
    ]);
    expect(places([denied('333333333333', null)])).toEqual(['333333333333']);
  });
});
