import { describe, expect, it } from 'vitest';
import type { AccountRow, Problem, Target, Verdict } from '../../src/core/model/model.ts';
import { leftUnchanged } from '../../src/render/left-unchanged.ts';

type Row = readonly [
  account: string,
  kind: Target['kind'],
  region: string | null,
  verdict: Verdict,
  problem?: Pick<Problem, 'code' | 'reason'>,
];

const target = ([account, kind, region, verdict, problem]: Row): Target => ({
  ...{ account, kind, region, verdict, state: 'unknown', from: null, to: null, wave: null },
  ...{ attempts: 0, durationMs: 0, modifiedBy: null, modifiedAt: null, owner: null },
  problem: problem === undefined ? null : { message: '', hint: '', requestId: null, ...problem },
});

const textsOf = (...rows: readonly Row[]): readonly string[] => {
  const ids = [...new Set(rows.map(([account]) => account))];
  const accounts = ids.map((id): AccountRow => ({
    ...{ id, name: `n${id}`, path: '', state: 'ACTIVE', skipped: null, problem: null },
  }));
  return leftUnchanged({ action: 'enable', accounts, targets: rows.map(target) }).map(
    ({ title, text }) => `${title}: ${text.replace(/ Reasons and fixes are below\.$/, '')}`,
  );
};

const entering = { code: 'role-not-assumable' } as const;
const named = { code: 'names-another-role' } as const;
const kept = (reason?: string) =>
  ({ code: 'role-in-use', ...(reason === undefined ? {} : { reason }) }) as const;

const notEntered =
  'The role that dhmc assumes in the account (--role-name) does not exist or does not trust the caller: AWS gives the same answer for both.';

/** The rows of an account that cannot be entered. */
const shut = (account: string): readonly Row[] => [
  [account, 'role', null, 'blocked', entering],
  [account, 'grant', null, 'blocked', entering],
  [account, 'setting', null, 'blocked', entering],
];

describe('the part of a plan that stays unchanged', () => {
  it.each<[string, readonly Row[], readonly string[]]>([
    ['nothing', [['1', 'setting', 'a', 'would-change']], []],
    ['a skipped setting, which is not a failure', [['1', 'setting', 'a', 'skipped']], []],
    [
      'settings, with the meaning of the code',
      [
        ['1', 'setting', 'a', 'conflict', named],
        ['2', 'setting', 'a', 'conflict', named],
      ],
      [
        'Left unchanged: 2 settings in 2 accounts, conflict (names-another-role): n1 1, n2 2. The setting names another role, and --overwrite was not given for it.',
      ],
    ],
    [
      'an account that cannot be entered, as a whole',
      shut('1'),
      [`Left unchanged: all of 1 account, blocked (role-not-assumable): n1 1. ${notEntered}`],
    ],
    [
      'whole accounts together with parts of others, naming three',
      [
        ...['1', '2', '3'].flatMap(shut),
        ['4', 'role', null, 'blocked', entering],
        ['4', 'grant', null, 'blocked', entering],
        ['4', 'setting', 'a', 'blocked', entering],
        ['4', 'setting', 'b', 'in-sync'],
      ],
      [
        `Left unchanged: all of 3 accounts, and 1 setting, 1 role and 1 policy in 1 account, blocked (role-not-assumable): n1 1, n2 2, n3 3 and 1 more. ${notEntered}`,
      ],
    ],
    [
      'an account with named regions, as a whole',
      [
        ['1', 'role', null, 'blocked', entering],
        ['1', 'grant', null, 'blocked', entering],
        ['1', 'setting', 'a', 'blocked', entering],
      ],
      [`Left unchanged: all of 1 account, blocked (role-not-assumable): n1 1. ${notEntered}`],
    ],
    [
      'a special case, without the meaning of its code',
      [['1', 'role', null, 'blocked', { ...entering, reason: 'account-gone' }]],
      ['Left unchanged: 1 role in 1 account, blocked (role-not-assumable): n1 1.'],
    ],
    [
      'the meaning of the reason instead of its code',
      [['1', 'role', null, 'blocked', { ...entering, reason: 'root-cannot-assume' }]],
      [
        'Left unchanged: 1 role in 1 account, blocked (role-not-assumable): n1 1. The caller is the root user, which AWS does not allow to assume roles.',
      ],
    ],
    [
      'the worst verdict first, also without a problem',
      [
        ['1', 'setting', 'a', 'conflict'],
        ['2', 'setting', 'a', 'blocked'],
        ['3', 'setting', 'a', 'failed'],
      ],
      [
        'Left unchanged: 1 setting in 1 account, failed: n3 3.',
        'Left unchanged: 1 setting in 1 account, blocked: n2 2.',
        'Left unchanged: 1 setting in 1 account, conflict: n1 1.',
      ],
    ],
  ])('is described for: %s', (_, rows, texts) => {
    expect(textsOf(...rows)).toEqual(texts);
  });

  it('names six reasons, and sums up the rest', () => {
    const codes = ['denied', 'network', 'throttled', 'clock-skew', 'aws-error', 'superseded'];
    const rows = [...codes, 'trust-denied', 'role-of-others'].map((code, at): Row => [
      ...([String(at), 'setting', 'a', 'blocked'] as const),
      { code: code as Problem['code'] },
    ]);
    const texts = textsOf(...rows);
    expect(texts).toHaveLength(7);
    expect(texts.at(-1)).toBe(
      'Left unchanged: 2 settings in 2 accounts for other reasons: n6 6, n7 7.',
    );
  });

  it('refers to the reasons only in the last sentence', () => {
    const [first, last] = leftUnchanged({
      action: 'enable',
      accounts: [],
      targets: [target(['1', 'setting', 'a', 'conflict']), target(['1', 'role', null, 'failed'])],
    });
    expect(first?.text).not.toContain('below');
    expect(last?.text).toMatch(/ Reasons and fixes are below\.$/);
  });
});

