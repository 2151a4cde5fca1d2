import { expect, it } from 'vitest';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { sourceOfCommand, sourceOfRun } from '../../../src/cli/session/source.ts';
import { version } from '../../../src/cli/version.ts';
import { startedOf } from '../../journal/sample.ts';
import { readCommandLine } from '../../support/command-line.ts';

const { options, given } = readCommandLine('status --ou A');

it('the source of a command is its command line and its scope', () => {
  const from = { commandLine: 'dhmc status --ou A', options, given };
  expect(sourceOfCommand(from, scopeOf(options, 'refuse'))).toEqual({
    version,
    command: 'dhmc status --ou A',
    scope: 'OU A (from the command line); every region that the account has enabled',
    stateDir: '',
  });
  expect(sourceOfCommand(from, null).scope).toBe('as recorded in the run');
});

it('the source of a rollback names the exclusions from its run', () => {
  const rollback = readCommandLine('rollback --exclude-account 1');
  const scope = scopeOf(rollback.options, 'organization');
  const started = startedOf('1', { rollsBack: '0', scope });
  expect(sourceOfRun(started, given).scope).toMatch(/^all accounts of the run \(the default\); wi/);
});

it('the source of a run comes from its journal, with the version that wrote it', () => {
  const named = new Map([['state-dir', ['/my runs']]] as const);
  expect(sourceOfRun(startedOf('20261122-100000-abc123', { version: '0.0.9' }), named)).toEqual({
    version: '0.0.9',
    command: 'dhmc enable --org --yes',
    scope:
      'the whole organization (from the command line); tagged stage=prod (from the command line); every region that the account has enabled; without us-west-1 (from the command line)',
    stateDir: " --state-dir '/my runs'",
  });
});
