/** Whose a setting is by the journals: the newest run that changed it, its hand-overs, and who wrote it since. */
import { describe, expect, test } from 'vitest';
import { collectClaims, type OwnerClaims } from '../../../src/core/record/owner-claims.ts';
import type { RunEvent } from '../../../src/core/record/events.ts';
import {
  account,
  eventsOf,
  planned,
  runOf,
  sessionOf,
  type Change,
  type RunWords,
} from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

const ann = 'arn:aws:iam::111111111111:user/ann';
const exec = 'arn:aws:sts::111111111111:assumed-role/stacksets-exec-0a/AWSCloudFormation';
const target = { kind: 'setting', account, region: 'a' } as const;
const set: Change = { kind: 'setting', region: 'a', from: null, to: roleName };
const reset: Change = { kind: 'setting', region: 'a', from: roleName, to: null };
const setArn = 'arn:aws:cloudformation:us-east-1:000000000001:stackset/dhmc-setting:0b5d';

const follow = (claims: OwnerClaims, events: readonly RunEvent[]): void => {
  const fold = claims.follow();
  events.forEach(fold.add);
  fold.end();
};

const ownerIn = (
  runs: readonly (readonly RunEvent[])[],
  now: { readonly value?: string | null; readonly by: string | null; readonly at: string | null },
): string | null => {
  const claims = collectClaims();
  for (const run of runs) follow(claims, run);
  const { value = roleName, by, at } = now;
  const owner = claims.ownerOf(target, { value, modifiedBy: by, modifiedAt: at });
  return owner === null ? null : `${owner.kind} ${owner.name}`;
};

/** The time at which the `n`-th run of a table writes. */
const wrote = (n: number): string => `2026-01-0${n}T00:01:00.000Z`;

/**
 * The `n`-th run, which hands the cell over to a stack set, or takes it back. AWS's dates say when; this machine's clock is
 * years off, and decides nothing.
 */
const handing = (
  n: number,
  type: 'cell-handed-over' | 'cell-taken-back',
  { at = '2035-01-01T00:00:00.000Z', dated = true } = {},
): readonly RunEvent[] => {
  const [started, ...rest] = eventsOf(n, []);
  const written = { modifiedBy: exec, modifiedAt: wrote(2) };
  const endedAt = `2026-01-0${n}T12:00:00.000Z`;
  const event: RunEvent =
    type === 'cell-handed-over'
      ? { type, at, target, stackSet: setArn, operation: null, ...(dated ? { endedAt } : {}) }
      : {
          ...{ type, at, target, stackSet: setArn, value: roleName, state: 'enabled' },
          ...(dated ? { written } : {}),
        };
  if (started === undefined) throw new Error('a run without events');
  return [started, ...rest.filter(({ type: one }) => one !== 'account-planned'), event];
};

describe('a change of a run', () => {
  const first = eventsOf(1, [set]);
  const its = { by: sessionOf(runOf(1)), at: wrote(1) };
  test.each<
    [string, readonly (readonly RunEvent[])[], Parameters<typeof ownerIn>[1], string | null]
  >([
    ['as the run left it', [first], its, `dhmc ${runOf(1)}`],
    ['written by somebody else', [first], { by: ann, at: wrote(2) }, null],
    ['written again by the same principal', [first], { ...its, at: wrote(2) }, null],
    ['with another value', [first], { ...its, value: 'Other' }, null],
    ['where AWS names nobody any more', [first], { by: null, at: null }, `dhmc ${runOf(1)}`],
    ['of no run', [], its, null],
    ['refused', [eventsOf(1, [{ ...set, end: 'refused' }])], its, null],
    ['cut off, by its session', [eventsOf(1, [{ ...set, end: 'cut' }])], its, `dhmc ${runOf(1)}`],
    ['cut off, by others', [eventsOf(1, [{ ...set, end: 'cut' }])], { by: ann, at: null }, null],
    [
      'set again by a later run',
      [eventsOf(3, [set]), eventsOf(2, [reset]), first],
      { by: sessionOf(runOf(3)), at: wrote(3) },
      `dhmc ${runOf(3)}`,
    ],
  ])('%s', (_, runs, now, expected) => {
    expect(ownerIn(runs, now)).toBe(expected);
  });
});

