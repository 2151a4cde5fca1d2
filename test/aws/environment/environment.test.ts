import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareEnvironment, variable } from '../../../src/aws/environment/environment.ts';
import { setEnvironment } from '../small-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config');
const credentials = join(folder, 'credentials');
beforeEach(() => {
  writeFileSync(credentials, '');
  setEnvironment({ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials });
});

describe("the caller's environment", () => {
  const profile = (name: string) => ({ name, place: '--profile' });

  it('prefers the profile of the option over that of the variable, and drops empty variables', async () => {
    writeFileSync(config, '[profile p]\nca_bundle = /p.pem\n[profile o]\nregion = eu-west-1');
    process.env['AWS_PROFILE'] = 'p';
    process.env['AWS_CA_BUNDLE'] = '';
    expect(variable('AWS_CA_BUNDLE')).toBe(undefined);
    const byVariable = await prepareEnvironment(undefined);
    expect(byVariable.profile).toEqual({ name: 'p', place: 'AWS_PROFILE' });
    expect(byVariable.caBundle).toEqual({
      place: `ca_bundle of profile "p" (${config})`,
      path: '/p.pem',
    });
    const byOption = await prepareEnvironment(profile('o'));
    expect(byOption).toMatchObject({ profile: { name: 'o' }, caBundle: null });
    expect(process.env['AWS_PROFILE']).toBe('o');
  });

  it.each([
    ['', 'q', 'Did you mean', 'The files have no profiles'],
    [
      '[profile prod]\nregion = eu-west-1',
      'prd',
      'Did you mean "prod"?',
      'aws configure list-profiles',
    ],
    ['[prod]', 'prod', 'has a section [prod].', 'Write the section as [profile prod].'],
  ])('with the config %j refuses the profile %s', async (text, name, message, hint) => {
    writeFileSync(config, text);
    const error = await prepareEnvironment(profile(name)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'UsageError' });
    const { message: said, hint: fix } = error as { message: string; hint: string };
    expect(said).toContain(`--profile: ${JSON.stringify(name)} is not a profile`);
    if (text !== '') expect(said).toContain(message);
    expect(fix).toContain(hint);
  });

  it('prefers the certificates of the variable', async () => {
    writeFileSync(config, '[default]\nca_bundle = /p.pem');
    process.env['AWS_CA_BUNDLE'] = '/v.pem';
    expect((await prepareEnvironment(undefined)).caBundle).toEqual({
      place: 'AWS_CA_BUNDLE',
      path: '/v.pem',
    });
  });
});
