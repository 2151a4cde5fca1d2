/** What `disable` makes of a setting, by whose it is. */
import { describe, expect, test } from 'vitest';
import type { OwnerBook } from '../../../src/core/owners/book.ts';
import { planDisable } from '../../../src/core/planning/disable.ts';
import { planEnable } from '../../../src/core/planning/enable.ts';
import { readingsOf, rowText, runOf, sessionOf, type Seen } from '../../support/histories.ts';
import { roleName, settingsOf } from '../../support/run-engine.ts';

const exec = 'arn:aws:sts::111111111111:assumed-role/stacksets-exec-0a/AWSCloudFormation';
const ann = 'arn:aws:iam::111111111111:user/ann';
const listed: OwnerBook = {
  ...{ journals: { ownerOf: () => null }, stackSetOf: () => 'dhmc-setting', isListed: true },
};

const settingRow = (
  seen: Seen,
  {
    overwrite,
    owners,
    deleteRole = false,
  }: {
    readonly overwrite?: ReturnType<typeof settingsOf>['overwrite'];
    readonly owners?: OwnerBook;
    readonly deleteRole?: boolean;
  } = {},
) => {
  const settings = settingsOf({ overwrite: overwrite ?? [], deleteRole });
  return planDisable(readingsOf(seen), {
    ...{ partition: 'aws', settings },
    ...(owners === undefined ? {} : { owners }),
  }).targets;
};
const a = (value: string | null, by?: string | null): Seen => ({
  settings: { a: { value, ...(by === undefined ? {} : { by }) } },
});
const texts = (...given: Parameters<typeof settingRow>): readonly string[] =>
  settingRow(...given)
    .filter(({ kind }) => kind === 'setting')
    .map(rowText);

const reset = ['setting a: enabled → disabled, would-change'];
const owned = ['setting a: enabled, conflict, owned-by-stackset'];

describe('a setting that names our role', () => {
  test.each<[string, Parameters<typeof settingRow>, readonly string[]]>([
    ['of a run', [a(roleName)], reset],
    ['of a person', [a(roleName, ann)], reset],
    ['of a stack set that wrote it', [a(roleName, exec)], owned],
    ['of a stack set that has an instance there', [a(roleName, ann), { owners: listed }], owned],
    [
      'of a stack set by the tag of the role',
      [{ ...a(roleName, null), role: { tags: { 'dhmc:managed-by': 'stackset' } } }],
      owned,
    ],
    [
      'of a stack set, with the bare --overwrite',
      [a(roleName, exec), { overwrite: ['foreign', 'quick-setup', 'broken'] }],
      owned,
    ],
    [
      'of a stack set, with --overwrite=stackset',
      [a(roleName, exec), { overwrite: ['stackset'] }],
      reset,
    ],
  ])('%s', (_, given, expected) => {
    expect(texts(...given)).toEqual(expected);
  });

  test('of a stack set keeps the role, and the reason says how to take it back', () => {
    const rows = settingRow(a(roleName, exec), { deleteRole: true });
    expect(rows.map(rowText)).toEqual([
      'role: whole, skipped, role-in-use',
      'grant: attached, skipped, role-in-use',
      ...owned,
    ]);
    const { hint } = rows.at(-1)?.problem ?? {};
    expect(hint).toContain('`dhmc stackset remove`');
    expect(hint).toContain('--overwrite=stackset');
  });

  test.each([
    [sessionOf(runOf(1)), 0],
    [ann, 1],
  ])('has a note unless a run set it: %s', (by, notes) => {
    expect(settingRow(a(roleName, by)).at(-1)?.notes).toHaveLength(notes);
  });
});

test('a setting of a stack set that names another role is left alone anyway', () => {
  expect(texts(a('Other', exec))).toEqual(['setting a: foreign, in-sync']);
});

describe('enable', () => {
  const row = (seen: Seen, overwrite: ReturnType<typeof settingsOf>['overwrite'] = []) => {
    const { targets } = planEnable(readingsOf(seen), {
      ...{ partition: 'aws', settings: settingsOf({ overwrite }) },
    });
    const setting = targets.at(-1);
    return setting === undefined ? '' : `${rowText(setting)}; ${setting.owner?.kind ?? 'nobody'}`;
  };
  test.each<[string, Parameters<typeof row>, string]>([
    [
      'changes nothing of a stack set',
      [a(roleName, exec)],
      'setting a: enabled, in-sync; stackset',
    ],
    [
      'sets what nobody has set',
      [a(null, 'System')],
      'setting a: disabled → enabled, would-change; nobody',
    ],
    [
      'leaves another role to a stack set',
      [a('Other', exec)],
      'setting a: foreign, conflict, names-another-role; stackset',
    ],
    [
      'takes it over with --overwrite=stackset',
      [a('Other', exec), ['stackset']],
      'setting a: foreign → enabled, would-change; stackset',
    ],
    [
      'takes nothing else over with it',
      [a('Other', ann), ['stackset']],
      'setting a: foreign, conflict, names-another-role; person',
    ],
    [
      'never takes a reserved value',
      [a('aws-reserved/X', exec), ['stackset']],
      'setting a: foreign, conflict, reserved-value; stackset',
    ],
  ])('%s', (_, given, expected) => {
    expect(row(...given)).toBe(expected);
  });
});
