import { describe, expect, test } from 'vitest';
import type { World } from '../../../src/sandbox/world.ts';
import { inconsistencies } from '../../../src/sandbox/worlds/validate.ts';
import { generateWorld } from '../../../src/sandbox/worlds/generate.ts';

const lineage = (world: World, parent: string): string[] => {
  const unit = world.units.find((each) => each.id === parent);
  return unit === undefined ? [] : [...lineage(world, unit.parent), unit.name];
};

describe('generated worlds', () => {
  test('have the requested number of accounts, are consistent, and are the same for the same seed', () => {
    for (const [accounts, mix] of [
      [1, false],
      [2, false],
      [500, true],
    ] as const) {
      const world = generateWorld({ accounts, seed: 7, mix });
      expect(world.accounts).toHaveLength(accounts);
      expect(inconsistencies(world)).toEqual([]);
      expect(generateWorld({ accounts, seed: 7, mix })).toEqual(world);
    }
    expect(generateWorld({ accounts: 50, seed: 8 })).not.toEqual(
      generateWorld({ accounts: 50, seed: 7 }),
    );
  });

  test('are nested and share equal parts, and are plain unless mixed', () => {
    const plain = generateWorld({ accounts: 10_000 });
    expect(
      plain.accounts.every(
        (account) => account.settings === undefined && account.state === undefined,
      ),
    ).toBe(true);
    expect(new Set(plain.accounts.map((account) => account.roles)).size).toBe(2);
    expect(Math.max(...plain.units.map((unit) => lineage(plain, unit.id).length))).toBe(4);
    const mixed = generateWorld({ accounts: 1_000, mix: true, regions: ['eu-west-1'] });
    expect(
      new Set(mixed.accounts.map((account) => JSON.stringify(account.settings))),
    ).toHaveProperty('size', 6);
    expect(mixed.regions).toEqual({ default: ['eu-west-1'], optIn: [] });
  });

  test('refuse an invalid size', () => {
    for (const accounts of [0, -1, 1.5, Number.NaN])
      expect(() => generateWorld({ accounts })).toThrow(RangeError);
  });
});
