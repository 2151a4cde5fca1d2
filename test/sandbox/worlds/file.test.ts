import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../../../src/sandbox/world.ts';
import {
  checkWorld,
  parseWorld,
  printWorld,
  readWorld,
  WorldError,
} from '../../../src/sandbox/worlds/file.ts';
import { generateWorld } from '../../../src/sandbox/worlds/generate.ts';
import { denyDhmcChanges, dhmcRole, trusts } from '../../../src/sandbox/worlds/fixtures.ts';
import { accountId, setTo, simpleWorld, unitId } from '../../support/simple-world.ts';

describe('a world file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dhmc-worlds-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A world that uses every member of the format. */
  const full: World = {
    ...simpleWorld({
      optIn: ['ap-east-1'],
      scps: { Deny: denyDhmcChanges },
      unitScps: { 'a/b': ['Deny'] },
      organization: {
        delegatedAdministrators: [accountId(1)],
        scps: ['FullAWSAccess'],
        gives: { paths: false, state: true, status: false },
      },
      accounts: [
        {
          name: 'everything: "quoted", #not a comment',
          unit: 'a/b',
          email: 'x@example.com',
          state: 'ACTIVE',
          joinedMethod: 'INVITED',
          joinedAt: '2024-01-01T00:00:00.000Z',
          tags: { yes: 'no', '007': '010' },
          scps: ['FullAWSAccess', 'Deny'],
          regions: { 'ap-east-1': 'ENABLED' },
          stsDeactivated: ['eu-west-1'],
          moreRoles: [
            {
              ...dhmcRole,
              boundary: `arn:aws:iam::${accountId(1)}:policy/b`,
              tags: { a: 'b' },
              inlinePolicies: {
                extra: {
                  Version: '2012-10-17',
                  Id: 'x',
                  Statement: {
                    Sid: 's',
                    Effect: 'Allow',
                    NotAction: 's3:*',
                    NotResource: 'arn:aws:s3:::b',
                  },
                },
              },
              instanceProfiles: ['p'],
              maxSessionDuration: 7200,
            },
          ],
          policies: [{ name: 'b', path: '/', document: denyDhmcChanges }],
          settings: {
            'eu-west-1': { ...setTo('x'), status: 'PendingUpdate' },
            'us-east-1': { value: null, modifiedBy: null, modifiedAt: null },
          },
          instances: {
            'eu-west-1': [
              {
                id: 'i-0123',
                name: 'n',
                ping: 'Online',
                agentVersion: '3.3.0.0',
                platform: 'Linux',
                role: 'r',
              },
            ],
          },
          associations: {
            'eu-west-1': [{ document: 'd', name: 'n', id: '5f0c6f3e-6a0b-4d7e-9f34-2b1f4f3a7c10' }],
          },
        },
      ],
      behavior: {
        pageSize: 3,
        emptyPages: true,
        rateLimits: true,
        latencyMs: 5,
        slow: [
          {
            service: 'ssm',
            operation: 'GetServiceSetting',
            account: accountId(1),
            region: 'eu-west-1',
            latencyMs: 50,
          },
        ],
        iamPropagationMs: 1,
        settingReadLagMs: 2,
        modifiedUser: 'System',
        missingRole: 'other',
        tooManyUpdatesStatus: 429,
        tooManyUpdatesMs: 3,
        sessionSeconds: 900,
        withoutDhmc: ['us-east-1'],
        clockSkewMs: -1000,
        namePolicies: true,
        faults: [
          {
            kind: 'error',
            error: { code: 'c', message: 'm', status: 400 },
            after: true,
            skip: 1,
            times: 2,
            every: 3,
            share: 0.5,
          },
          { kind: 'answer', answer: { body: 'b', status: 200, contentType: 't' } },
        ],
      },
    }),
    callers: [
      {
        accessKeyId: 'AKIASANDBOX000000001',
        secretAccessKey: 's',
        identity: { kind: 'root', account: '000000000001' },
      },
      {
        accessKeyId: 'AKIASANDBOX000000002',
        secretAccessKey: 's',
        sessionToken: 't',
        identity: {
          kind: 'assumed-role',
          account: accountId(1),
          role: dhmcRole.name,
          session: 'x',
          expiresAt: '2030-01-01T00:00:00Z',
        },
      },
      {
        accessKeyId: 'AKIASANDBOX000000003',
        secretAccessKey: 's',
        identity: {
          kind: 'user',
          account: accountId(1),
          name: 'u',
          path: '/p/',
          tags: {},
          boundary: 'arn:aws:iam::aws:policy/x',
          attachedPolicies: [],
          inlinePolicies: {},
        },
      },
    ],
  };

  test('is read with every member of the format, from YAML and from JSON', async () => {
    await writeFile(join(folder, 'w.yaml'), await printWorld(full));
    await writeFile(join(folder, 'w.json'), JSON.stringify(full));
    expect(await readWorld(join(folder, 'w.yaml'))).toEqual(full);
    expect(await readWorld(join(folder, 'w.json'))).toEqual(full);
  });

  test('may be large', async () => {
    const world = generateWorld({ accounts: 2_000, mix: true });
    expect(await parseWorld(await printWorld(world), 'x')).toEqual(world);
  });

  const bad = async (change: (world: Record<string, never>) => void): Promise<string> => {
    const data = structuredClone(
      simpleWorld({ accounts: [{ name: 'one', unit: 'a/b' }] }),
    ) as unknown as Record<string, never>;
    change(data);
    return (
      (await checkWorld(data, 'my.yaml').catch(
        (error: unknown) => error as WorldError,
      )) as WorldError
    ).message
      .split('\n')
      .slice(1)
      .join('\n')
      .trim();
  };
  const deny = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'x', Resource: '*' }],
  };

  test.each<[string, (world: never) => void, string]>([
    [
      'another format',
      (w: { format: string }) => (w.format = 'dhmc.world/v2'),
      'format: found "dhmc.world/v2"; write "dhmc.world/v1"',
    ],
    [
      'an unknown member',
      (w: { acounts: number }) => (w.acounts = 1),
      'acounts: found a member of this name; remove it',
    ],
    ['a missing member', (w: { units?: unknown }) => delete w.units, 'units: found nothing; write'],
    [
      'an id without quotes',
      (w: { accounts: { id: unknown }[] }) => ((w.accounts[1] ?? { id: 0 }).id = 101),
      'accounts[1].id: found the number 101; write a text (in quotes',
    ],
    [
      'an id that is too short',
      (w: { accounts: { id: unknown }[] }) => ((w.accounts[1] ?? { id: 0 }).id = '101'),
      'accounts[1].id: found "101"; must be twelve digits',
    ],
    [
      'an unknown state',
      (w: { accounts: { state?: unknown }[] }) => ((w.accounts[1] ?? {}).state = 'ASLEEP'),
      'accounts[1].state: found "ASLEEP"; write (',
    ],
    [
      'an unknown parent',
      (w: { accounts: { parent: string }[] }) =>
        ((w.accounts[1] ?? { parent: '' }).parent = 'ou-test-11112222'),
      'accounts[1].parent: found "ou-test-11112222"; name the root or a unit',
    ],
    [
      'a duplicate account',
      (w: { accounts: object[] }) => w.accounts.push(w.accounts[1] ?? {}),
      `accounts[2].id: found "${accountId(1)}", a second time`,
    ],
    [
      'a unit inside itself',
      (w: { units: { parent: string }[] }) =>
        ((w.units[0] ?? { parent: '' }).parent = unitId('a/b')),
      'which is inside this unit',
    ],
    [
      'an unknown SCP',
      (w: { units: { scps?: string[] }[] }) => ((w.units[0] ?? {}).scps = ['Nope']),
      'units[0].scps[0]: found "Nope"; define it under scps',
    ],
    [
      'an SCP that AWS would refuse',
      (w: { scps?: unknown }) => (w.scps = { Odd: deny }),
      'scps.Odd: found Actions/Conditions must be prefaced by a vendor: "x"',
    ],
    [
      'a duplicate role',
      (w: { accounts: { roles?: object[] }[] }) =>
        w.accounts[1]?.roles?.push({
          name: 'ORGANIZATIONACCOUNTACCESSROLE',
          path: '/x/',
          trust: trusts({ AWS: '*' }),
        }),
      'accounts[1].roles[1].name: found "ORGANIZATIONACCOUNTACCESSROLE", a second time',
    ],
    [
      'no management account',
      (w: { accounts: unknown[] }) => w.accounts.shift(),
      'organization.managementAccount: found "000000000001"; list this account',
    ],
    [
      'a caller with an unknown role',
      (w: { callers: { identity: unknown }[] }) =>
        ((w.callers[0] ?? { identity: 0 }).identity = {
          kind: 'assumed-role',
          account: accountId(1),
          role: 'Nope',
          session: 'x',
        }),
      'callers[0].identity.role: found "Nope"; name a role of account',
    ],
    [
      'text instead of a number',
      (w: { behavior?: unknown }) => (w.behavior = { latencyMs: 'fast' }),
      'behavior.latencyMs: found "fast"; write number',
    ],
    [
      'a negative number',
      (w: { behavior?: unknown }) => (w.behavior = { latencyMs: -1 }),
      'behavior.latencyMs: found -1; must not be negative',
    ],
  ] as [string, (world: never) => void, string][])(
    'is refused with the place of the error: %s',
    async (_name, change, message) => {
      expect(await bad(change as (world: Record<string, never>) => void)).toContain(message);
    },
  );

  test('may have a policy that the sandbox cannot evaluate, as long as it is not used', async () => {
    const Condition = { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } };
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow' as const,
          Principal: { Federated: 'arn:aws:iam::1:saml-provider/x' },
          Action: 'sts:AssumeRoleWithSAML',
          Condition,
        },
      ],
    };
    const world = simpleWorld({ accounts: [{ name: 'one', moreRoles: [{ name: 'Sso', trust }] }] });
    expect(await checkWorld(structuredClone(world), 'x')).toEqual(world);
  });

  test('that cannot be read is refused with the reason', async () => {
    await writeFile(join(folder, 'broken.json'), '{');
    await writeFile(join(folder, 'broken.yaml'), 'a: [1');
    await writeFile(join(folder, 'twice.yaml'), 'a: 1\na: 2');
    await writeFile(join(folder, 'alias.yaml'), 'a: &x [*x]');
    await writeFile(join(folder, 'empty.yaml'), '');
    for (const [name, text] of [
      ['none.yaml', 'cannot be read: ENOENT'],
      ['broken.json', 'is not JSON'],
      ['broken.yaml', 'is not YAML'],
      ['twice.yaml', 'is not YAML: Map keys must be unique at line 2'],
      ['alias.yaml', 'is not YAML: the alias *x stands before its anchor'],
      ['empty.yaml', 'the file: found null; write Object'],
    ] as const) {
      const error = await readWorld(join(folder, name)).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(WorldError);
      expect((error as WorldError).message).toContain(text);
      expect((error as WorldError).message).toContain(join(folder, name));
    }
  });
});
