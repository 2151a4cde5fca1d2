import { describe, expect, it } from 'vitest';
import { actionOf, asksForJson, lastValue } from '../../../src/cli/args/raw.ts';
import { commands } from '../../../src/cli/commands/index.ts';

describe('a command line that may not parse', () => {
  it.each([
    ['enable -o json --bogus', {}, true],
    ['enable -ojson', {}, true],
    ['enable -yo json', {}, true],
    ['enable -yojson', {}, true],
    ['enable --output=json', {}, true],
    ['enable --output json', {}, true],
    ['enable --output json --output table', {}, false],
    ['enable', { DHMC_OUTPUT: 'json' }, true],
    ['enable -o table', { DHMC_OUTPUT: 'json' }, false],
    ['sandbox -- dhmc status -o json', {}, false],
    ['enable --org', {}, false],
  ] as const)('%s with %j asks for JSON: %s', (line, environment, expected) => {
    expect(asksForJson(line.split(' '), environment)).toBe(expected);
  });

  it.each([
    ['enable --bogus', 'enable'],
    ['disable --yes rollback', 'rollback'],
    ['disable --org', 'disable'],
    ['-o json status', 'status'],
    ['rollback latest', 'rollback'],
    ['disable --account rollback', 'disable'],
    ['enabel', null],
    ['--help', null],
  ])('%s has the action %s', (line, action) => {
    expect(actionOf(line.split(' '))).toBe(action);
  });
});

describe('a command line, read without the parser,', () => {
  it('has the command as its action', () => {
    for (const { name } of commands) expect(actionOf([name])).toBe(name);
  });

  it.each([
    ['enable --profile a --profile b', {}, 'b'],
    ['enable --profile a --profile=b', {}, 'b'],
    ['enable --profile=', { DHMC_PROFILE: 'v' }, ''],
    ['enable', { DHMC_PROFILE: 'v' }, 'v'],
    ['enable', {}, undefined],
    ['sandbox -- dhmc status --profile a', {}, undefined],
    ['enable --profile', {}, undefined],
  ])('%s with %j has the last --profile %s', (line, environment, value) => {
    expect(lastValue(line.split(' '), environment, 'profile')).toBe(value);
  });

  it('has the format of the file where neither line nor variable sets one', () => {
    expect(asksForJson(['enable'], {}, 'json')).toBe(true);
    expect(asksForJson(['enable'], { DHMC_OUTPUT: 'table' }, 'json')).toBe(false);
    expect(asksForJson(['enable', '-o', 'csv'], {}, 'json')).toBe(false);
  });
});
