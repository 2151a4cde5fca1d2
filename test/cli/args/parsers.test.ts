import { describe, expect, it } from 'vitest';
import * as values from '../../../src/cli/args/parsers.ts';

type AnyParser = values.Parser<unknown>;

const accepted: readonly [string, AnyParser, string, unknown][] = [
  ['file', values.file, '~backup', '~backup'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), '64', 64],
  ['seed', values.wholeNumber(0, 10, 'the seed'), '0', 0],
  ['flag variable', values.yesOrNo, 'TRUE', true],
  ['flag variable', values.yesOrNo, 'no', false],
  ['region', values.region, 'eu-west-1', 'eu-west-1'],
  ['region of China', values.region, 'cn-north-1', 'cn-north-1'],
  ['role name', values.roleName, 'Ops+Team=1,x.y@z-', 'Ops+Team=1,x.y@z-'],
  ['role with path', values.roleName, '/service-role/Our', 'service-role/Our'],
  ['DHMC role', values.dhmcRole, '/service-role/Our', 'service-role/Our'],
  ['role name', values.roleName, 'aws-reserved/x/Our', 'aws-reserved/x/Our'],
  ['policy', values.policy, 'boundaries/Ours', 'boundaries/Ours'],
  [
    'policy ARN',
    values.policy,
    'arn:aws-cn:iam::aws:policy/PowerUserAccess',
    'arn:aws-cn:iam::aws:policy/PowerUserAccess',
  ],
  ['external id', values.externalId, 'a:b/c-d', 'a:b/c-d'],
  ['tag', values.tag, 'team=a=b', { key: 'team', value: 'a=b' }],
  ['tag without a value', values.tag, 'team=', { key: 'team', value: '' }],
  ['tag with a comma', values.tag, 'Cost=a,b', { key: 'Cost', value: 'a,b' }],
  ['tag in Japanese', values.tag, '環境=本番', { key: '環境', value: '本番' }],
  ['tolerance', values.tolerance, '10%', '10%'],
  ['tolerance', values.tolerance, '0', '0'],
  ['wave', values.wave, '100%', '100%'],
];

const refused: readonly [string, AnyParser, string][] = [
  ['file', values.file, '~/report.json'],
  ['directory', values.directory, '~'],
  ['run or file', values.runOrFile, '~/run.jsonl'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), '0'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), '-1'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), '1.5'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), 'many'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), '1e3'],
  ['concurrency', values.wholeNumber(1, 1024, 'calls'), ''],
  ['flag variable', values.yesOrNo, 'maybe'],
  ['region', values.region, 'us-esat-1'],
  ['role name', values.roleName, 'with space'],
  ['role name', values.roleName, 'x'.repeat(65)],
  ['role name', values.roleName, 'arn:aws:iam::123456789012:role/x'],
  ['role name', values.roleName, 'path/'],
  ['role name', values.roleName, 'a//b'],
  ['DHMC role', values.dhmcRole, 'a//b'],
  ['DHMC role', values.dhmcRole, 'aws-reserved/x/Our'],
  ['DHMC role', values.dhmcRole, '/AWS-Service-Role/Our'],
  ['policy', values.policy, 'arn:aws:iam::123:policy/x'],
  ['external id', values.externalId, 'x'],
  ['external id', values.externalId, 'with space'],
  ['external id', values.externalId, 'x'.repeat(1225)],
  ['source identity', values.sourceIdentity, 'aws:me'],
  ['tag', values.tag, 'novalue'],
  ['tag', values.tag, '=x'],
  ['tag', values.tag, `${'k'.repeat(129)}=x`],
  ['new tag', values.newTag, 'aws:x=y'],
  ['new tag', values.newTag, 'dhmc:run=y'],
  ['new tag', values.newTag, 'Cost=a,b'],
  ['tolerance', values.tolerance, '101%'],
  ['wave', values.wave, '0%'],
  ['text', values.text, ' '],
];

describe('values of options', () => {
  it.each(accepted)('accept %s (%#)', (_, parse, given, expected) => {
    expect(parse(given)).toEqual({ ok: true, value: expected });
  });

  it.each(refused)('refuse %s (%#)', (_, parse, given) => {
    const parsed = parse(given);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.fix).toMatch(/[.?]$/);
  });

  it.each([['1,10%,100%'], ['1,5,10%,50%'], ['1'], ['100%'], ['10%,5']])(
    'the waves %s grow',
    (steps) => {
      expect(values.increasing(steps.split(','))).toMatchObject({ ok: true });
    },
  );

  it.each([
    ['100%,10%', 'has a step 10% after 100%'],
    ['5,2', 'must grow, but 2 follows 5'],
    ['5,10%,5', 'must grow, but 5 follows 5'],
    ['100%,200', 'has a step 200 after 100%'],
  ])('the waves %s are refused', (steps, complaint) => {
    expect(values.increasing(steps.split(','))).toMatchObject({ ok: false, complaint });
  });

  it.each<[readonly string[], string | null]>([
    [['a=1', 'b=1'], null],
    [['a=1', 'a=1'], null],
    [['a=1', 'a=2'], 'has the key a more than once'],
    [['a=1', 'A=1'], 'has the key A more than once'],
    [['a=1', 'b=2', 'c=3'], 'has 3 tags'],
  ])('the tags %j with a limit of two: %s', (tags, complaint) => {
    expect(values.distinctTags(2)(tags)).toMatchObject(
      complaint === null ? { ok: true } : { ok: false, complaint },
    );
  });

  it('suggests the nearest region', () => {
    expect(values.region('eu-wset-1')).toMatchObject({ fix: 'Did you mean eu-west-1?' });
  });

  it('never repeats an external id', () => {
    expect(JSON.stringify(values.externalId('s3cret value'))).not.toContain('s3cret');
  });
});
