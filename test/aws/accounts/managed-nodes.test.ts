/** Which of the two lists of managed nodes is read, and what happens when they disagree. */
import { describe, expect, it } from 'vitest';
import { agrees } from '../../../src/aws/accounts/managed-nodes.ts';
import type { ManagedNode } from '../../../src/core/coverage/facts.ts';
import type { World } from '../../../src/sandbox/index.ts';
import { fleetRegion, fleetWorld } from '../../support/fleet-world.ts';
import { openConsole } from '../../support/in-process.ts';
import { accountId } from '../../support/simple-world.ts';

const node = (id: string, role: string | null): ManagedNode => ({
  id,
  role,
  ping: 'Online',
  lastPingAt: null,
  version: null,
  sourceId: null,
  address: null,
});

describe('comparing the long list of nodes with the short one', () => {
  const short = [node('i-00000001', 'Dhmc'), node('i-00000002', null)];
  it.each([
    ['the same nodes and more', [...short, node('i-00000003', 'Dhmc')], true],
    ['no roles', [node('i-00000001', null), node('i-00000002', null)], false],
    ['other roles', [node('i-00000001', 'Other'), node('i-00000002', null)], false],
    ['roles for all nodes', [node('i-00000001', 'Dhmc'), node('i-00000002', 'Dhmc')], false],
    ['a node missing', short.slice(0, 1), false],
  ])('with %s: agrees is %s', (_, long, expected) => {
    expect(agrees(short, long)).toBe(expected);
  });
});

const deny = (...Action: readonly string[]) => ({
  scps: {
    Deny: {
      Version: '2012-10-17' as const,
      Statement: [{ Effect: 'Deny' as const, Action, Resource: '*' }],
    },
  },
  unitScps: { Team: ['Deny'] },
});

/** Runs coverage; returns how many instances each manager has, and how often each list was read. */
async function look(world: World) {
  const console = await openConsole(world);
  try {
    const scope = ['--account', accountId(1), '--region', fleetRegion];
    const ran = await console.run(['coverage', ...scope, '-o', 'json']);
    const { byOperation } = console.sandbox.requests();
    const { summary } = JSON.parse(ran.stdout) as {
      summary: { managedBy: Readonly<Record<string, number>> };
    };
    return {
      status: ran.status,
      managedBy: summary.managedBy,
      short: byOperation['ssm:DescribeInstanceInformation'] ?? 0,
      long: byOperation['ssm:DescribeInstanceProperties'] ?? 0,
    };
  } finally {
    await console.stop();
  }
}

const many = [{ count: 160 }, { count: 20, profile: 'App' }];
const team = { account: { unit: 'Team' } };

describe('managed nodes', () => {
  it('are read 1,000 a page when there are more than 50 and the list shows roles', async () => {
    expect(await look(fleetWorld({ fleet: many, ...team }))).toMatchObject({
      ...{ status: 0, short: 1, long: 1 },
      managedBy: { dhmc: 160, profile: 20 },
    });
  });

  it.each([
    ['is denied', { ...deny('ssm:DescribeInstanceProperties') }],
    [
      'is an unknown operation',
      {
        behavior: {
          faults: [
            {
              operation: 'DescribeInstanceProperties',
              kind: 'error' as const,
              error: { code: 'UnknownOperationException', message: 'x', status: 400 },
            },
          ],
        },
      },
    ],
  ])('are read 50 a page when the long list %s', async (_, more) => {
    expect(await look(fleetWorld({ fleet: many, ...team, ...more }))).toMatchObject({
      ...{ status: 0, short: 4, long: 1 },
      managedBy: { dhmc: 160, profile: 20 },
    });
  });

  it('are read once when there are at most 50, or when no role is shown', async () => {
    expect(await look(fleetWorld({ fleet: [{ count: 40 }] }))).toMatchObject({ short: 1, long: 0 });
    const profiles = [{ count: 60, profile: 'App' }];
    expect(await look(fleetWorld({ fleet: profiles }))).toMatchObject({ short: 2, long: 0 });
  });
});
