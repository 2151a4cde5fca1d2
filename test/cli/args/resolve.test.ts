import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/cli/args/config/read.ts';
import { optionNames, options, type OptionName } from '../../../src/cli/args/options.ts';
import { optionSets } from '../../../src/cli/args/option-sets.ts';
import { resolveOptions, checkVariables, type Given } from '../../../src/cli/args/resolve.ts';
import { scopeOf } from '../../../src/cli/args/scope.ts';
import { UsageError } from '../../../src/core/model/errors.ts';

const given = (entries: Partial<Record<OptionName, readonly (string | null)[]>>): Given =>
  new Map(Object.entries(entries) as [OptionName, readonly (string | null)[]][]);

const resolve = (
  flags: Partial<Record<OptionName, readonly (string | null)[]>>,
  environment: Record<string, string> = {},
  command: keyof typeof optionSets = 'enable',
) =>
  resolveOptions(optionSets[command], given(flags), environment, {
    commandLineScope: command === 'disable' ? 'selectors' : 'nothing',
    file: null,
  });

const complaintOf = (work: () => unknown): UsageError => {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('no complaint');
};

describe('resolveOptions', () => {
  it('prefers the command line to the variable', () => {
    const { values, sources } = resolve(
      { concurrency: ['8'] },
      { DHMC_CONCURRENCY: '16', DHMC_HOME_REGION: 'eu-west-1' },
    );
    expect(values.concurrency).toBe(8);
    expect(sources.get('concurrency')).toBe('command line');
    expect(values['home-region']).toBe('eu-west-1');
    expect(sources.get('home-region')).toBe('environment');
  });

  it('uses the last value of an option that is given twice', () => {
    expect(resolve({ concurrency: ['8', '9'] }).values.concurrency).toBe(9);
  });

  it('splits comma lists of regions and leaves names whole', () => {
    const { values } = resolve({
      region: ['eu-west-1,eu-west-2', 'us-east-1'],
      account: ['Acme, Inc.', '111111111111,222222222222'],
    });
    expect(values.region).toEqual(['eu-west-1', 'eu-west-2', 'us-east-1']);
    expect(values.account).toEqual(['Acme, Inc.', '111111111111,222222222222']);
  });

  it('splits tags only at a comma that a key follows', () => {
    const tags = (...texts: readonly string[]) =>
      resolve({ tag: texts }).values.tag?.map(({ key, value }) => [key, value]);
    expect(tags('Cost=a,b')).toEqual([['Cost', 'a,b']]);
    expect(tags('Cost=a,b,team=x', 'env=')).toEqual([
      ['Cost', 'a,b'],
      ['team', 'x'],
      ['env', ''],
    ]);
    expect(complaintOf(() => resolve({ tag: ['team'] })).message).toBe(
      '--tag: "team" is not a tag.',
    );
  });

  it('compares all waves, even if the option is given several times', () => {
    expect(resolve({ waves: ['1', '10%,100%'] }).values.waves).toEqual(['1', '10%', '100%']);
    expect(complaintOf(() => resolve({ waves: ['5', '2'] })).message).toBe(
      '--waves: "5,2" must grow, but 2 follows 5.',
    );
    expect(complaintOf(() => resolve({}, { DHMC_WAVES: '100%,10%' })).message).toContain(
      'DHMC_WAVES: "100%,10%"',
    );
  });

  it('replaces the selectors of the environment as a group', () => {
    const { values } = resolve(
      { account: ['111111111111'] },
      { DHMC_ORG: '1', DHMC_OU: 'Workloads', DHMC_TAG: 'a=b' },
    );
    expect(values.org).toBe(false);
    expect(values.ou).toBeUndefined();
    expect(values.account).toEqual(['111111111111']);
    expect(values.tag).toEqual([{ key: 'a', value: 'b' }]);
  });

  it('adds exclusions of command line and variable', () => {
    const { values } = resolve(
      { 'exclude-region': ['eu-west-1'] },
      { DHMC_EXCLUDE_REGION: 'us-east-1' },
    );
    expect(values['exclude-region']).toEqual(['us-east-1', 'eu-west-1']);
  });

  it('ignores selectors of disable in variables, but not exclusions', () => {
    const { values } = resolve({}, { DHMC_ORG: '1', DHMC_EXCLUDE_OU: 'Prod' }, 'disable');
    expect(values.org).toBe(false);
    expect(values['exclude-ou']).toEqual(['Prod']);
  });

  it('accepts risky options only on the command line', () => {
    const { values } = resolve(
      {},
      { DHMC_YES: '1', DHMC_OVERWRITE: 'foreign', DHMC_ALLOW_PRIVILEGED_ROLE: '1' },
    );
    expect(values).toMatchObject({
      yes: false,
      overwrite: undefined,
      'allow-privileged-role': false,
    });
    const commandLineOnly = optionNames.filter((name) => 'commandLineOnly' in options[name]);
    expect(commandLineOnly).toEqual(
      expect.arrayContaining(['yes', 'overwrite', 'delete-role', 'allow-privileged-role']),
    );
  });

  it.each([
    ['1', true],
    ['true', true],
    ['yes', true],
    ['0', false],
    ['false', false],
    ['no', false],
    ['', false],
  ])('reads a flag from %j', (text, expected) => {
    expect(resolve({}, { DHMC_DRY_RUN: text }).values['dry-run']).toBe(expected);
  });

  it('refuses a misspelled variable, and reports others that have no effect', () => {
    expect(() => checkVariables({ DHMC_EXCLUD_ACCOUNT: 'vault' })).toThrow(
      'Unknown variable DHMC_EXCLUD_ACCOUNT',
    );
    expect(() => checkVariables({ DHMC_REGOIN: 'eu-west-1' })).toThrow(UsageError);
    expect(checkVariables({ DHMC_REGION: 'eu-west-1', DHMC_EXCLUD_OU: '', HOME: '/' })).toEqual([]);
    expect(checkVariables({ DHMC_YES: '1', DHMC_RELEASE: '4' })).toEqual([
      'DHMC_YES has no effect: --yes works only on the command line.',
      'Ignoring unknown variable DHMC_RELEASE.',
    ]);
  });

  it('names the variable with an invalid value', () => {
    expect(complaintOf(() => resolve({}, { DHMC_DRY_RUN: 'maybe' })).message).toContain(
      'DHMC_DRY_RUN',
    );
    expect(complaintOf(() => resolve({}, { DHMC_REGION: 'eu-wset-1' }))).toMatchObject({
      hint: 'Did you mean eu-west-1?',
    });
  });

  it('reads a bare --overwrite as foreign, quick-setup and broken', () => {
    expect(resolve({ overwrite: [null] }).values.overwrite).toEqual([
      'foreign',
      'quick-setup',
      'broken',
    ]);
    expect(resolve({ overwrite: ['broken,foreign'] }).values.overwrite).toEqual([
      'broken',
      'foreign',
    ]);
  });

  it('keeps a secret out of error messages', () => {
    const other = complaintOf(() => resolve({}, { DHMC_EXTERNAL_ID: 's3cret value' }));
    expect(other.message + other.hint).not.toContain('s3cret');
  });
});

