import { describe, expect, it } from 'vitest';
import { mayBeSetByAssociation, onQuickSetup } from '../../../src/core/doctor/quick-setup.ts';
import { known, unknown, type Problem } from '../../../src/core/model/model.ts';
import type { AccountReadings } from '../../../src/core/model/readings.ts';
import type { AccountInside } from '../../../src/core/doctor/readings.ts';

const account = '111111111111';
const unset = { value: null, pending: false, modifiedBy: 'System', modifiedAt: null };
const jo = `arn:aws:iam::${account}:user/jo`;

describe('mayBeSetByAssociation', () => {
  it.each([
    ['never set', unset, false],
    ['set by a principal', { ...unset, value: 'R', modifiedBy: jo }, true],
    ['set by AWS', { ...unset, value: 'R' }, true],
    ['reset by a principal', { ...unset, modifiedBy: jo }, true],
    ['unset without a writer from AWS', { ...unset, modifiedBy: null }, true],
  ])('is right where the setting is %s', (_, setting, expected) => {
    expect(mayBeSetByAssociation(setting)).toBe(expected);
  });
});

describe('the finding on associations', () => {
  const problem: Problem = { code: 'denied', message: 'no', hint: 'ask', requestId: null };
  const cells: AccountReadings['cells'] = [
    { region: 'eu-west-1', named: false, setting: known(unset) },
  ];
  const of = (associations: AccountInside['associations'], read = cells) =>
    onQuickSetup(account, { associations, readings: { cells: read } }).map(
      ({ level, message }) => `${level}: ${message}`,
    );
  const region = 'eu-west-1';

  it.each([
    [
      'one association',
      [{ region, count: known(1) }],
      /^warning: There is an association .* in eu-west-1\./,
    ],
    ['no association', [{ region, count: known(0) }], /^ok: Neither Quick Setup nor the console/],
    [
      'associations that could not be read',
      [{ region, count: unknown(problem) }],
      /^warning: .*could not be read/,
    ],
    ['associations that were not read', [], /^ok: No setting here is known to have been changed/],
  ])('is right for %s', (_, associations, expected) => {
    expect(of(associations)).toEqual([expect.stringMatching(expected)]);
  });

  it('is missing where no setting could be read', () => {
    expect(of([], [])).toEqual([]);
  });
});
