import { describe, expect, it } from 'vitest';
import {
  defaultsOfRollback,
  describeScope,
  requireBoundaryOfPartition,
  requireRegionsOfPartition,
  scopeOf,
} from '../../../src/cli/args/scope.ts';
import { UsageError } from '../../../src/core/model/errors.ts';
import type { Partition } from '../../../src/core/model/model.ts';
import { readCommandLine } from '../../support/command-line.ts';

const optionsOf = (line: string, environment: Record<string, string> = {}) =>
  readCommandLine(line, environment).options;

const refusal = (work: () => unknown): UsageError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('taken');
};

describe('the scope of a command', () => {
  it.each([
    ['enable --org --ou A', '--org cannot be combined with --ou.'],
    ['enable --org --account A', '--org cannot be combined with --account.'],
    ['enable', 'No accounts selected.'],
    ['enable --tag a=b', 'No accounts selected.'],
    [
      'enable --org --region eu-west-1 --exclude-region eu-west-1',
      'No regions left: --exclude-region removes every region of --region.',
    ],
  ])('is refused for %s', (line, message) => {
    expect(refusal(() => scopeOf(optionsOf(line), 'refuse')).message).toBe(message);
  });

  it.each([
    ['enable', 'or --account ID|NAME;'],
    ['disable', 'or --account ID|NAME;'],
    ['stackset deploy', 'Choose with --org (the whole organization) or --ou ID|PATH;'],
  ])('names the selectors of %s where none is given', (line, choices) => {
    expect(refusal(() => scopeOf(optionsOf(line), 'refuse')).hint).toContain(choices);
  });

  it('names a variable that cannot select where the selection is empty', () => {
    const options = optionsOf('disable', { DHMC_ORG: '1' });
    expect(refusal(() => scopeOf(options, 'refuse')).hint).toContain('DHMC_ORG');
  });

  it.each([
    ['status', {}, 'default'],
    ['status --org', {}, 'command line'],
    ['status', { DHMC_OU: 'A' }, 'environment'],
    ['status --region eu-west-1', {}, 'default'],
  ] as const)('of %s with %j has the source %s', (line, environment, source) => {
    expect(scopeOf(optionsOf(line, environment), 'organization').source).toBe(source);
  });

  it('is the whole organization without a selector, where the command allows that', () => {
    expect(scopeOf(optionsOf('status'), 'organization').accounts.org).toBe(true);
  });

  it('has a region once that is named twice', () => {
    const { regions } = scopeOf(
      optionsOf('status --region eu-west-1,eu-west-1 --exclude-region us-east-1,us-east-1'),
      'organization',
    );
    expect(regions).toEqual({ regions: ['eu-west-1'], excludeRegions: ['us-east-1'] });
  });
});

describe('describeScope', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'status',
      {},
      'the whole organization; every region that the account has enabled (the default)',
    ],
    [
      'status --org',
      {},
      'the whole organization (from the command line); every region that the account has enabled',
    ],
    [
      'status --ou A --account 1 --tag a=b --exclude-ou B --exclude-region eu-west-1',
      {},
      'OU A, account 1 (from the command line); tagged a=b (from the command line); without OU B (from the command line); every region that the account has enabled; without eu-west-1 (from the command line)',
    ],
    [
      'status --ou A',
      { DHMC_REGION: 'eu-west-1' },
      'OU A (from the command line); regions eu-west-1 (from DHMC_ variables)',
    ],
    [
      'status --region eu-west-1',
      {},
      'the whole organization (the default); regions eu-west-1 (from the command line)',
    ],
  ])('describes %s with %j', (line, environment, text) => {
    const options = optionsOf(line, environment);
    expect(describeScope(scopeOf(options, 'organization'), options)).toBe(text);
  });

  it('names the default scope of a command that is not the whole organization', () => {
    const options = optionsOf('rollback --exclude-account 1');
    expect(describeScope(scopeOf(options, 'organization'), options, defaultsOfRollback)).toBe(
      'all accounts of the run (the default); without account 1 (from the command line); all regions of the run',
    );
  });

  it('names the file without its line', () => {
    const options = {
      ...optionsOf('status --org'),
      sources: new Map([['org', 'file']] as const),
      origins: new Map([['org', ['dhmc.config.yaml:3']]] as const),
      file: 'dhmc.config.yaml',
    };
    expect(describeScope(scopeOf(options, 'refuse'), options)).toBe(
      'the whole organization (from dhmc.config.yaml); every region that the account has enabled',
    );
  });
});

describe('a region', () => {
  const check = (region: string, partition: Partition) => () =>
    requireRegionsOfPartition(
      scopeOf(optionsOf(`status --region ${region}`), 'organization'),
      partition,
    );

  it.each<[string, Partition]>([
    ['us-gov-west-1', 'aws'],
    ['eu-west-1', 'aws-us-gov'],
    ['eu-west-1', 'aws-cn'],
  ])('is refused: %s in %s', (region, partition) => {
    expect(refusal(check(region, partition)).message).toContain(`is not in ${partition}`);
  });

  it.each<[string, Partition]>([
    ['us-gov-west-1', 'aws-us-gov'],
    ['cn-north-1', 'aws-cn'],
    ['eu-west-1', 'aws'],
  ])('is accepted: %s in %s', (region, partition) => {
    expect(check(region, partition)).not.toThrow();
  });
});

describe('a permissions boundary', () => {
  it.each<[string | null, Partition, boolean]>([
    [null, 'aws-cn', true],
    ['path/Mine', 'aws-cn', true],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'aws', true],
    ['arn:aws-cn:iam::aws:policy/ReadOnlyAccess', 'aws-cn', true],
    ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'aws-cn', false],
    ['arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess', 'aws', false],
  ])('%s in %s is accepted: %s', (boundary, partition, taken) => {
    const check = () => {
      requireBoundaryOfPartition(boundary, partition);
    };
    if (taken) expect(check).not.toThrow();
    else expect(refusal(check).message).toContain(`is not in ${partition}`);
  });
});
