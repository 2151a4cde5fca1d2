import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/model/model.ts';
import {
  areCallsKnown,
  countAccounts,
  headline,
  outcomeText,
  preflightText,
} from '../../../src/core/record/outcome.ts';

const id = (index: number): string => String(100_000_000_000 + index);

const counted = (accounts: readonly (readonly Verdict[])[]) =>
  countAccounts(
    accounts.map((_, index) => ({ id: id(index) })),
    accounts.flatMap((verdicts, index) =>
      verdicts.map((verdict) => ({ account: id(index), verdict })),
    ),
  );

describe('countAccounts', () => {
  it.each<[string, readonly Verdict[], Verdict]>([
    ['failed before blocked', ['blocked', 'failed'], 'failed'],
    ['blocked before conflict', ['conflict', 'blocked'], 'blocked'],
    ['conflict before not-attempted', ['not-attempted', 'conflict'], 'conflict'],
    ['not-attempted before would-change', ['would-change', 'not-attempted'], 'not-attempted'],
    ['would-change before changed', ['changed', 'would-change'], 'would-change'],
    ['changed before in-sync', ['in-sync', 'changed'], 'changed'],
    ['in-sync before skipped', ['skipped', 'in-sync'], 'in-sync'],
    ['skipped if it has no rows', [], 'skipped'],
  ])('takes the worst verdict of an account: %s', (_, verdicts, worst) => {
    expect(counted([verdicts]).accountVerdicts).toEqual({ [worst]: 1 });
  });

  it('counts every account once', () => {
    const { accountVerdicts, partlyChanged } = counted([
      ['changed', 'failed'],
      ['changed', 'not-attempted'],
      ['changed', 'in-sync'],
      ['in-sync'],
      [],
    ]);
    expect(accountVerdicts).toEqual({
      failed: 1,
      'not-attempted': 1,
      changed: 1,
      'in-sync': 1,
      skipped: 1,
    });
    expect(partlyChanged).toBe(2);
  });
});

describe('outcomeText', () => {
  it.each([
    [counted([]), 0, false, 'no accounts'],
    [counted([['in-sync']]), 1, false, '1 in-sync of 1 account'],
    [
      counted([['failed', 'changed'], ['in-sync'], ['skipped']]),
      3,
      false,
      '1 failed, 1 in-sync, 1 skipped of 3 accounts, 1 partly changed',
    ],
    [
      counted([
        ['conflict', 'would-change'],
        ['conflict', 'in-sync'],
        ['would-change', 'in-sync'],
      ]),
      3,
      true,
      '2 conflict, 1 would-change of 3 accounts; 1 account would be changed in part',
    ],
  ])('describes %j of %i accounts (plan: %j)', (counts, accounts, isPlan, text) => {
    expect(outcomeText({ accounts, ...counts }, { isPlan })).toBe(text);
  });

  it('says for the plan of a resume that accounts may already be partly changed', () => {
    const text = (...accounts: readonly (readonly Verdict[])[]): string =>
      outcomeText(
        { accounts: accounts.length, ...counted(accounts) },
        { isPlan: true, hasChanged: true },
      );
    expect(text(['conflict', 'changed'])).toBe(
      '1 conflict of 1 account; 1 account is or would be changed in part',
    );
    expect(text(['conflict', 'changed'], ['failed', 'would-change'])).toBe(
      '1 failed, 1 conflict of 2 accounts; 2 accounts are or would be changed in part',
    );
  });
});

describe('headline', () => {
  const summary = {
    accounts: 1,
    cells: 1,
    states: {},
    verdicts: {},
    calls: 1,
    throttled: 0,
    ...counted([['would-change']]),
  };
  const stopped = { reason: 'interrupted', message: 'm', hint: 'h' } as const;
  it.each([
    [{ action: 'status', dryRun: false, stopped: null }, 'dhmc status: '],
    [{ action: 'enable', dryRun: true, stopped: null }, 'dhmc enable (dry run): '],
    [{ action: 'resume', dryRun: false, stopped }, 'dhmc resume (stopped): '],
  ] as const)('begins right for %j', (report, start) => {
    expect(headline({ ...report, summary, plan: [] })).toBe(`${start}1 would-change of 1 account`);
  });
});

describe('the result of --preflight', () => {
  it.each([
    [0, 0, 0, 'nothing to check, because nothing would change.'],
    [3, 0, 0, 'no denied change was found in 3 accounts.'],
    [1, 1, 0, 'AWS would deny changes in 1 of 1 account; the reasons are listed.'],
    [
      38,
      1,
      2,
      'AWS would deny changes in 1 of 38 accounts; the reasons are listed. In 2 more, it could not be determined whether changes would be denied.',
    ],
    [
      3,
      0,
      1,
      'no denied change was found in 2 of 3 accounts. In the other 1, it could not be determined whether changes would be denied.',
    ],
    [2, 0, 2, 'in 2 accounts, it could not be determined whether changes would be denied.'],
  ])(
    'for %i accounts, %i denied and %i undetermined, is "%s"',
    (tried, denied, undetermined, text) => {
      expect(preflightText({ tried, denied, undetermined })).toBe(`Preflight: ${text}`);
    },
  );
});

it.each([
  [null, true],
  ['interrupted', true],
  ['unfinished', false],
] as const)(
  'the number of calls is known for a run with the stop reason %j: %j',
  (reason, expected) => {
    const stopped = reason === null ? null : { reason, message: '', hint: '' };
    expect(areCallsKnown({ stopped })).toBe(expected);
  },
);
