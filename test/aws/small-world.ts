/** A small organization, and a cloud connected to a sandbox that serves it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { connect, type ConnectOptions } from '../../src/aws/index.ts';
import type { AccountSelection } from '../../src/core/model/scope.ts';
import type { Cloud } from '../../src/run/cloud.ts';
import { type Sandbox } from '../../src/sandbox/index.ts';
import type { Account, Role, World } from '../../src/sandbox/world.ts';
import { accessRole } from '../../src/sandbox/worlds/fixtures.ts';
import { startSandbox } from '../support/like.ts';

export const management = '100000000001';
export const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const rolePath = `service-role/${roleName}`;
export const policyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
export const trust =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

export const member = (
  id: string,
  name: string,
  parent = 'r-abcd',
  more: Partial<Account> = {},
): Account => ({
  id,
  name,
  parent,
  roles: [accessRole(management)],
  ...more,
});

export const trusting = (name: string, principal: string, more: Partial<Role> = {}): Role => ({
  name,
  trust: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
  },
  attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  ...more,
});

export const smallWorld = (more: Partial<World> = {}): World => ({
  format: 'dhmc.world/v1',
  organization: { id: 'o-abcdefghij', rootId: 'r-abcd', managementAccount: management },
  units: [
    { id: 'ou-abcd-workload', name: 'Workloads', parent: 'r-abcd' },
    { id: 'ou-abcd-prod0000', name: 'Prod', parent: 'ou-abcd-workload' },
    { id: 'ou-abcd-deep0000', name: 'Prod', parent: 'ou-abcd-prod0000' },
    { id: 'ou-abcd-sandbox0', name: 'Sandbox, old', parent: 'r-abcd' },
  ],
  accounts: [
    member(management, 'Management', 'r-abcd', { roles: [] }),
    member('100000000002', 'web', 'ou-abcd-prod0000', { tags: { stage: 'prod' } }),
    member('100000000003', 'db', 'ou-abcd-deep0000', { tags: { stage: 'prod', data: 'yes' } }),
    member('100000000004', 'twin', 'ou-abcd-sandbox0'),
    member('100000000005', 'twin', 'ou-abcd-workload'),
    member('100000000006', 'gone', 'r-abcd', { state: 'SUSPENDED' }),
    member('100000000007', 'one, two', 'r-abcd'),
  ],
  callers: [
    {
      accessKeyId: 'AKIASMALLWORLD000001',
      secretAccessKey: 'small/world/opens/nothing/0000000000001',
      identity: {
        kind: 'user',
        account: management,
        name: 'admin',
        attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      },
    },
  ],
  ...more,
});

export const selecting = (more: Partial<AccountSelection>): AccountSelection => ({
  org: false,
  ous: [],
  accounts: [],
  tags: [],
  excludeOus: [],
  excludeAccounts: [],
  ...more,
});

const running: { readonly sandboxes: Sandbox[]; readonly clouds: Cloud[] } = {
  sandboxes: [],
  clouds: [],
};
afterEach(async () => {
  for (const cloud of running.clouds.splice(0)) cloud.close();
  await Promise.all(running.sandboxes.splice(0).map((sandbox) => sandbox.stop()));
});

const empty = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => {
  rmSync(empty, { recursive: true, force: true });
});

/** Replaces all AWS variables of this process, and points the config files to paths that do not exist. */
export const setEnvironment = (variables: Readonly<Record<string, string>>): void => {
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_') || /_PROXY$/i.test(name)) delete process.env[name];
  Object.assign(process.env, {
    AWS_CONFIG_FILE: join(empty, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(empty, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...variables,
  });
};

export const sandboxOf = async (world: World): Promise<Sandbox> => {
  const sandbox = await startSandbox({ world });
  running.sandboxes.push(sandbox);
  setEnvironment(sandbox.env);
  return sandbox;
};

export const connected = async (more: Partial<ConnectOptions> = {}): Promise<Cloud> => {
  const cloud = await connect({
    roleNames: ['OrganizationAccountAccessRole'],
    dhmcRole: rolePath,
    sessionTags: {},
    sessionPolicy: true,
    purpose: { kind: 'read' },
    runId: '20261101-120000-abcdef',
    concurrency: 32,
    ...more,
  });
  running.clouds.push(cloud);
  return cloud;
};

/** Starts a sandbox of the small world with the given changes, and connects a cloud to it. */
export const both = async (
  world: Partial<World> = {},
  options: Partial<ConnectOptions> = {},
): Promise<{ sandbox: Sandbox; cloud: Cloud }> => {
  const sandbox = await sandboxOf(smallWorld(world));
  return { sandbox, cloud: await connected(options) };
};

export const entered = async (cloud: Cloud, account: string) => {
  const reading = await cloud.enter(account);
  if (!reading.known) throw new Error(`${account} was not entered: ${reading.problem.message}`);
  return reading.value;
};

export const valueOf = <T>(
  reading:
    | { readonly known: true; readonly value: T }
    | { readonly known: false; readonly problem: unknown },
): T => {
  if (!reading.known) throw new Error(`Not read: ${JSON.stringify(reading.problem)}`);
  return reading.value;
};
