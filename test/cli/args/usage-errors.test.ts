import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../../src/cli/args/parse.ts';
import { commandPath, findCommand, requireCommand } from '../../../src/cli/args/usage-errors.ts';
import { commands } from '../../../src/cli/commands/index.ts';
import { UsageError } from '../../../src/core/model/errors.ts';

const refusal = (line: string): UsageError => {
  try {
    parseCommandLine(commands, line.split(' '), 80);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${line} was taken`);
};

describe('a command line that does not parse', () => {
  it.each([
    ['enabel --org', 'Did you mean dhmc enable?'],
    ['rollbak', 'Did you mean dhmc rollback?'],
    ['rollback one two', 'See dhmc rollback --help.'],
    ['disable one rollback', 'See dhmc disable --help.'],
    ['config init --overwrite', 'It is an option of enable and disable.'],
    ['config init --since x', 'It is an option of'],
    ['enable --regoin x', 'Did you mean --region?'],
    ['status --overwite', 'Did you mean --overwrite, an option of enable and disable?'],
    ['status --format json', 'Did you mean --output?'],
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
    [
      'template --set role cloudformation',
      'Options go after the whole command name: dhmc template cloudformation --set NAME.',
    ],
    ['stackset --name x status', 'dhmc stackset status --name PREFIX.'],
    ['template --yes cloudformation', 'It is an option of enable, disable'],
    ['--bogus', 'See dhmc --help.'],
  ])('has a hint with the fix: %s', (line, fix) => {
    expect(refusal(line).hint).toContain(fix);
  });

  it.each([
    ['help enabel', 'Did you mean dhmc enable?'],
    ['help rollbck', 'Did you mean dhmc rollback?'],
    ['--verson', 'Did you mean --version?'],
    ['enable --no-dry-run', 'DHMC_DRY_RUN=0'],
  ])('has a suggestion for %s', (line, hint) => {
    expect(refusal(line).hint).toContain(hint);
  });
});

describe('the command of a line', () => {
  it.each([
    ['disable rollback one', 'disable rollback'],
    ['--yes disable --org rollback', 'disable rollback'],
    ['status', 'status'],
    ['rollback disable', 'rollback'],
    ['nothing', null],
    ['', null],
  ])('in %j is %s', (line, name) => {
    expect(findCommand(commands, line.split(' '))?.name ?? null).toBe(name);
  });

  it('has its full path', () => {
    for (const name of ['disable rollback', 'stackset deploy', 'enable']) {
      const spec = findCommand(commands, name.split(' '))?.spec;
      expect(spec === undefined ? null : commandPath(commands, spec)).toBe(name);
    }
  });

  it.each(['', 'help', '--help', 'disable rollback', 'runs show'])('is found in %j', (line) => {
    expect(() => requireCommand(commands, line.split(' '))).not.toThrow();
  });

  it.each([
    ['disable rolback', 'Did you mean dhmc disable rollback?'],
    ['init', 'Did you mean dhmc config init?'],
    ['zzzzzzzzzz', 'See dhmc --help.'],
  ])('is unknown in %s', (line, hint) => {
    expect(() => requireCommand(commands, line.split(' '))).toThrow(`Unknown command "${line}".`);
    try {
      requireCommand(commands, line.split(' '));
    } catch (error) {
      expect(error).toHaveProperty('hint', expect.stringContaining(hint));
    }
  });
});
