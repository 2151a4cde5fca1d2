import { describe, expect, it } from 'vitest';
import { adoptions } from '../../../src/core/templates/adoption.ts';
import type { AccountRow, Target } from '../../../src/core/model/model.ts';

const id = '111122223333';
const role = { arn: `arn:aws:iam::${id}:role/service-role/Dhmc`, trust: '{}' };
const account: AccountRow = {
  id,
  name: 'One',
  path: '',
  state: 'ACTIVE',
  skipped: null,
  problem: null,
};

type Row = Pick<Target, 'kind' | 'state' | 'from'> &
  Partial<Pick<Target, 'region' | 'verdict' | 'to'>>;
const target = (row: Row): Target => ({
  account: id,
  region: null,
  verdict: 'in-sync',
  to: row.from,
  modifiedBy: null,
  modifiedAt: null,
  problem: null,
  attempts: 0,
  durationMs: 0,
  ...row,
});
const whole: Row = { kind: 'role', state: 'whole', from: role };
const granted: Row = { kind: 'grant', state: 'attached', from: 'arn' };
const setting = (region: string, state: Target['state'], from: string | null): Row => ({
  kind: 'setting',
  region,
  state,
  from,
});
const found = (...rows: readonly Row[]): ReturnType<typeof adoptions> =>
  adoptions({ accounts: [account], targets: rows.map(target) });

describe('adoptions', () => {
  it('have the role and the settings that name it, in order of region', () => {
    expect(
      found(
        whole,
        granted,
        setting('eu-west-1', 'enabled', 'service-role/Dhmc'),
        setting('eu-central-1', 'enabled', 'service-role/Dhmc'),
      ),
    ).toEqual([
      { account: id, role, granted: true, regions: ['eu-central-1', 'eu-west-1'], others: [] },
    ]);
  });

  it('have the values after a run', () => {
    const changed = {
      ...setting('eu-west-1', 'enabled', null),
      verdict: 'changed',
      to: 'service-role/Dhmc',
    } as const;
    const created = { ...whole, from: null, verdict: 'changed', to: role } as const;
    expect(found(created, changed)).toMatchObject([{ role, regions: ['eu-west-1'] }]);
  });

  it.each([
    ['names another role', setting('eu-west-3', 'foreign', 'Other'), 'foreign'],
    ['names the role at another path', setting('eu-west-3', 'enabled', 'Dhmc'), 'enabled'],
    ['could not be read', setting('eu-west-3', 'unknown', null), 'unknown'],
  ])('list a region separately whose setting %s', (_, other, state) => {
    expect(found(whole, setting('eu-west-1', 'enabled', 'service-role/Dhmc'), other)).toMatchObject(
      [{ regions: ['eu-west-1'], others: [{ region: 'eu-west-3', state }] }],
    );
  });

  it('omit a region at the default', () => {
    const rows = [
      whole,
      setting('eu-west-1', 'enabled', 'service-role/Dhmc'),
      setting('eu-west-3', 'disabled', null),
    ];
    expect(found(...rows)).toMatchObject([{ regions: ['eu-west-1'], others: [] }]);
  });

  it('are refused for a trust policy that is not JSON', () => {
    const edited = { ...whole, from: { ...role, trust: 'x' } };
    const rows = [edited, setting('eu-west-1', 'enabled', 'service-role/Dhmc')];
    expect(() => found(...rows)).toThrow('is not a policy');
  });

  it.each([
    ['no setting names the role', [whole, setting('eu-west-1', 'disabled', null)]],
    ['the role is absent', [setting('eu-west-1', 'enabled', 'service-role/Dhmc')]],
    [
      'the role is broken',
      [
        { ...whole, state: 'broken' } as const,
        setting('eu-west-1', 'enabled', 'service-role/Dhmc'),
      ],
    ],
  ])('are empty where %s', (_, rows) => {
    expect(found(...rows)).toEqual([]);
  });
});
