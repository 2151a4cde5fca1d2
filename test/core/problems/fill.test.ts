import { describe, expect, it } from 'vitest';
import {
  factOf,
  factsNamedIn,
  fillFix,
  withoutAccount,
  type CaseFacts,
} from '../../../src/core/problems/fill.ts';

const session = 'arn:aws:sts::111111111111:assumed-role/Admin/jo';

describe('factOf', () => {
  it.each([
    ['region', { region: 'eu-west-1' }, 'eu-west-1'],
    ['region', {}, 'in question'],
    ['2_region', {}, 'in question'],
    ['2_region', { '2_region': 'eu-west-1' }, 'eu-west-1'],
    ['run', {}, ''],
    ['principal', { principal: session }, 'arn:aws:iam::111111111111:role/Admin'],
    ['1_principal', { '1_principal': session }, 'arn:aws:iam::111111111111:role/Admin'],
    [
      'caller',
      { caller: session, role: 'role path/Admin' },
      'arn:aws:iam::111111111111:role/path/Admin',
    ],
  ])('gives %s of %j as %s', (name, facts, text) => {
    expect(factOf(name, facts)).toBe(text);
  });
});

describe('fillFix', () => {
  const at = (account: string, region: string): CaseFacts => ({
    facts: { account, region, regions: `${region}, sa-east-1`, role: `arn:${account}:r` },
    account,
  });
  it.each<[string, readonly CaseFacts[], string]>([
    ['region {region}', [at('1', 'a')], 'region a'],
    ['region {region}', [at('1', 'a'), at('2', 'b')], 'each of the regions a, b'],
    ['in {region}', [at('1', 'a'), at('2', 'b')], 'in a, b'],
    ['--exclude-region {region}', [at('1', 'a'), at('2', 'b')], '--exclude-region a,b'],
    ['--assume-unused {regions}', [at('1', 'a')], '--assume-unused a,sa-east-1'],
    ['{regions}', [at('1', 'a'), at('1', 'b')], 'a, sa-east-1, b'],
    ['account {account}', [at('1', 'a')], 'account 1'],
    ['account {account}', [at('1', 'a'), at('2', 'a')], 'each of these accounts'],
    ['--exclude-account {account}', [at('1', 'a'), at('2', 'a')], '--exclude-account <account>'],
    ['{role}', [at('1', 'a'), at('2', 'a')], 'arn:<account>:r'],
    ['{role} in {unknown}.', [at('1', 'a')], 'arn:1:r in .'],
  ])('fills %s', (fix, cases, text) => {
    expect(fillFix(fix, cases)).toBe(text);
  });

  it('factsNamedIn keeps the order of the text, and withoutAccount replaces the id', () => {
    expect(factsNamedIn('{b} and {a} or {1_c}')).toEqual(['b', 'a', '1_c']);
    expect(withoutAccount('arn:1', '1')).toBe('arn:<account>');
    expect(withoutAccount('arn:1', '')).toBe('arn:1');
  });
});
