import { describe, expect, it } from 'vitest';
import { known, type Role, type Setting } from '../../../src/core/model/model.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import { managedByTag, parseRoleName } from '../../../src/core/iam/role-names.ts';
import { emptyBook, hintsAtStackSet, ownerInRegion } from '../../../src/core/owners/book.ts';

const id = '222222222222';
const ours = parseRoleName('service-role/Dhmc');
const role = (name: string, tags: Readonly<Record<string, string>>): Role => ({
  arn: `arn:aws:iam::${id}:role/service-role/${name}`,
  name,
  path: '/service-role/',
  trust: '{}',
  tags,
  boundary: null,
});
const setting = (more: Partial<Setting> = {}): Setting => ({
  value: 'service-role/Dhmc',
  pending: false,
  modifiedBy: null,
  modifiedAt: null,
  ...more,
});
const readings = (more: Partial<AccountReadings> = {}): AccountReadings => ({
  account: { id, name: 'web', path: '', state: 'ACTIVE' },
  regions: known([]),
  assumedRegions: false,
  cells: [],
  outOfScope: [],
  role: known(null),
  grants: known(null),
  policies: null,
  others: new Map(),
  attachments: null,
  boundary: null,
  ...more,
});
const ownerOf = (of: AccountReadings, book = emptyBook, value = setting()) =>
  ownerInRegion({ region: 'eu-west-1', setting: value }, of, { ours, book });

describe('the owner of a setting', () => {
  it('comes from the journals where they name one', () => {
    const journals = {
      ownerOf: ({
        account,
        region,
      }: {
        readonly account: string;
        readonly region: string | null;
      }) => ({
        kind: 'dhmc' as const,
        name: `${account} ${region ?? ''}`,
      }),
    };
    expect(ownerOf(readings(), { ...emptyBook, journals })).toMatchObject({
      kind: 'dhmc',
      name: `${id} eu-west-1`,
    });
  });

  it('is the stack set that has an instance there', () => {
    const book = { ...emptyBook, stackSetOf: () => 'dhmc-setting', isListed: true };
    expect(ownerOf(readings(), book)).toMatchObject({ kind: 'stackset', name: 'dhmc-setting' });
  });

  it('comes from the tags of the role that the setting names, ours or another', () => {
    const tags = { [managedByTag]: 'terraform' };
    const byOurs = ownerOf(readings({ role: known(role('Dhmc', tags)) }));
    expect(byOurs).toMatchObject({ kind: 'other', name: 'terraform' });
    const others = new Map([['team', known(role('Team', tags))]]);
    const byOther = ownerOf(
      readings({ others }),
      emptyBook,
      setting({ value: 'service-role/Team' }),
    );
    expect(byOther).toEqual(byOurs);
  });

  it('is null where there is no evidence', () => {
    expect(ownerOf(readings(), emptyBook, setting({ value: null }))).toBe(null);
  });
});

describe('hintsAtStackSet', () => {
  const stackSetRole = known(role('Dhmc', { [managedByTag]: 'stackset' }));
  const cell = (modifiedBy: string | null) => ({
    region: 'eu-west-1',
    named: false,
    setting: known(setting({ modifiedBy })),
  });
  const writer = `arn:aws:sts::${id}:assumed-role/stacksets-exec-0123456789abcdef0123456789abcdef/AWSCloudFormation`;
  it.each<[string, Partial<AccountReadings>, boolean]>([
    ['no evidence', {}, false],
    ['the tag of our role', { role: stackSetRole }, true],
    ['the tag of another role', { others: new Map([['x', stackSetRole]]) }, true],
    ['the writer of a setting', { cells: [cell(writer)] }, true],
    ['the writer of a setting out of scope', { outOfScope: [cell(writer)] }, true],
    ['another writer', { cells: [cell(`arn:aws:iam::${id}:user/jo`)] }, false],
  ])('for %s is %s', (_, more, hinted) => {
    expect(hintsAtStackSet(readings(more))).toBe(hinted);
  });
});
