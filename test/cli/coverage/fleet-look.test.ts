import { describe, expect, it } from 'vitest';
import { describeFleet, type FleetLook } from '../../../src/cli/coverage/fleet-look.ts';

const look = (over: Partial<FleetLook> & { readonly of?: number } = {}): FleetLook => ({
  running: 10,
  unmanaged: new Map(
    Array.from({ length: over.of ?? 3 }, (_, index) => [
      String(index),
      { account: '1', reason: null },
    ]),
  ),
  couldBeManaged: 2,
  populated: new Set(['1']),
  registered: new Set(),
  whole: true,
  ...over,
});

describe('describeFleet', () => {
  it.each([
    [
      {},
      'Coverage before any change: 3 of 10 running instances in scope are not managed, and DHMC could manage 2 of them.',
    ],
    [
      { running: 1, of: 1, couldBeManaged: 1 },
      'Coverage before any change: the one running instance in scope is not managed, and DHMC could manage it.',
    ],
    [
      { of: 1, couldBeManaged: 0 },
      'Coverage before any change: 1 of 10 running instances in scope is not managed, and DHMC could not manage it.',
    ],
    [
      { of: 0, couldBeManaged: 0 },
      'Coverage before any change: all 10 running instances in scope are managed.',
    ],
    [
      { running: 1, of: 0, couldBeManaged: 0 },
      'Coverage before any change: the one running instance in scope is managed.',
    ],
    [
      { couldBeManaged: 0 },
      'Coverage before any change: 3 of 10 running instances in scope are not managed, and DHMC could manage none of them.',
    ],
    [
      { running: 12_345, of: 2 },
      'Coverage before any change: 2 of 12,345 running instances in scope are not managed, and DHMC could manage 2 of them.',
    ],
    [{ running: 0, of: 0 }, 'Coverage: no running instance in scope.'],
    [
      { running: 0, of: 0, whole: false },
      'Coverage: no running instance in scope. Some instances could not be read: dhmc coverage says which.',
    ],
  ])('describes %j', (over, text) => {
    expect(describeFleet(look(over))).toBe(text);
  });
});
