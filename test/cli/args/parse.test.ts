import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { optionNames } from '../../../src/cli/args/options.ts';
import { describeCommandLine, parseCommandLine } from '../../../src/cli/args/parse.ts';

const parse = (line: string) => parseCommandLine(commands, line.split(' '), 80);

const parsed = (line: string) => {
  const result = parse(line);
  if ('print' in result) throw new Error(`printed: ${result.print}`);
  return result;
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

  it.each([
    [
      'enable --org --state-dir --dry-run',
      '--state-dir needs a value, but the next word is --dry-run.',
    ],
    ['enable --account -web', '--account needs a value, but the next word is -web.'],
    [
      'enable --org --external-id -s3cret',
      '--external-id needs a value, but the next word is an option.',
    ],
    ['enable --account=web --account -y', '--account needs a value, but the next word is -y.'],
  ])('takes no option for a value: %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it('takes a value that begins with a hyphen where = joins it', () => {
    expect(Object.fromEntries(parsed('enable --account=-web --external-id=-s3cret').given)).toEqual(
      {
        account: ['-web'],
        'external-id': ['-s3cret'],
      },
    );
  });

  it('takes status alone for status report', () => {
    expect(parsed('status --org').spec.load).toBe(parsed('status report --org').spec.load);
    expect(parsed('status --check report --region eu-west-1').given.size).toBe(2);
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

  it('gives help of a command whose name has two words', () => {
    expect(parse('help disable rollback')).toEqual(parse('disable rollback --help'));
    expect(parse('help stackset deploy')).toHaveProperty(
      'print',
      expect.stringContaining('--take-over'),
    );
  });

  it('names in help the formats that a command has', () => {
    const printed = (line: string): string => {
      const result = parse(line);
      return 'print' in result ? result.print.replace(/\s+/g, ' ') : '';
    };
    expect(printed('runs --help')).toContain('table, json (default: table)');
    expect(printed('policy --help')).toContain('json (default: json)');
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
