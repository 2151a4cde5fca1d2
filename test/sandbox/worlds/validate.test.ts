import { describe, expect, it } from 'vitest';
import type { World } from '../../../src/sandbox/world.ts';
import { inconsistencies } from '../../../src/sandbox/worlds/validate.ts';
import { simpleWorld } from '../../support/simple-world.ts';

const world = simpleWorld({ accounts: [{ name: 'one', unit: 'Prod' }] });
const found = (more: Partial<World>) =>
  inconsistencies({ ...world, ...more }).map(({ path, found: what }) => `${path}: ${what}`);
const withFirst = (more: object): Partial<World> => ({
  accounts: world.accounts.map((account, at) => (at === 0 ? { ...account, ...more } : account)),
});

describe('a world', () => {
  it('that is consistent has no errors', () => {
    expect(inconsistencies(world)).toEqual([]);
  });

  it.each<[string, Partial<World>, string]>([
    ['an unknown parent', withFirst({ parent: 'ou-none-00000000' }), 'accounts[0].parent'],
    ['a duplicate id', { accounts: [...world.accounts, ...world.accounts.slice(-1)] }, 'accounts['],
    [
      'two instances with the same id',
      withFirst({ fleet: { 'us-east-1': [{ id: 'i-0a' }, {}, { id: 'i-0a' }] } }),
      'accounts[0].fleet.us-east-1[2].id: "i-0a", a second time',
    ],
    [
      'an id for several instances',
      withFirst({ fleet: { 'us-east-1': [{ id: 'i-0a', count: 2 }] } }),
      'accounts[0].fleet.us-east-1[0].count: 2, beside an id',
    ],
    ['an unknown policy', withFirst({ scps: ['none'] }), 'accounts[0].scps[0]: "none"'],
    ['the former name together with the new one', { behavior: {}, temper: {} }, 'temper'],
    [
      'a trust policy that IAM refuses',
      withFirst({
        roles: [
          {
            name: 'R',
            trust: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
            },
          },
        ],
      }),
      'accounts[0].roles[0].trust',
    ],
    [
      'an inline policy that IAM refuses',
      withFirst({
        roles: [
          {
            name: 'R',
            trust: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }],
            },
            inlinePolicies: {
              p: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: 'x', Resource: '*' }],
              },
            },
          },
        ],
      }),
      'accounts[0].roles[0].inlinePolicies.p',
    ],
  ])('has an error for %s', (_, more, fault) => {
    expect(found(more).join('\n')).toContain(fault);
  });
});
