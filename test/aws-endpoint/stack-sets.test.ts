/**
 * Runs the same boto3 calls for stack sets on the sandbox and on moto, and compares the results; known differences
 * are listed.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stackSetTemplate } from '../../src/core/templates/cloudformation.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { accessRole } from '../../src/sandbox/worlds/fixtures.ts';
import { accountId, managementAccount, simpleWorld, unitId } from '../support/simple-world.ts';
import { hasMoto, withMoto } from './moto.ts';

const exec = promisify(execFile);

const template = JSON.stringify(
  stackSetTemplate('role', {
    rolePath: '/service-role/',
    roleName: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
    boundary: null,
    tags: {},
    mainRegion: 'us-east-1',
    onDelete: 'reset',
  }).body,
);

/** The result of each step. */
async function steps(
  env: Readonly<Record<string, string>>,
  unit: string,
): Promise<Readonly<Record<string, unknown>>> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|DHMC_)/.test(name)),
  );
  const { stdout } = await exec(
    'python3',
    [join(import.meta.dirname, 'stack_sets.py'), unit, accountId(1), accountId(2), template],
    { env: { ...inherited, AWS_DEFAULT_REGION: 'us-east-1', ...env } },
  );
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
}

async function onSandbox(): Promise<Readonly<Record<string, unknown>>> {
  const roles = [accessRole(managementAccount)];
  const sandbox = await startSandbox({
    world: simpleWorld({
      accounts: ['One', 'Two'].map((name) => ({ name, unit: 'Prod', roles })),
      behavior: { stackMs: 10 },
    }),
  });
  try {
    return await steps(sandbox.env, unitId('Prod'));
  } finally {
    await sandbox.stop();
  }
}

if (!hasMoto)
  console.warn('Stack sets are not compared with moto: python3 has no moto with a server.');

const both = [
  ['one', 'us-east-1', 'CURRENT'],
  ['two', 'us-east-1', 'CURRENT'],
];

/** Results where the sandbox follows AWS's documentation and moto 5.2 does not. */
const apart: Readonly<Record<string, unknown>> = {
  // moto does not keep these properties.
  'describe it': expect.objectContaining({
    StackSetName: 'compared',
    Status: 'ACTIVE',
    PermissionModel: 'SERVICE_MANAGED',
    Tags: [{ Key: 'team', Value: 'one' }],
    AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
  }) as unknown,
  // moto replaces the operation id with its own.
  'create instances': true,
  'delete instances by unit': true,
  // moto has no results for service-managed sets.
  'its results': both.map(([account, region]) => [account, region, 'SUCCEEDED']),
  // moto does not have this managed policy.
  'the role in an account': ['/service-role/', 'AmazonSSMManagedEC2InstanceDefaultPolicy'],
  // moto responds with another code, or with a page that no client can parse.
  'describe another instance': 'StackInstanceNotFoundException',
  'describe another operation': 'OperationNotFoundException',
  'stop what has ended': 'InvalidOperationException',
  'targets of automatic deployment': [true],
  'trusted access': 'ENABLED',
  // moto deletes the set anyway, and then lists it as active.
  'delete the set with instances': 'StackSetNotEmptyException',
  'sets that are left': [],
  // moto ignores organizational units.
  'instances left': [],
  'the role once its stack is gone': 'NoSuchEntity',
  // moto creates a second set with the same name.
  'create it again': 'NameAlreadyExistsException',
};

describe('stack sets by boto3', () => {
  it.runIf(hasMoto)(
    'give the same results on the sandbox and on moto, apart from the listed differences',
    async () => {
      const sandbox = await onSandbox();
      const moto = await withMoto((env) => steps(env, 'make'));
      const common = ([name]: readonly [string, unknown]): boolean => !Object.hasOwn(apart, name);
      const alike = Object.fromEntries(Object.entries(sandbox).filter(common));
      expect(alike).toEqual(Object.fromEntries(Object.entries(moto).filter(common)));
      expect(alike).toMatchObject({
        'create a set': true,
        instances: both,
        'its operation ends': ['CREATE', 'SUCCEEDED'],
        'the update ends': ['UPDATE', 'SUCCEEDED'],
      });
      expect(sandbox).toMatchObject(apart);
    },
  );
});
