import { describe, expect, it } from 'vitest';
import type { Report, Target } from '../../src/core/model/model.ts';
import { groupBroken, whyBroken } from '../../src/render/broken.ts';
import { buildReport } from '../support/reports.ts';

const row = (kind: Target['kind'], state: Target['state'], over: Partial<Target> = {}): Target =>
  ({
    kind,
    account: '1',
    region: kind === 'setting' ? 'eu-west-1' : null,
    state,
    problem: null,
    ...over,
  }) as Target;
const setting = row('setting', 'broken');

describe('the reason why a setting is broken', () => {
  it.each([
    [
      [row('role', 'absent'), row('grant', 'absent')],
      'The role that the setting names is missing.',
    ],
    [[row('role', 'broken'), row('grant', 'absent')], 'trust policy does not let Systems Manager'],
    [[row('role', 'whole'), row('grant', 'absent')], 'is not attached to the role'],
    [[row('role', 'whole'), row('grant', 'attached')], null],
    [[], null],
  ])('follows from role and grant, row %#: %s', (rows, words) => {
    const why = whyBroken(setting, [...rows, setting]);
    if (words === null) expect(why).toBe(null);
    else expect(why).toContain(words);
  });

  const arn = (name: string) => ({ arn: `arn:aws:iam::1:role/x/${name}`, trust: '{}' });
  const either = 'is missing, or its trust policy';
  it.each<[string, Partial<Target>, Partial<Target>, string]>([
    [
      'another role, to be replaced',
      { from: 'Old', to: 'x/Dhmc' },
      { from: null, to: arn('Dhmc') },
      either,
    ],
    [
      'another role than the one in the row',
      { from: 'Old', to: 'Old' },
      { from: arn('Dhmc') },
      either,
    ],
    [
      'another role, left alone',
      { from: 'Old', to: 'Old', verdict: 'in-sync' },
      { from: null },
      either,
    ],
    [
      'ours',
      { from: 'y/dhmc', to: 'x/Dhmc' },
      { from: null, to: arn('Dhmc') },
      'names is missing.',
    ],
    ['ours, to be reset', { from: 'Dhmc', to: null, verdict: 'would-change' }, {}, 'is missing.'],
    [
      'ours after a run, another before',
      { from: 'Old', to: 'Dhmc', verdict: 'changed' },
      { from: arn('Dhmc'), to: null },
      'names is missing.',
    ],
  ])('is only partly known if the setting named another role: %s', (_, values, role, words) => {
    const broken = row('setting', 'broken', values);
    expect(whyBroken(broken, [row('role', 'absent', role), broken])).toContain(words);
  });

  it.each([
    ['status', false, 'x/Dhmc', ' dhmc enable repairs it.'],
    ['enable', true, 'x/Dhmc', ' This plan repairs it.'],
    ['disable', true, null, ''],
  ] as const)('for %s includes what repairs the setting', (action, dryRun, to, remedy) => {
    const report: Report = {
      ...buildReport({ accounts: 0, action, dryRun }),
      targets: [
        row('role', 'absent'),
        row('setting', 'broken', { from: 'x/Dhmc', to, verdict: 'would-change' }),
      ],
    };
    expect(groupBroken(report).map(({ why }) => why)).toEqual([
      `The role that the setting names is missing.${remedy}`,
    ]);
  });

  it('is not repeated, and is only given for broken settings', () => {
    const rows = [row('role', 'absent')];
    const problem = { code: 'denied', message: 'No.', hint: '', requestId: null } as const;
    expect(whyBroken({ ...setting, problem }, rows)).toBe(null);
    expect(whyBroken(row('setting', 'enabled'), rows)).toBe(null);
    expect(whyBroken(row('grant', 'broken'), rows)).toBe(null);
  });

  it('is given once for all accounts that it applies to', () => {
    const account = { name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null };
    const report: Report = {
      ...buildReport({ accounts: 0 }),
      accounts: ['1', '2', '3'].map((id) => ({ ...account, id })),
      targets: ['1', '2', '3'].flatMap((id) => [
        row('role', id === '3' ? 'broken' : 'absent', { account: id }),
        row('setting', 'broken', { account: id }),
        row('setting', 'broken', { account: id, region: 'us-east-1' }),
      ]),
    };
    expect(
      groupBroken(report).map(({ targets, accounts }) => [
        targets.length,
        accounts.map(({ id }) => id),
      ]),
    ).toEqual([
      [4, ['1', '2']],
      [2, ['3']],
    ]);
  });
});
