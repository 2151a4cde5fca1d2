/** The owner of a setting by the journals: the newest run that changed it, its transfers, and the writer since. */
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

/** The time at which the `n`-th run writes. */
const wrote = (n: number): string => `2026-01-0${n}T00:01:00.000Z`;

/**
 * The `n`-th run, which transfers the cell to a stack set or takes it back. AWS's dates decide when. This machine's clock
 * is years off and must not matter.
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

describe('ownerOf, after a change of a run,', () => {
  const first = eventsOf(1, [set]);
  const its = { by: sessionOf(runOf(1)), at: wrote(1) };
  test.each<
    [string, readonly (readonly RunEvent[])[], Parameters<typeof ownerIn>[1], string | null]
  >([
    ['names the run if the setting is as the run left it', [first], its, `dhmc ${runOf(1)}`],
    ['is null if someone else wrote the setting since', [first], { by: ann, at: wrote(2) }, null],
    [
      'is null if the same principal wrote the setting again',
      [first],
      { ...its, at: wrote(2) },
      null,
    ],
    ['is null if the setting has another value', [first], { ...its, value: 'Other' }, null],
    ['names the run if AWS names no writer', [first], { by: null, at: null }, `dhmc ${runOf(1)}`],
    ['is null without a run', [], its, null],
    ['is null if AWS refused the change', [eventsOf(1, [{ ...set, end: 'refused' }])], its, null],
    [
      'names the run if the change was cut off and the run’s session wrote it',
      [eventsOf(1, [{ ...set, end: 'cut' }])],
      its,
      `dhmc ${runOf(1)}`,
    ],
    [
      'is null if the change was cut off and someone else wrote it',
      [eventsOf(1, [{ ...set, end: 'cut' }])],
      { by: ann, at: null },
      null,
    ],
    [
      'names the later run if that set it again',
      [eventsOf(3, [set]), eventsOf(2, [reset]), first],
      { by: sessionOf(runOf(3)), at: wrote(3) },
      `dhmc ${runOf(3)}`,
    ],
  ])('%s', (_, runs, now, expected) => {
    expect(ownerIn(runs, now)).toBe(expected);
  });
});

describe('ownerOf, after a rollback to a former value,', () => {
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
  test('names the former owner', () => {
    expect(ownerIn([rolledBack({ ownerAfter: 'person' })], now)).toBe('person ann');
  });
  test('names no run if the journal has no former owner', () => {
    expect(ownerIn([rolledBack({})], now)).toBe('other TeamRole');
  });
});

describe('ownerOf, after a transfer to a stack set,', () => {
  const enabled = eventsOf(1, [set]);
  const over = handing(2, 'cell-handed-over');
  const back = handing(3, 'cell-taken-back');
  const by = { run: { by: sessionOf(runOf(1)), at: wrote(1) } };
  test.each<
    [string, readonly (readonly RunEvent[])[], Parameters<typeof ownerIn>[1], string | null]
  >([
    [
      'names the set that wrote it',
      [enabled, over],
      { by: exec, at: wrote(2) },
      'stackset dhmc-setting',
    ],
    [
      'names the set that found the value in place',
      [over, enabled],
      by.run,
      'stackset dhmc-setting',
    ],
    [
      'names the set that wrote it again',
      [over],
      { by: exec, at: wrote(5) },
      'stackset dhmc-setting',
    ],
    ['is null if someone else wrote it later', [enabled, over], { by: ann, at: wrote(5) }, null],
    [
      "is null if it is at AWS's default",
      [over],
      { value: null, by: 'System', at: wrote(5) },
      null,
    ],
    [
      'names the run that took it back',
      [enabled, over, back],
      { by: exec, at: wrote(2) },
      `dhmc ${runOf(3)}`,
    ],
    [
      'names the set if someone else wrote it before',
      [over],
      { by: ann, at: wrote(2) },
      'stackset dhmc-setting',
    ],
    [
      'names the set even if this machine’s clock was years behind',
      [handing(2, 'cell-handed-over', { at: '2019-01-01T00:00:00.000Z' })],
      by.run,
      'stackset dhmc-setting',
    ],
    [
      'is null if the transfer has no date and someone else wrote it last',
      [handing(2, 'cell-handed-over', { dated: false })],
      { by: ann, at: wrote(1) },
      null,
    ],
    [
      'names the set if the transfer has no date and a run wrote it last',
      [handing(2, 'cell-handed-over', { dated: false })],
      by.run,
      'stackset dhmc-setting',
    ],
    [
      'names the run that took it back unread if the set wrote it last',
      [over, handing(3, 'cell-taken-back', { dated: false })],
      { by: exec, at: wrote(5) },
      `dhmc ${runOf(3)}`,
    ],
    [
      'is null if it was taken back unread and someone else wrote it last',
      [over, handing(3, 'cell-taken-back', { dated: false })],
      { by: ann, at: wrote(1) },
      null,
    ],
    [
      'is null if a set wrote it after it was taken back',
      [over, back],
      { by: exec, at: wrote(5) },
      null,
    ],
    [
      'names a run that set it afterwards',
      [over, eventsOf(4, [{ ...set, from: 'Other' }])],
      { by: sessionOf(runOf(4)), at: wrote(4) },
      `dhmc ${runOf(4)}`,
    ],
  ])('%s', (_, runs, now, expected) => {
    expect(ownerIn(runs, now)).toBe(expected);
  });
});

test('ownerOf is null for a setting of another region', () => {
  const claims = collectClaims();
  follow(claims, eventsOf(1, [set], { settings: settingsOf() } satisfies RunWords));
  const now = { value: roleName, modifiedBy: null, modifiedAt: null };
  expect(claims.ownerOf({ ...target, region: 'b' }, now)).toBeNull();
});

describe('claims that were collected separately', () => {
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
    ['added in the order of the runs', [1, 2]],
    ['added in the reverse order', [2, 1]],
  ])('give the later run as owner, %s', (_, order) => {
    const claims = collectClaims();
    for (const n of order) claims.add(claimsOf(n).byAccount);
    const now = { value: 'Role2', modifiedBy: null, modifiedAt: null };
    expect(claims.ownerOf(target, now)?.name).toBe(runOf(2));
    expect(claims.ownerOf(target, { ...now, value: 'Role1' })).toBeNull();
  });
});