describe('scopeOf', () => {
  it('refuses --org together with --ou', () => {
    expect(
      complaintOf(() => scopeOf(resolve({ org: [null], ou: ['x'] }), 'refuse')).message,
    ).toContain('--org cannot be combined with --ou');
  });

  it('refuses a writing command without a selector, and names the choices', () => {
    const { hint } = complaintOf(() => scopeOf(resolve({ region: ['eu-west-1'] }), 'refuse'));
    for (const choice of ['--org', '--ou', '--account']) expect(hint).toContain(choice);
  });

  it('selects the whole organization without a selector', () => {
    const scope = scopeOf(resolve({}, {}, 'status'), 'organization');
    expect(scope.accounts.org).toBe(true);
    expect(scope.source).toBe('default');
    expect(scope.regions.regions).toBeNull();
  });

  it('says where the selectors came from', () => {
    expect(scopeOf(resolve({}, { DHMC_OU: 'Prod' }), 'refuse').source).toBe('environment');
    expect(scopeOf(resolve({ org: [null] }, { DHMC_OU: 'Prod' }), 'refuse')).toMatchObject({
      source: 'command line',
      accounts: { ous: [] },
    });
  });

  it('refuses exclusions that leave no region', () => {
    expect(() =>
      scopeOf(
        resolve({ org: [null], region: ['eu-west-1'], 'exclude-region': ['eu-west-1'] }),
        'refuse',
      ),
    ).toThrow(UsageError);
  });
});

