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

describe('parseCommandLine', () => {
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
  ])('never takes an option as a value: %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  it('accepts a value that begins with a hyphen after =', () => {
    expect(Object.fromEntries(parsed('enable --account=-web --external-id=-s3cret').given)).toEqual(
      {
        account: ['-web'],
        'external-id': ['-s3cret'],
      },
    );
  });

  it('treats status like status report', () => {
    expect(parsed('status --org').spec.load).toBe(parsed('status report --org').spec.load);
    expect(parsed('status --check report --region eu-west-1').given.size).toBe(2);
  });

  it('returns help and version as text', () => {
    expect(parse('--help')).toHaveProperty('print', expect.stringContaining('enable'));
    expect(parse('--version')).toHaveProperty('print', expect.stringMatching(/^\d+\.\d+\.\d+\n$/));
    expect(parse('enable --help')).toHaveProperty(
      'print',
      expect.stringContaining('--permissions-boundary'),
    );
    expect(parse('help status')).toHaveProperty('print', expect.stringContaining('--check'));
  });

  it('returns the help of a command with a name of two words', () => {
    expect(parse('help disable rollback')).toEqual(parse('disable rollback --help'));
    expect(parse('help stackset deploy')).toHaveProperty(
      'print',
      expect.stringContaining('--take-over'),
    );
  });

  it('lists the formats of a command in its help', () => {
    const printed = (line: string): string => {
      const result = parse(line);
      return 'print' in result ? result.print.replace(/\s+/g, ' ') : '';
    };
    expect(printed('runs --help')).toContain('table, json (default: table)');
    expect(printed('policy --help')).toContain('json (default: json)');
  });

  it('accepts every option for some command', () => {
    const used = new Set(
      commands
        .flatMap((command) => [command, ...(command.subcommands ?? [])])
        .flatMap((command) => command.options),
    );
    expect(optionNames.filter((name) => !used.has(name))).toEqual([]);
  });

  it('masks secrets in the description of a command line', () => {
    expect(describeCommandLine(['enable', '--external-id', 's3cret', '--ou', "It's here"])).toBe(
      "dhmc enable --external-id *** --ou 'It'\\''s here'",
    );
    expect(describeCommandLine(['enable', '--external-id=s3cret'])).not.toContain('s3cret');
  });
});