describe('settings with other roles', () => {
  const holding = (row: Row, from: string | null): Target => ({ ...target(row), from });
  const targets = [
    holding(['1', 'setting', 'a', 'in-sync'], 'Other'),
    holding(['1', 'setting', 'b', 'in-sync'], null),
    holding(['2', 'setting', 'a', 'in-sync'], 'Third'),
    holding(['2', 'setting', 'b', 'would-change'], 'Dhmc'),
    holding(['3', 'role', null, 'in-sync'], 'role'),
  ];
  it('are named by disable, which leaves them alone', () => {
    expect(leftUnchanged({ action: 'disable', accounts: [], targets })).toEqual([
      {
        title: 'Left unchanged',
        text: '2 settings in 2 accounts, which name other roles: 1, 2. disable resets only settings that name the DHMC role.',
      },
    ]);
    const one = leftUnchanged({ action: 'disable', accounts: [], targets: targets.slice(0, 1) });
    expect(one[0]?.text).toMatch(/^1 setting in 1 account, which names another role: 1\./);
  });

  it.each(['enable', 'rollback'] as const)('are not mentioned in a plan of %s', (action) => {
    expect(leftUnchanged({ action, accounts: [], targets })).toEqual([]);
  });
});

describe('the roles that a removal keeps', () => {
  const keeping = (account: string, reason?: string): readonly Row[] => [
    [account, 'role', null, 'skipped', kept(reason)],
    [account, 'grant', null, 'skipped', kept(reason)],
  ];
  const reset = (account: string): Row => [account, 'setting', 'a', 'would-change'];

  it.each<[string, readonly Row[], string]>([
    ['without a reason', keeping('1'), '1 (role-in-use): n1 1.'],
    [
      'with their settings reset',
      [...keeping('1', 'role-made-by-others'), reset('1')],
      '1 (role-in-use): n1 1. It was not created by dhmc. Nevertheless, 1 setting in this account is reset.',
    ],
    [
      'all for one reason',
      [...keeping('1', 'role-named-in-regions'), ...keeping('2', 'role-named-in-regions')],
      '2 (role-in-use): n1 1, n2 2. They are still named by settings that this plan does not reset.',
    ],
    [
      'for several reasons',
      [
        ...keeping('1', 'role-named-in-regions'),
        ...keeping('2', 'role-named-in-regions'),
        ...keeping('3', 'role-made-by-others'),
        ...keeping('4', 'role-trust-extended'),
        ...keeping('5', 'role-has-attachments'),
        ...keeping('6', 'role-has-policy'),
        reset('1'),
        reset('2'),
      ],
      '6 (role-in-use): n1 1, n2 2, n3 3 and 3 more. 2 are still named by settings that this plan does not reset; 1 was not created by dhmc; 1 has a trust policy that dhmc did not write; 1 has other policies or instance profiles; 1 has a policy that the run did not attach. Nevertheless, 2 settings in 2 of these accounts are reset.',
    ],
  ])('are listed: %s', (_, rows, text) => {
    expect(textsOf(...rows)).toEqual([`Roles kept: ${text}`]);
  });

  it('are listed with settings that a rollback changes instead of resetting', () => {
    const rows = [...keeping('1'), ...keeping('2'), reset('1'), reset('2')].map(target);
    const targets = rows.map((row) => (row.kind === 'setting' ? { ...row, to: 'R' } : row));
    expect(leftUnchanged({ action: 'enable', accounts: [], targets })[0]?.text).toBe(
      '2 (role-in-use): 1, 2. Nevertheless, 2 settings in these accounts are changed. Reasons and fixes are below.',
    );
  });
});
