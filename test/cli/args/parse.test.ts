import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { optionNames } from '../../../src/cli/args/options.ts';
import { describeCommandLine, parseCommandLine } from '../../../src/cli/args/parse.ts';
import { actionOf, asksForJson } from '../../../src/cli/args/raw.ts';
import { UsageError } from '../../../src/core/model/errors.ts';

const parse = (line: string) => parseCommandLine(commands, line.split(' '), 80);

const parsed = (line: string) => {
  const result = parse(line);
  if ('print' in result) throw new Error(`printed: ${result.print}`);
  return result;
};

const refusal = (line: string): UsageError => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${line} was taken`);
};

describe('command lines', () => {
  it('collects values in order', () => {
    const { spec, given } = parsed('enable --ou A --ou=B -o json -y --overwrite');
    expect(spec.name).toBe('enable');
    expect(Object.fromEntries(given)).toEqual({
      ou: ['A', 'B'],
      output: ['json'],
      yes: [null],
      overwrite: [null],
    });
  });

  it('takes status alone for status report', () => {
    expect(parsed('status --org').spec.load).toBe(parsed('status report --org').spec.load);
    expect(parsed('status --check report --region eu-west-1').given.size).toBe(2);
  });

  it.each([
    ['enabel --org', 'Did you mean dhmc enable?'],
    ['rollbak', 'Did you mean dhmc rollback?'],
    ['rollback one two', 'See dhmc rollback --help.'],
    ['disable one rollback', 'See dhmc disable --help.'],
    ['config init --overwrite', 'It is an option of enable and disable.'],
    ['config init --since x', 'It is an option of'],
    ['enable --regoin x', 'Did you mean --region?'],
    ['status --overwite', 'Did you mean --overwrite, an option of enable and disable?'],
    [
      'policy --state-dir x',
      'It is an option of enable, status, status report and others. See dhmc policy --help.',
    ],
    [
      'disable rollback --delete-role',
      'It is an option of disable. See dhmc disable rollback --help.',
    ],
    [
      'disable --delete-role rollback',
      'It is an option of disable. See dhmc disable rollback --help.',
    ],
    ['status reprot', 'Did you mean dhmc status report?'],
    ['disable rollback one two', 'See dhmc disable rollback --help.'],
    ['sandbox dhmc', 'Put -- before'],
    ['enable extra', 'dhmc enable --help'],
    ['enable --delete-role', 'dhmc enable --help'],
    ['enable --region', 'Give it as --region CODE.'],
    ['enable --yes=no', 'Give --yes alone'],
    ['-o json status', 'Options go after the whole command name: dhmc status --output FORMAT.'],
    ['-q disable rollback', 'dhmc disable rollback --quiet.'],
    ['--bogus', 'See dhmc --help.'],
  ])('refuses %s and tells the fix', (line, fix) => {
    expect(refusal(line).hint).toContain(fix);
  });

  it('gives help and version as text', () => {
    expect(parse('--help')).toHaveProperty('print', expect.stringContaining('enable'));
    expect(parse('--version')).toHaveProperty('print', expect.stringMatching(/^\d+\.\d+\.\d+\n$/));
    expect(parse('enable --help')).toHaveProperty(
      'print',
      expect.stringContaining('--permissions-boundary'),
    );
    expect(parse('help status')).toHaveProperty('print', expect.stringContaining('--check'));
  });

  it('names in help the formats that a command has', () => {
    const printed = (line: string): string => {
      const result = parse(line);
      return 'print' in result ? result.print.replace(/\s+/g, ' ') : '';
    };
    expect(printed('runs --help')).toContain('table, json (default: table)');
    expect(printed('policy --help')).toContain('json (default: json)');
  });

  it.each([
    ['help enabel', 'Did you mean dhmc enable?'],
    ['help rollbck', 'Did you mean dhmc rollback?'],
    ['--verson', 'Did you mean --version?'],
    ['enable --no-dry-run', 'DHMC_DRY_RUN=0'],
  ])('says what was probably meant with %s', (line, hint) => {
    expect(refusal(line).hint).toContain(hint);
  });

  it('has every option in some command', () => {
    const used = new Set(
      commands
        .flatMap((command) => [command, ...(command.subcommands ?? [])])
        .flatMap((command) => command.options),
    );
    expect(optionNames.filter((name) => !used.has(name))).toEqual([]);
  });

  it('describes a line without its secrets', () => {
    expect(describeCommandLine(['enable', '--external-id', 's3cret', '--ou', "It's here"])).toBe(
      "dhmc enable --external-id *** --ou 'It'\\''s here'",
    );
    expect(describeCommandLine(['enable', '--external-id=s3cret'])).not.toContain('s3cret');
  });
});

describe('lines that do not parse', () => {
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
  ] as const)('%s with %j: JSON %s', (line, environment, expected) => {
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
  ])('%s is the action %s', (line, action) => {
    expect(actionOf(line.split(' '))).toBe(action);
  });
});