describe('a rollback that puts a value back', () => {
  const back = { ...set, from: roleName, to: 'TeamRole' };
  const now = { value: 'TeamRole', by: sessionOf(runOf(2)), at: wrote(2) };
  const rolledBack = (owner: { ownerAfter?: 'person' }): readonly RunEvent[] => {
    const events = eventsOf(2, [back], { rollsBack: runOf(1) });
    return events.map((event) =>
      event.type === 'account-planned' && owner.ownerAfter !== undefined
        ? {
            ...event,
            plan: {
              ...event.plan,
              targets: [
                planned(back, {
                  ownerAfter: { kind: 'person', name: 'ann', evidence: 'writer' },
                }),
              ],
            },
          }
        : event,
    );
  };
  test('gives it back to whoever had it', () => {
    expect(ownerIn([rolledBack({ ownerAfter: 'person' })], now)).toBe('person ann');
  });
  test('of a journal that does not say whose it was, claims nothing for dhmc', () => {
    expect(ownerIn([rolledBack({})], now)).toBe('other TeamRole');
  });
});

describe('a hand-over', () => {
  const enabled = eventsOf(1, [set]);
  const over = handing(2, 'cell-handed-over');
  const back = handing(3, 'cell-taken-back');
  const by = { run: { by: sessionOf(runOf(1)), at: wrote(1) } };
  test.each<
    [string, readonly (readonly RunEvent[])[], Parameters<typeof ownerIn>[1], string | null]
  >([
    [
      'to a set that wrote it',
      [enabled, over],
      { by: exec, at: wrote(2) },
      'stackset dhmc-setting',
    ],
    ['to a set that found it so', [over, enabled], by.run, 'stackset dhmc-setting'],
    ['to a set that wrote it again', [over], { by: exec, at: wrote(5) }, 'stackset dhmc-setting'],
    ['and somebody else wrote it then', [enabled, over], { by: ann, at: wrote(5) }, null],
    ["and it is at AWS's default", [over], { value: null, by: 'System', at: wrote(5) }, null],
    ['and back', [enabled, over, back], { by: exec, at: wrote(2) }, `dhmc ${runOf(3)}`],
    [
      'and somebody else wrote it before',
      [over],
      { by: ann, at: wrote(2) },
      'stackset dhmc-setting',
    ],
    [
      'to a set that found it so, by a clock that is years behind',
      [handing(2, 'cell-handed-over', { at: '2019-01-01T00:00:00.000Z' })],
      by.run,
      'stackset dhmc-setting',
    ],
    [
      'of which AWS gave no date, and somebody else wrote it last',
      [handing(2, 'cell-handed-over', { dated: false })],
      { by: ann, at: wrote(1) },
      null,
    ],
    [
      'of which AWS gave no date, and a run wrote it last',
      [handing(2, 'cell-handed-over', { dated: false })],
      by.run,
      'stackset dhmc-setting',
    ],
    [
      'and back, not read, and the set wrote it last',
      [over, handing(3, 'cell-taken-back', { dated: false })],
      { by: exec, at: wrote(5) },
      `dhmc ${runOf(3)}`,
    ],
    [
      'and back, not read, and somebody else wrote it last',
      [over, handing(3, 'cell-taken-back', { dated: false })],
      { by: ann, at: wrote(1) },
      null,
    ],
    ['and back, and a set wrote it then', [over, back], { by: exec, at: wrote(5) }, null],
    [
      'and a run set it after that',
      [over, eventsOf(4, [{ ...set, from: 'Other' }])],
      { by: sessionOf(runOf(4)), at: wrote(4) },
      `dhmc ${runOf(4)}`,
    ],
  ])('%s', (_, runs, now, expected) => {
    expect(ownerIn(runs, now)).toBe(expected);
  });
});

test('settings of another region or account have no claim', () => {
  const claims = collectClaims();
  follow(claims, eventsOf(1, [set], { settings: settingsOf() } satisfies RunWords));
  const now = { value: roleName, modifiedBy: null, modifiedAt: null };
  expect(claims.ownerOf({ ...target, region: 'b' }, now)).toBeNull();
});

describe('claims that were collected apart', () => {
  const claimsOf = (n: number): OwnerClaims => {
    const claims = collectClaims();
    const events = eventsOf(n, [{ ...set, to: `Role${String(n)}` }]);
    follow(
      claims,
      events.map((event) => (event.type === 'run-started' ? { ...event, order: 5 } : event)),
    );
    return claims;
  };
  test.each([
    ['one after the other', [1, 2]],
    ['the other way round', [2, 1]],
  ])('of the same place: the later run counts, %s', (_, order) => {
    const claims = collectClaims();
    for (const n of order) claims.add(claimsOf(n).byAccount);
    const now = { value: 'Role2', modifiedBy: null, modifiedAt: null };
    expect(claims.ownerOf(target, now)?.name).toBe(runOf(2));
    expect(claims.ownerOf(target, { ...now, value: 'Role1' })).toBeNull();
  });
});
