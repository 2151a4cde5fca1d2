import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutants } from '../mutants/mutants.ts';

const root = join(import.meta.dirname, '../..');

describe('the list of mutants', () => {
  it('has at least sixty entries', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(60);
  });

  it.each(mutants.map((mutant) => [`${mutant.file}: ${mutant.from}`, mutant] as const))(
    'names a single place in the source and existing tests: %s',
    (_, { file, from, tests }) => {
      expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
      for (const test of tests) expect(existsSync(join(root, test)), test).toBe(true);
    },
  );
});
