import { expect, it } from 'vitest';
import { coverageCommand, resumeCommand } from '../../../src/cli/args/command-line.ts';
import { parseCommandLine } from '../../../src/cli/args/parse.ts';
import { settingsOf } from '../../../src/cli/args/run-settings.ts';
import { resolveOptions } from '../../../src/cli/args/resolve.ts';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { commands } from '../../../src/cli/commands/index.ts';

function givenBy(line: string) {
  const parsed = parseCommandLine(commands, line.split(' '), 80);
  if ('print' in parsed) throw new Error(parsed.print);
  const { spec, given } = parsed;
  const options = resolveOptions(
    spec.options,
    given,
    {},
    { commandLineScope: spec.commandLineScope ?? 'nothing', file: null },
  );
  return { given, options };
}

it.each([
  ['--org', 'dhmc coverage --org'],
  ['--org --tag stage=prod --tag team=a', 'dhmc coverage --org --tag stage=prod --tag team=a'],
  [
    '--ou Workloads/Prod --exclude-ou Workloads/Prod/Old --exclude-account web',
    'dhmc coverage --ou Workloads/Prod --exclude-ou Workloads/Prod/Old --exclude-account web',
  ],
  [
    '--account one,two --region eu-west-1 --exclude-region us-east-1',
    'dhmc coverage --account one,two --region eu-west-1 --exclude-region us-east-1',
  ],
  [
    '--org --state-dir /srv/runs --profile ops --session-tag a=b --waves 1,100%',
    'dhmc coverage --org --profile ops --session-tag a=b',
  ],
  [
    '--org --role-name A --role-name B --home-region eu-west-1 --dhmc-role Team',
    'dhmc coverage --org --dhmc-role Team --role-name A --role-name B --home-region eu-west-1',
  ],
])('after dhmc enable %s: %s', (line, expected) => {
  const { given, options } = givenBy(`enable ${line}`);
  const command = coverageCommand(scopeOf(options, 'refuse'), settingsOf(options.values), given);
  expect(command).toBe(expected);
  // The command takes every option that it names.
  givenBy(command.replace(/^dhmc /, ''));
});

it.each([
  ['enable --org --waves 1,100% --wave-coverage 20', 'dhmc resume 1 --wave-coverage 20'],
  ['enable --org --waves 1,100%', 'dhmc resume 1'],
])('after dhmc %s, %s goes on', (line, expected) => {
  expect(resumeCommand('1', givenBy(line).given)).toBe(expected);
});