describe('the precedence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-config-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const withFile = async (
    text: string,
    flags: Partial<Record<OptionName, string>>,
    environment: Record<string, string> = {},
    command: keyof typeof optionSets = 'enable',
  ) => {
    const path = join(folder, 'dhmc.config.yaml');
    writeFileSync(path, text);
    return resolveOptions(
      optionSets[command],
      new Map(Object.entries(flags).map(([name, value]) => [name as OptionName, [value]])),
      environment,
      {
        commandLineScope:
          command === 'disable' ? 'selectors' : command === 'rollback' ? 'all' : 'nothing',
        file: await readConfig({ path, found: false }),
      },
    );
  };

  it('is command line, environment, file', async () => {
    const text = 'concurrency: 1\nhome-region: eu-west-1\nprofile: filed\ndry-run: true';
    const { values, origins } = await withFile(
      text,
      { concurrency: '3' },
      { DHMC_CONCURRENCY: '2', DHMC_HOME_REGION: 'eu-west-2', DHMC_DRY_RUN: '0' },
    );
    expect(values).toMatchObject({
      concurrency: 3,
      'home-region': 'eu-west-2',
      profile: 'filed',
      'dry-run': false,
    });
    expect(origins.get('concurrency')).toEqual(['--concurrency']);
    expect(origins.get('home-region')).toEqual(['DHMC_HOME_REGION']);
    expect(origins.get('profile')?.[0]).toMatch(/\.yaml:3$/);
  });

  it('replaces selectors as a group, but adds exclusions', async () => {
    const text =
      'ou: [A]\naccount: [B]\ntag: { a: b }\nexclude-ou: [X]\nexclude-region: [eu-west-1]';
    const { values, overridden } = await withFile(
      text,
      { 'exclude-ou': 'Z' },
      { DHMC_ACCOUNT: 'C', DHMC_EXCLUDE_OU: 'Y' },
    );
    expect(values).toMatchObject({
      ou: undefined,
      account: ['C'],
      tag: [{ key: 'a', value: 'b' }],
      'exclude-region': ['eu-west-1'],
    });
    expect(values['exclude-ou']).toEqual(['X', 'Y', 'Z']);
    expect(overridden.map((place) => place.replace(/in .*(?=:)/, 'in FILE'))).toEqual([
      'ou in FILE:1',
      'account in FILE:2',
    ]);
  });

  it('lets a variable override org in a file', async () => {
    expect((await withFile('org: true', {}, { DHMC_ORG: 'no' })).values.org).toBe(false);
    expect((await withFile('ou: A', {}, { DHMC_ORG: 'no' })).values.ou).toEqual(['A']);
  });

  it('keeps the file that the scope comes from', async () => {
    const scope = scopeOf(await withFile('org: true', {}), 'refuse');
    expect(scope.source).toBe('file');
    expect(scope.sourceFile).toMatch(/\.yaml$/);
    expect(scopeOf(await withFile('org: true', { ou: 'A' }), 'refuse')).not.toHaveProperty(
      'sourceFile',
    );
  });

  it('ignores selectors of disable and the whole scope of rollback outside the command line', async () => {
    const text = 'ou: A\nregion: eu-west-1\nexclude-region: eu-west-2';
    const disable = await withFile(text, {}, {}, 'disable');
    expect(disable.values).toMatchObject({
      ou: undefined,
      region: ['eu-west-1'],
      'exclude-region': ['eu-west-2'],
    });
    expect(() => scopeOf(disable, 'refuse')).toThrow(UsageError);
    const rollback = await withFile(text, {}, { DHMC_REGION: 'eu-west-1' }, 'rollback');
    expect(rollback.values).toMatchObject({
      ou: undefined,
      region: undefined,
      'exclude-region': undefined,
    });
  });
});
