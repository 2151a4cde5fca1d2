import { describe, expect, it } from 'vitest';
import {
  applyingCommand,
  commandOfScope,
  followUpCommand,
  resumeCommand,
} from '../../../src/cli/args/command-line.ts';
import { settingsOf } from '../../../src/cli/args/run-settings.ts';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { readCommandLine } from '../../support/command-line.ts';

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
    '--account=-web --profile=-ops --session-tag=-a=b',
    'dhmc coverage --account=-web --profile=-ops --session-tag=-a=b',
  ],
  [
    '--org --role-name A --role-name B --home-region eu-west-1 --dhmc-role Team',
    'dhmc coverage --org --dhmc-role Team --role-name A --role-name B --home-region eu-west-1',
  ],
])('the command on the scope of dhmc enable %s is %s', (line, expected) => {
  const { given, options } = readCommandLine(`enable ${line}`);
  const scope = scopeOf(options, 'refuse');
  const command = commandOfScope('coverage', scope, settingsOf(options.values), given);
  expect(command).toBe(expected);
  // The command has to accept each of its options.
  readCommandLine(command.replace(/^dhmc /, ''));
});

it.each([
  ['', 'dhmc enable --org --dry-run'],
  ['--ou A,B --region eu-west-1', 'dhmc enable --ou A,B --region eu-west-1 --dry-run'],
  [
    '--account one --dhmc-role Team --state-dir /srv/runs',
    'dhmc enable --account one --dhmc-role Team --state-dir /srv/runs --dry-run',
  ],
])('the command on the scope of dhmc status %s is %s', (line, expected) => {
  const { given, options } = readCommandLine(`status ${line}`.trim());
  const scope = scopeOf(options, 'organization');
  const command = commandOfScope('enable', scope, settingsOf(options.values), given);
  expect(command).toBe(expected);
  readCommandLine(command.replace(/^dhmc /, ''));
});

it.each([
  ['enable --org --waves 1,100% --wave-coverage 20', 'dhmc resume 1 --wave-coverage 20'],
  ['enable --org --waves 1,100%', 'dhmc resume 1'],
])('after dhmc %s, the command to resume is %s', (line, expected) => {
  expect(resumeCommand('1', readCommandLine(line).given)).toBe(expected);
});

it.each([
  ['enable --org --yes', 'dhmc resume 1'],
  [
    'enable --org --state-dir /srv/runs --concurrency 3 --profile org',
    'dhmc resume 1 --state-dir /srv/runs --profile org',
  ],
  [
    'enable --org --external-id hush --session-tag a=b --session-tag c=d',
    'dhmc resume 1 --external-id *** --session-tag a=b --session-tag c=d',
  ],
  [
    'disable --org --no-session-policy --state-dir a;rm',
    "dhmc resume 1 --state-dir 'a;rm' --no-session-policy",
  ],
])('after dhmc %s, the follow-up command is %s', (line, expected) => {
  expect(followUpCommand(['resume', '1'], readCommandLine(line).given)).toBe(expected);
});

describe('the command that applies a dry run', () => {
  it.each([
    ['dhmc enable --org --dry-run', 'dhmc enable --org'],
    ['dhmc enable --dry-run --preflight --ou A', 'dhmc enable --ou A'],
    ['dhmc enable --dry-run --check --ou A', 'dhmc enable --ou A'],
    ['dhmc enable --org', null],
    ['dhmc disable --yes rollback --dry-run', 'dhmc disable rollback'],
    ['dhmc enable -y --dry-run --ou A', 'dhmc enable --ou A'],
  ])('for %s is %s', (line, expected) => {
    expect(applyingCommand(line, { run: null, operand: undefined })).toBe(expected);
  });

  it.each<[string, string | undefined, string]>([
    ['dhmc rollback --dry-run --region a', undefined, 'dhmc rollback r1 --region a'],
    [
      'dhmc disable --region a rollback --dry-run',
      undefined,
      'dhmc disable --region a rollback r1',
    ],
    ['dhmc rollback latest --dry-run', 'latest', 'dhmc rollback r1'],
    ['dhmc resume --dry-run', undefined, 'dhmc resume r1'],
    ['dhmc rollback r0 --dry-run', 'r0', 'dhmc rollback r0'],
    ['dhmc rollback a.jsonl --dry-run', 'a.jsonl', 'dhmc rollback a.jsonl'],
  ])('names the run for %s', (line, operand, expected) => {
    expect(applyingCommand(line, { run: 'r1', operand })).toBe(expected);
  });
});
