/** Safeguards against changing more than the user meant to: reports and confirmations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterEach, describe, expect, it } from 'vitest';
import { writesOf } from '../support/built-program.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, setTo, simpleWorld, type SimpleAccount } from '../support/simple-world.ts';
import { dhmcRole, dhmcValue, teamRole } from '../../src/sandbox/worlds/fixtures.ts';
import type { Behavior } from '../../src/sandbox/world.ts';

let open: Console | null = null;
const consoleOf = async (account: SimpleAccount, behavior: Behavior = {}): Promise<Console> =>
  (open = await openConsole(simpleWorld({ accounts: [account], behavior })));
afterEach(async () => {
  await open?.stop();
  open = null;
});

const teamValue = `platform/${teamRole.name}`;
const theirs: SimpleAccount = {
  name: 'images',
  moreRoles: [teamRole, dhmcRole],
  settings: { 'eu-west-1': setTo(teamValue), 'us-east-1': setTo('GoneRole') },
};
const ours: SimpleAccount = {
  name: 'web',
  moreRoles: [dhmcRole],
  settings: { 'eu-west-1': setTo(dhmcValue), 'us-east-1': setTo(dhmcValue) },
};
const denied: Behavior = {
  faults: [
    {
      service: 'ssm',
      operation: 'DescribeInstanceInformation',
      kind: 'error',
      error: {
        code: 'AccessDeniedException',
        message:
          'User: x is not authorized to perform: ssm:DescribeInstanceInformation on resource: * because no identity-based policy allows the ssm:DescribeInstanceInformation action',
      },
    },
  ],
};
const enable = ['enable', '--account', accountId(1)];
const disable = ['disable', '--account', accountId(1)];

describe('--overwrite', () => {
  it('lists the settings it replaces by name and value, and does not accept a yes', async () => {
    const bench = await consoleOf(theirs);
    const { status, stderr } = await bench.run([...enable, '--overwrite'], ['y']);
    expect(stderr).toContain('--overwrite replaces 2 settings that others have set:');
    expect(stderr).toContain(`images (${accountId(1)}), ${teamValue}: eu-west-1`);
    expect(stderr).toContain(`images (${accountId(1)}), GoneRole: us-east-1`);
    expect(stderr.indexOf('replaces 2 settings')).toBeLessThan(
      stderr.indexOf('Type 2, the number of settings to be replaced'),
    );
    expect(status).toBe(1);
    expect(writesOf(bench.sandbox)).toEqual({});
  });
  it('accepts their number', async () => {
    const bench = await consoleOf(theirs);
    expect((await bench.run([...enable, '--overwrite'], ['2'])).status).toBe(0);
    expect(bench.sandbox.setting(accountId(1), 'us-east-1')?.value).toBe(dhmcValue);
  });
  it.each([
    ['a rollback that restores values', ['disable', 'rollback']],
    ['a disable of broken settings', disable],
  ])('needs no number for %s', async (_, args) => {
    const bench = await consoleOf(theirs);
    await bench.run([...enable, '--overwrite', '--yes', '--quiet']);
    bench.sandbox.removeRole(accountId(1), dhmcRole.name);
    const { stderr } = await bench.run(args, ['n']);
    expect(stderr).toContain('[y/N]');
    expect(stderr).not.toContain('--overwrite replaces');
  });
});

describe('a plan with resets', () => {
  const instance = (id: string, more: object = {}) => ({ id, ...more });
  const used: SimpleAccount = {
    ...ours,
    instances: {
      'eu-west-1': [
        instance('i-1', { role: dhmcRole.name }),
        instance('i-2'),
        instance('i-3', { role: 'AnotherRole' }),
        instance('i-4', { ping: 'ConnectionLost' }),
        instance('mi-1'),
      ],
    },
    associations: {
      'us-east-1': [
        { document: 'AWSQuickSetupType-EnableDHMC', id: '5f0c6f3e-6a0b-4d7e-9f34-2b1f4f3a7c10' },
      ],
    },
  };
  it.each([
    ['asks', disable, ['n'], 1],
    ['is quiet', [...disable, '--quiet'], ['n'], 1],
    ['runs with --yes', [...disable, '--yes', '--quiet'], [], 0],
    ['is a dry run', [...disable, '--dry-run', '--quiet'], [], 0],
  ] as const)(
    'that %s reports the instances and what would undo the reset',
    async (_, args, answers, expected) => {
      const bench = await consoleOf(used);
      const { status, stderr } = await bench.run(args, answers);
      expect(status).toBe(expected);
      expect(stderr).toContain(`1 EC2 instance online with the role ${dhmcRole.name}`);
      expect(stderr).toContain('1 EC2 instance online for which AWS names no role');
      expect(stderr).toContain(`web (${accountId(1)}) eu-west-1: 2`);
      expect(stderr).toContain(`AWSQuickSetupType-EnableDHMC`);
      const question = stderr.indexOf('[y/N]');
      if (question >= 0) expect(stderr.indexOf('Warning:')).toBeLessThan(question);
    },
  );
  it('reports that instances could not be read', async () => {
    const bench = await consoleOf(ours, denied);
    const { status, stderr } = await bench.run([...disable, '--dry-run', '--quiet']);
    expect(stderr).toMatch(
      /Warning: Whether instances are managed through DHMC now could not be read in web .*eu-west-1; web .*us-east-1: User: x is not authorized/,
    );
    expect(status).toBe(0);
  });
  it('is silent if nothing is in use, and reads no instances if nothing is reset', async () => {
    const bench = await consoleOf(ours);
    expect((await bench.run([...disable, '--yes', '--quiet'])).stderr).toBe('');
    bench.sandbox.resetRequests();
    await bench.run([...disable, '--yes', '--quiet']);
    expect(bench.sandbox.requests().byOperation['ssm:DescribeInstanceInformation']).toBeUndefined();
  });
  it('warns before a rollback too', async () => {
    const { settings: _, ...rest } = used;
    const bench = await consoleOf(rest);
    await bench.run([...enable, '--yes', '--quiet']);
    const { stderr } = await bench.run(['disable', 'rollback', '--yes', '--quiet']);
    expect(stderr).toContain('1 EC2 instance online with the role');
    expect(stderr).toContain('AWSQuickSetupType-EnableDHMC');
  });
});

describe('a privileged role', () => {
  const privileged = (...policies: readonly string[]): SimpleAccount => ({
    name: 'web',
    moreRoles: [
      {
        ...dhmcRole,
        attachedPolicies: [
          ...(dhmcRole.attachedPolicies ?? []),
          ...policies.map((name) => `arn:aws:iam::aws:policy/${name}`),
        ],
      },
    ],
  });
  it('may have its rights from a job function', async () => {
    const bench = await consoleOf(privileged('job-function/SystemAdministrator'));
    const refused = await bench.run([...enable, '--yes', '-o', 'json']);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('SystemAdministrator (allows changing IAM)');
    expect(writesOf(bench.sandbox)).toEqual({});
  });
  it('is not one that may pass roles to certain services only, which is a note', async () => {
    const bench = await consoleOf(privileged('job-function/DataScientist'));
    const { status, stderr } = await bench.run([...enable, '--yes', '-o', 'json']);
    expect(status).toBe(0);
    expect(stderr).toContain('DataScientist may pass any role, to the services that it names');
  });
  it('is refused unless --allow-privileged-role is given', async () => {
    const bench = await consoleOf(privileged('PowerUserAccess'));
    const refused = await bench.run([...enable, '--yes', '-o', 'json']);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('"privileged-role"');
    expect(writesOf(bench.sandbox)).toEqual({});
    const accepted = await bench.run([...enable, '--allow-privileged-role'], ['y']);
    expect(accepted.status).toBe(0);
    expect(accepted.stderr).toContain(
      'The role has other policies, whose rights every managed instance can obtain',
    );
    expect(accepted.stderr.indexOf('further policies')).toBeLessThan(
      accepted.stderr.indexOf('[y/N]'),
    );
  });
});

describe('the doctor', () => {
  it('changes nothing, and exits with 0, 2 or 1', async () => {
    const bench = await consoleOf({ name: 'web' });
    expect((await bench.run(['doctor'])).status).toBe(0);
    bench.sandbox.setBehavior(denied);
    bench.sandbox.setBehavior({
      faults: [
        {
          service: 'iam',
          operation: 'SimulatePrincipalPolicy',
          kind: 'error',
          error: { code: 'AccessDenied', message: 'no', status: 403 },
        },
      ],
    });
    expect((await bench.run(['doctor'])).status).toBe(2);
    bench.sandbox.setBehavior({});
    bench.sandbox.removeRole(accountId(1), 'OrganizationAccountAccessRole');
    const { status, stdout } = await bench.run(['doctor', '-o', 'json']);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'dhmc.doctor/v1',
      accounts: { inScope: 2, tried: 2 },
    });
    const ajv = new Ajv({
      allErrors: true,
      strict: true,
      strictTypes: false,
      strictRequired: false,
    });
    formats.default(ajv);
    const validate = ajv.compile(
      JSON.parse(
        readFileSync(join(import.meta.dirname, '../../schemas/doctor.schema.json'), 'utf8'),
      ) as object,
    );
    validate(JSON.parse(stdout));
    expect(validate.errors).toBeNull();
    expect(writesOf(bench.sandbox)).toEqual({});
  });
  it('finds a wrong clock and refused credentials', async () => {
    const bench = await consoleOf({ name: 'web' }, { clockSkewMs: 150_000 });
    const ahead = await bench.run(['doctor', '--account', 'web']);
    expect(ahead.stdout).toContain('behind AWS');
    expect(ahead.status).toBe(2);
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong/wrong/wrong/wrong/wrong/wrong/wron';
    const { status, stdout } = await bench.run(['doctor', '-o', 'json']);
    expect(status).toBe(1);
    expect(stdout).not.toContain('wrong/wrong');
    expect(stdout).toContain('"check": "credentials"');
  });
  it.each([
    [['doctor', '--output', 'csv'], 64],
    [['doctor', '--account', 'nobody'], 64],
    [['policy', 'membre'], 64],
    [['policy', 'caller', '--trust', 'arn:aws:iam::111122223333:role/x'], 64],
    [['policy', 'member', '--trust', '111122223333'], 64],
    [['policy', 'member', '--external-id', 'secret-enough'], 64],
    [['policy', '--read-only', '--with-overwrite'], 64],
  ])('and policy refuse invalid options: %j', async (args, expected) => {
    const bench = await consoleOf({ name: 'web' });
    const inJson = args.includes('csv') ? [] : ['-o', 'json'];
    const { status, stdout } = await bench.run([...args, ...inJson]);
    expect(status).toBe(expected);
    if (!args.includes('csv'))
      expect(JSON.parse(stdout)).toMatchObject({
        schema: 'dhmc.error/v1',
        error: { code: 'usage' },
      });
    expect(stdout).not.toContain('secret-enough');
  });
});
