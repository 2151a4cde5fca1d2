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
  ['shown', [['a', 'cut']], now({ a: roleName }), null],
  [
    'not shown',
    [['a', 'cut']],
    now({ a: null }),
    '1 setting that the run had begun to change is as before',
  ],
  [
    'not shown in two regions of three',
    [
      ['a', 'cut'],
      ['b', 'cut'],
      ['c', 'cut'],
    ],
    now({ a: null, b: roleName, c: null }),
    '2 settings that the run had begun to change are as before',
  ],
  ['accepted and not shown', [['a', 'not-read-back']], now({ a: null }), '1 setting that'],
  ['recorded as made, and put back since', [['a', 'changed']], now({ a: null }), null],
  ['refused', [['a', 'refused']], now({ a: null }), null],
])('a change that is %s', (_, ends, seen, expected) => {
  const history = historyIn(1, [role(), ...ends.map(([region, end]) => setting(region, end))]);
  const note = unseenNote(history, [planOf(history, seen)]);
  if (expected === null) expect(note).toBeNull();
  else expect(note).toContain(expected);
});
