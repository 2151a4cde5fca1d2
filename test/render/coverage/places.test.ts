import { describe, expect, it } from 'vitest';
import { countPlaces, totalOf } from '../../../src/render/coverage/places.ts';

const account = (id: string, path: string | null) => ({
  ...{ id, path, name: `n${id}`, state: 'ACTIVE', skipped: null, problem: null },
});
type Parts = Parameters<typeof countPlaces>[0];
const cell = (id: string, running: number | null, dhmc = 0) =>
  ({
    account: id,
    running,
    stopped: running === null ? null : 1,
    managedBy: running === null ? null : { dhmc, none: running - dhmc },
  }) as unknown as Parts['report']['cells'][number];
const unwanted = cell('1', null);
const places = countPlaces({
  report: {
    accounts: [account('1', 'B'), account('2', null), account('3', 'B')],
    cells: [cell('1', 3, 2), cell('1', 1), cell('1', null), unwanted, cell('2', 2), cell('9', 5)],
  },
  leftOut: new Map([[unwanted, 'r']]),
} as unknown as Parts);

describe('the counts of a coverage report', () => {
  it('are given by unit and account, the root first, in the order of the report', () => {
    expect(
      places.map(({ path, accounts }) => [path, accounts.map((one) => one.account.id)]),
    ).toEqual([
      ['', ['2']],
      ['B', ['1', '3']],
    ]);
  });

  it('add up the cells, and count unread ones that were not left out', () => {
    const [, unit] = places;
    expect(unit?.accounts[0]).toMatchObject({
      running: 4,
      stopped: 2,
      unread: 1,
      managedBy: { dhmc: 2, none: 2 },
    });
    expect(totalOf(places.flatMap(({ accounts }) => accounts))).toMatchObject({
      running: 6,
      stopped: 3,
      unread: 1,
      managedBy: { dhmc: 2, none: 4 },
    });
  });
});
