/** The plan of `disable`, by the owner of each setting and the use of the role. */
import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../../src/core/model/model.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import { dhmcTrustPolicy } from '../../../src/core/iam/trust-policy.ts';
import { policy, setting, role, trouble, readings, shown, team } from './account-readings.ts';
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

describe('disable, for a setting that names our role,', () => {
  test.each<[string, Parameters<typeof settingRow>, readonly string[]]>([
    ['resets it if a run set it', [a(roleName)], reset],
    ['resets it if a person set it', [a(roleName, ann)], reset],
    ['leaves it alone if a stack set wrote it', [a(roleName, exec)], owned],
    [
      'leaves it alone if a stack set has an instance there',
      [a(roleName, ann), { owners: listed }],
      owned,
    ],
    [
      'leaves it alone if the role has the tag of a stack set',
      [{ ...a(roleName, null), role: { tags: { 'dhmc:managed-by': 'stackset' } } }],
      owned,
    ],
    [
      'leaves it alone if a stack set wrote it, with the bare --overwrite',
      [a(roleName, exec), { overwrite: ['foreign', 'quick-setup', 'broken'] }],
      owned,
    ],
    [
      'resets it if a stack set wrote it, with --overwrite=stackset',
      [a(roleName, exec), { overwrite: ['stackset'] }],
      reset,
    ],
  ])('%s', (_, given, expected) => {
    expect(texts(...given)).toEqual(expected);
  });

  test('keeps the role if a stack set wrote the setting, and says how to take it back', () => {
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
  ])('adds a note unless a run set it: %s', (by, notes) => {
    expect(settingRow(a(roleName, by)).at(-1)?.notes).toHaveLength(notes);
  });
});

test("disable leaves a stack set's setting alone where it names another role", () => {
  expect(texts(a('Other', exec))).toEqual(['setting a: foreign, in-sync']);
});

describe('enable, by the owner of a setting,', () => {
  const row = (seen: Seen, overwrite: ReturnType<typeof settingsOf>['overwrite'] = []) => {
    const { targets } = planEnable(readingsOf(seen), {
      ...{ partition: 'aws', settings: settingsOf({ overwrite }) },
    });
    const setting = targets.at(-1);
    return setting === undefined ? '' : `${rowText(setting)}; ${setting.owner?.kind ?? 'nobody'}`;
  };
  test.each<[string, Parameters<typeof row>, string]>([
    [
      'changes nothing where a stack set named our role',
      [a(roleName, exec)],
      'setting a: enabled, in-sync; stackset',
    ],
    [
      'sets a setting that nobody has set',
      [a(null, 'System')],
      'setting a: disabled → enabled, would-change; nobody',
    ],
    [
      'leaves another role of a stack set alone',
      [a('Other', exec)],
      'setting a: foreign, conflict, names-another-role; stackset',
    ],
    [
      'takes over another role of a stack set with --overwrite=stackset',
      [a('Other', exec), ['stackset']],
      'setting a: foreign → enabled, would-change; stackset',
    ],
    [
      'takes over no person’s setting with --overwrite=stackset',
      [a('Other', ann), ['stackset']],
      'setting a: foreign, conflict, names-another-role; person',
    ],
    [
      'never takes over a reserved value',
      [a('aws-reserved/X', exec), ['stackset']],
      'setting a: foreign, conflict, reserved-value; stackset',
    ],
  ])('%s', (_, given, expected) => {
    expect(row(...given)).toBe(expected);
  });
});

const disable = (found: AccountReadings, over: Parameters<typeof settingsOf>[0] = {}) =>
  planDisable(found, { partition: 'aws', settings: settingsOf(over) });

describe('disable plans the right rows where', () => {
  const ours = { 'dhmc:created-by': 'dhmc' };
  const made = {
    role: known(role({ tags: ours })),
    grants: known([policy]),
    attachments: known({ inlinePolicies: [], instanceProfiles: [] }),
  };
  const deleteRole = { deleteRole: true };
  const kept = [
    'whole skipped role-in-use',
    'attached skipped role-in-use',
    'enabled would-change',
  ];
  const unproven = ['whole blocked denied', 'attached blocked denied', 'enabled would-change'];
  test.each<[string, AccountReadings, Parameters<typeof settingsOf>[0], readonly string[]]>([
    [
      'one setting names our role and others do not',
      readings(
        { a: setting(roleName), b: setting('Team'), c: setting(null) },
        { ...made, others: team },
      ),
      {},
      [
        'whole in-sync',
        'attached in-sync',
        'enabled would-change',
        'foreign in-sync',
        'disabled in-sync',
      ],
    ],
    [
      'the value has another path and case, and the role is missing',
      readings({ a: setting(`x/${roleName.toUpperCase()}`) }),
      {},
      ['absent in-sync', 'absent in-sync', 'broken would-change'],
    ],
    [
      'only settings to be reset name the role, with --delete-role',
      readings({ a: setting(roleName) }, made),
      deleteRole,
      ['whole would-change', 'attached would-change', 'enabled would-change'],
    ],
    [
      'the role is missing, with --delete-role',
      readings({ a: setting(null) }),
      deleteRole,
      ['absent in-sync', 'absent in-sync', 'disabled in-sync'],
    ],
    [
      'dhmc did not create the role',
      readings({ a: setting(roleName) }, { ...made, role: known(role()) }),
      deleteRole,
      kept,
    ],
    [
      'the role has another policy',
      readings({ a: setting(roleName) }, { ...made, grants: known([policy, 'arn:x']) }),
      deleteRole,
      kept,
    ],
    [
      'the role has an inline policy',
      readings(
        { a: setting(roleName) },
        { ...made, attachments: known({ inlinePolicies: ['x'], instanceProfiles: [] }) },
      ),
      deleteRole,
      kept,
    ],
    [
      'an instance profile has the role',
      readings(
        { a: setting(roleName) },
        { ...made, attachments: known({ inlinePolicies: [], instanceProfiles: ['x'] }) },
      ),
      deleteRole,
      kept,
    ],
    [
      'the role has another trust',
      readings(
        { a: setting(roleName) },
        { ...made, role: known(role({ tags: ours, trust: mendedTrust() })) },
      ),
      deleteRole,
      kept,
    ],
    [
      'a setting out of scope names the role',
      readings(
        { a: setting(roleName) },
        { ...made, outOfScope: [{ region: 'z', named: false, setting: setting(roleName) }] },
      ),
      deleteRole,
      kept,
    ],
    [
      'a setting out of scope cannot be read',
      readings(
        { a: setting(roleName) },
        {
          ...made,
          outOfScope: [{ region: 'z', named: false, setting: unknown(trouble('denied')) }],
        },
      ),
      deleteRole,
      unproven,
    ],
    [
      'a setting out of scope cannot be read, but is in --assume-unused',
      readings(
        { a: setting(roleName) },
        {
          ...made,
          outOfScope: [{ region: 'z', named: false, setting: unknown(trouble('denied')) }],
        },
      ),
      { deleteRole: true, assumeUnused: ['z'] },
      ['whole would-change', 'attached would-change', 'enabled would-change'],
    ],
    [
      'the regions cannot be listed',
      readings(
        { a: setting(roleName) },
        { ...made, regions: unknown(trouble('denied')), assumedRegions: true },
      ),
      deleteRole,
      unproven,
    ],
  ])('%s', (_, found, over, rows) => {
    expect(shown(disable(found, over))).toEqual(rows);
  });
});

function mendedTrust(): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...(JSON.parse(dhmcTrustPolicy) as { Statement: object[] }).Statement,
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
}
