import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../src/cli/args/run-settings.ts';
import {
  describeRun,
  mergedSettings,
  requireRunOf,
  requireSameOrganization,
} from '../../../src/cli/runs/select-run.ts';
import type { RunHistory } from '../../../src/core/record/history.ts';
import { readCommandLine } from '../../support/command-line.ts';

const ran = settingsOf(
  readCommandLine(
    'enable --org --role-name Old --home-region eu-west-1 --concurrency 8 --failure-tolerance 5% --waves 1,100%',
  ).options.values,
);
const merged = (line: string, environment: Record<string, string> = {}, run = ran) =>
  mergedSettings(run, readCommandLine(line, environment).options);

describe('the settings of a later command on a run', () => {
  it('are those of the run by default', () => {
    expect(merged('resume')).toEqual(ran);
  });

  it.each([
    ['resume --role-name New', {}, { roleNames: ['New'] }],
    ['resume', { DHMC_ROLE_NAME: 'New' }, { roleNames: ['New'] }],
    ['resume --home-region us-east-1', {}, { homeRegion: 'us-east-1' }],
    ['resume --concurrency 2', {}, { concurrency: 2 }],
    ['resume --failure-tolerance 3', {}, { failureTolerance: '3' }],
  ])('change with %s and %j only in %j', (line, environment, changed) => {
    expect(merged(line, environment)).toEqual({ ...ran, ...changed });
  });

  it('ignore a configuration file', () => {
    const { options } = readCommandLine('resume --concurrency 2');
    const sources = new Map([['concurrency', 'file']] as const);
    expect(mergedSettings(ran, { ...options, sources }).concurrency).toBe(8);
  });

  it('need the external id again, which they do not contain', () => {
    const secret = { ...ran, needsExternalId: true };
    expect(() => merged('resume', {}, secret)).toThrow('external id, which dhmc never stores');
    expect(merged('resume', { DHMC_EXTERNAL_ID: 'hush' }, secret).needsExternalId).toBe(true);
    expect(merged('resume --external-id hush').needsExternalId).toBe(true);
  });
});

describe('a run or plan', () => {
  const mine = { id: 'o-mine', managementAccount: '1' };
  const theirs = { id: 'o-theirs', managementAccount: '2' };
  const history = (organization: typeof mine) =>
    ({ started: { run: '1', organization } }) as unknown as RunHistory;

  it.each([
    [true, 'The run 1 belongs to organization o-theirs; your credentials belong to o-mine.'],
    [false, 'The state directory has runs of organization o-theirs, but none of yours, o-mine.'],
  ])('of another organization is refused (named: %s)', (named, message) => {
    expect(() => requireRunOf(mine, history(theirs), named)).toThrow(message);
  });

  it.each([true, false])('of the same organization is accepted (named: %s)', (named) => {
    expect(() => requireRunOf(mine, history(mine), named)).not.toThrow();
    expect(() => requireSameOrganization('The plan', mine, mine)).not.toThrow();
  });
});

it('describes a run with its id, command and start', () => {
  expect(
    describeRun({ run: '1', command: 'dhmc enable --org', startedAt: '2026-11-22T10:15:42.000Z' }),
  ).toBe('1 (dhmc enable --org, 2026-11-22 10:15 UTC)');
});
