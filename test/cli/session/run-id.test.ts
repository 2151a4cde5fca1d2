import { expect, it } from 'vitest';
import { newRunId } from '../../../src/cli/session/run-id.ts';
import { runIdPattern } from '../../../src/journal/index.ts';

it('a run’s id is its start in UTC and six random characters', () => {
  const now = new Date('2026-11-22T10:15:42.987+02:00');
  const ids = Array.from({ length: 20 }, () => newRunId(now));
  for (const id of ids) {
    expect(id).toMatch(runIdPattern);
    expect(id.startsWith('20261122-081542-')).toBe(true);
  }
  expect(new Set(ids).size).toBeGreaterThan(1);
});
