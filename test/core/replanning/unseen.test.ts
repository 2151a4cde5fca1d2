import { expect, test } from 'vitest';
import { unseenNote } from '../../../src/core/replanning/unseen.ts';
import { historyIn, type End, type Seen } from '../../support/histories.ts';
import { roleName } from '../../support/run-engine.ts';
import { planOf, role, setting } from './rollbacks.ts';

const now = (values: Readonly<Record<string, string | null>>): Seen => ({
  settings: Object.fromEntries(
    Object.entries(values).map(([region, value]) => [region, { value }]),
  ),
  role: { tags: {} },
});

test.each<[string, readonly (readonly [string, End])[], Seen, string | null]>([
  ['visible', [['a', 'cut']], now({ a: roleName }), null],
  [
    'not visible',
    [['a', 'cut']],
    now({ a: null }),
    '1 setting that the run had begun to change is as before',
  ],
  [
    'not visible in two of three regions',
    [
      ['a', 'cut'],
      ['b', 'cut'],
      ['c', 'cut'],
    ],
    now({ a: null, b: roleName, c: null }),
    '2 settings that the run had begun to change are as before',
  ],
  ['accepted and not visible', [['a', 'not-read-back']], now({ a: null }), '1 setting that'],
  ['recorded as changed, and undone since', [['a', 'changed']], now({ a: null }), null],
  ['refused', [['a', 'refused']], now({ a: null }), null],
])('the note is right for a change that is %s', (_, ends, seen, expected) => {
  const history = historyIn(1, [role(), ...ends.map(([region, end]) => setting(region, end))]);
  const note = unseenNote(history, [planOf(history, seen)]);
  if (expected === null) expect(note).toBeNull();
  else expect(note).toContain(expected);
});
