/** A session with an administrator's role is allowed what its purpose needs and nothing else. */
import fc from 'fast-check';
import { grantPolicyArn } from '../../../src/core/iam/role-names.ts';
import { describe, expect, it } from 'vitest';
import type { Purpose } from '../../../src/core/planning/purpose.ts';
import {
  callerPolicy,
  memberPolicy,
  type PolicyOptions,
} from '../../../src/aws/permissions/printed-policy.ts';
import {
  maxSessionPolicyLength,
  operationsFor,
  passingPolicy,
  rolesApart,
  sessionPolicy,
} from '../../../src/aws/permissions/session-policy.ts';
import { operations, type OperationName } from '../../../src/aws/permissions/operations.ts';
import { partitions } from '../../../src/core/model/regions.ts';
import type { AccountAccess, WriteResult } from '../../../src/run/cloud.ts';
import { dhmcRole as wholeRole } from '../../../src/sandbox/worlds/fixtures.ts';
import {
  both,
  entered,
  member,
  policyArn,
  roleName,
  rolePath,
  smallWorld,
  trust,
  trusting,
} from '../small-world.ts';

const web = '100000000002';
const dhmcRole = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const region = 'us-east-1';
const newRole = {
  name: roleName,
  path: '/service-role/',
  trust,
  tags: { 'dhmc:created-by': 'dhmc' },
  boundary: null,
  description: 'x',
};

const writes: Readonly<Record<string, (access: AccountAccess) => Promise<WriteResult>>> = {
  CreateRole: (access) => access.createRole(newRole),
  UpdateAssumeRolePolicy: (access) => access.updateTrust(roleName, trust),
  AttachRolePolicy: (access) => access.attachGrant(roleName, policyArn),
  DetachRolePolicy: (access) => access.detachGrant(roleName, policyArn),
  DeleteRole: (access) => access.deleteRole(roleName),
  UpdateServiceSetting: (access) => access.updateSetting(region, rolePath),
  ResetServiceSetting: (access) => access.resetSetting(region),
};

const purposes: readonly (readonly [string, Purpose])[] = [
  ['status', { kind: 'read' }],
  ['a dry run of disable --delete-role', { kind: 'read', checkAttachments: true, checkUse: true }],
  ['doctor', { kind: 'read', checkBoundary: true, checkUse: true, simulate: true }],
  ['enable', { kind: 'enable', passRoles: [rolePath] }],
  ['coverage', { kind: 'read', coverage: true }],
  [
    'a dry run of enable --coverage with a boundary',
    { kind: 'read', coverage: true, checkBoundary: true },
  ],
  [
    'enable --coverage',
    { kind: 'enable', passRoles: [rolePath], coverage: true, checkBoundary: true },
  ],
  ['disable', { kind: 'disable', deleteRole: false }],
  ['disable --delete-role', { kind: 'disable', deleteRole: true }],
  ['rollback', { kind: 'rollback', passRoles: [rolePath] }],
];

const refusedBySession = (written: WriteResult): boolean =>
  !written.ok && written.problem.code === 'denied-by-session-policy';

describe('a session', () => {
  it.each(purposes)('for %s can make its own writes and no others', async (_, purpose) => {
    const { cloud } = await both({}, { purpose, dhmcRole: rolePath });
    const access = await entered(cloud, web);
    const refused: string[] = [];
    for (const [operation, write] of Object.entries(writes))
      if (refusedBySession(await write(access))) refused.push(operation);
    const allowed: readonly string[] = operationsFor(purpose);
    expect(refused).toEqual(
      Object.keys(writes).filter((operation) => !allowed.includes(operation)),
    );
  });

  it.each(purposes)(
    'for %s cannot touch another role, attach another policy or pass another role',
    async (_, purpose) => {
      const others = [{ ...wholeRole }, { ...wholeRole, name: 'Other', path: '/' }];
      const world = smallWorld();
      const accounts = world.accounts.map((account) =>
        account.id === web ? { ...account, roles: [...(account.roles ?? []), ...others] } : account,
      );
      const { cloud, sandbox } = await both({ accounts }, { purpose, dhmcRole: rolePath });
      const access = await entered(cloud, web);
      const before = JSON.stringify(sandbox.snapshot());
      for (const written of [
        await access.createRole({ ...newRole, name: 'New' }),
        await access.updateTrust('Other', trust),
        await access.attachGrant('Other', policyArn),
        await access.attachGrant(roleName, 'arn:aws:iam::aws:policy/AdministratorAccess'),
        await access.detachGrant('Other', policyArn),
        await access.deleteRole('Other'),
        await access.updateSetting(region, 'Other'),
      ])
        expect(written).toMatchObject({ ok: false, problem: { code: 'denied-by-session-policy' } });
      expect(JSON.stringify(sandbox.snapshot())).toBe(before);
    },
  );

  it('for taking roles back can only set one tag, on a DHMC role of a stack set', async () => {
    const managedBy = (name: string, manager: string) => ({
      ...{ ...wholeRole, name, tags: { 'dhmc:managed-by': manager } },
    });
    const world = smallWorld();
    const accounts = world.accounts.map((account) =>
      account.id === web
        ? {
            ...account,
            roles: [
              ...(account.roles ?? []),
              managedBy(roleName, 'stackset'),
              managedBy('Other', 'stackset'),
            ],
          }
        : account,
    );
    const purpose: Purpose = { kind: 'take-back' };
    const { cloud, sandbox } = await both({ accounts }, { purpose, dhmcRole: rolePath });
    const access = await entered(cloud, web);
    const tag = (tags: Readonly<Record<string, string>>, name = roleName) =>
      access.tagRole(name, tags);
    const refused = { ok: false, problem: { code: 'denied-by-session-policy' } };
    expect(await tag({ 'dhmc:managed-by': 'dhmc' }, 'Other')).toMatchObject(refused);
    expect(await tag({ 'dhmc:managed-by': 'me' })).toMatchObject(refused);
    expect(await tag({ 'dhmc:managed-by': 'dhmc', more: '1' })).toMatchObject(refused);
    for (const write of Object.values(writes)) expect(await write(access)).toMatchObject(refused);
    expect(await tag({ 'dhmc:managed-by': 'dhmc' })).toEqual({ ok: true });
    expect(sandbox.role(web, roleName)?.tags).toEqual({ 'dhmc:managed-by': 'dhmc' });
    // The role no longer belongs to a stack set.
    expect(await tag({ 'dhmc:managed-by': 'dhmc' })).toMatchObject(refused);
  });

  it('for a rollback passes the roles of its journal, each in its own account', async () => {
    const team = trusting('Team', '*', { path: '/a/', trust: JSON.parse(trust) as never });
    const accounts = [
      member('100000000001', 'm', 'r-abcd', { roles: [] }),
      ...[web, '100000000003'].map((id) =>
        member(id, id, 'r-abcd', { roles: [...(member(id, id).roles ?? []), team] }),
      ),
    ];
    const { cloud } = await both(
      { accounts },
      { purpose: { kind: 'rollback', passRoles: { [web]: ['a/Team'] } }, dhmcRole: rolePath },
    );
    expect(await (await entered(cloud, web)).updateSetting(region, 'a/Team')).toEqual({ ok: true });
    expect(
      await (await entered(cloud, '100000000003')).updateSetting(region, 'a/Team'),
    ).toMatchObject({ ok: false });
  });

  it('without a session policy can do what its role allows', async () => {
    const { cloud } = await both(
      {},
      { purpose: { kind: 'read' }, dhmcRole: rolePath, sessionPolicy: false },
    );
    expect(await (await entered(cloud, web)).createRole(newRole)).toEqual({ ok: true });
  });
});

describe('the inline policy', () => {
  const longest = 'x'.repeat(64);
  it.each(
    partitions.flatMap((partition) =>
      purposes.map(([name, purpose]) => [name, partition, purpose] as const),
    ),
  )('for %s with the longest names in %s is short enough for STS', (_, partition, purpose) => {
    const withLongest =
      'passRoles' in purpose
        ? { ...purpose, passRoles: [`${'p'.repeat(511)}/${longest}`, longest] }
        : purpose;
    const policy = sessionPolicy({
      purpose: withLongest,
      partition,
      account: '1',
      dhmcRole: longest,
    });
    expect(policy.length).toBeLessThanOrEqual(maxSessionPolicyLength);
  });
});

describe('the table of operations', () => {
  const options: PolicyOptions = {
    partition: 'aws',
    dhmcRole: rolePath,
    roleNames: ['Entry'],
    readOnly: false,
    withOverwrite: false,
    coverage: true,
    stackSets: true,
    permissionsBoundary: 'Boundary',
    sessionTags: false,
    sourceIdentity: false,
  };
  const actions = (policy: {
    readonly Statement: readonly { readonly Action: readonly string[] }[];
  }): ReadonlySet<string> => new Set(policy.Statement.flatMap(({ Action }) => Action));
  const byWhom = (who: 'caller' | 'member'): readonly string[] =>
    (Object.keys(operations) as readonly OperationName[])
      .filter((name) => operations[name].by === who)
      .flatMap((name) => [...operations[name].actions]);

  it('has the same actions as the printed policies', () => {
    expect([...actions(memberPolicy(options))].sort()).toEqual(
      [...new Set([...byWhom('member'), 'iam:PassRole'])].sort(),
    );
    expect([...actions(callerPolicy(options))].sort()).toEqual(
      [
        ...new Set([
          ...byWhom('caller'),
          ...byWhom('member'),
          'iam:PassRole',
          'organizations:ListDelegatedAdministrators',
        ]),
      ].sort(),
    );
  });
  it('leaves no write action in a read-only policy', () => {
    const writing = (Object.keys(operations) as readonly OperationName[])
      .filter((name) => operations[name].writes)
      .flatMap((name) => [...operations[name].actions]);
    for (const action of [...writing, 'iam:PassRole'])
      expect(actions(callerPolicy({ ...options, readOnly: true }))).not.toContain(action);
  });
  it('is the only way to AWS: an operation that it does not contain is not sent', async () => {
    const { makeSdkClients } = await import('../../../src/aws/http/sdk-clients.ts');
    const { ListUsersCommand, GetRoleCommand } = await import('@aws-sdk/client-iam');
    const { sandbox } = await both();
    const wire = await makeSdkClients({ concurrency: 2 });
    const identity = {
      credentials: () =>
        Promise.resolve({
          accessKeyId: sandbox.env['AWS_ACCESS_KEY_ID'] ?? '',
          secretAccessKey: sandbox.env['AWS_SECRET_ACCESS_KEY'] ?? '',
        }),
      renew: () => Promise.resolve(false),
    };
    const iam = await wire.client('iam', 'us-east-1');
    const call = (operation: string, writing: boolean, send: (input: object) => Promise<unknown>) =>
      wire.call(
        {
          service: 'iam',
          operation: operation as OperationName,
          region: 'us-east-1',
          account: null,
          identity,
          writes: writing,
        },
        {},
        send,
      );
    await expect(
      call('ListUsers', false, (input) => iam.send(new ListUsersCommand(input))),
    ).rejects.toThrow('table of operations');
    await expect(
      call('GetRole', false, (input) => iam.send(new ListUsersCommand(input))),
    ).rejects.toThrow('table of operations');
    await expect(
      call('GetRole', true, (input) => iam.send(new GetRoleCommand(input as never))),
    ).rejects.toThrow('table of operations');
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow('past the wire');
    expect(sandbox.requests().byOperation['iam:ListUsers']).toBeUndefined();
    wire.close();
  });
});

describe('the session policy', () => {
  const policyFor = (purpose: Purpose, account = '111111111111') =>
    sessionPolicy({ purpose, partition: 'aws', account, dhmcRole });
  const actionsOf = (policy: string) =>
    (JSON.parse(policy) as { Statement: { Action: string | string[] }[] }).Statement.flatMap(
      ({ Action }) => Action,
    ).sort();

  it('for status contains no write action', () => {
    expect(actionsOf(policyFor({ kind: 'read' }))).toEqual([
      'account:ListRegions',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
      'ssm:GetServiceSetting',
    ]);
  });
  it('for disable contains only the writes it needs', () => {
    const writes = (deleteRole: boolean) =>
      actionsOf(policyFor({ kind: 'disable', deleteRole })).filter(
        (action) => !/:(Get|List|Describe)/.test(action),
      );
    expect(writes(false)).toEqual(['ssm:ResetServiceSetting']);
    expect(writes(true)).toEqual([
      'iam:DeleteRole',
      'iam:DetachRolePolicy',
      'ssm:ResetServiceSetting',
    ]);
  });
  it('for enable passes only the DHMC role, to Systems Manager, and attaches only the managed policy', () => {
    const policy = policyFor({ kind: 'enable', passRoles: [dhmcRole] });
    expect(policy).toContain('"iam:PassedToService":"ssm.amazonaws.com"');
    expect(policy).toContain(`"iam:PolicyARN":"${grantPolicyArn('aws')}"`);
    expect(actionsOf(policy)).not.toContain('ssm:ResetServiceSetting');
    expect(policy).not.toContain('role/*"],"Condition":{"StringEquals"');
  });
  it('for a rollback passes only the roles of its own account', () => {
    const purpose: Purpose = {
      kind: 'rollback',
      passRoles: { '111111111111': ['team/One'], '222222222222': ['Two'] },
    };
    expect(policyFor(purpose)).toContain('role/team/One');
    expect(policyFor(purpose)).not.toContain('role/Two');
    expect(actionsOf(policyFor(purpose, '333333333333'))).not.toContain('iam:PassRole');
  });
  it('for a rollback never passes every role: roles that do not fit get a session each', () => {
    const roles = Array.from({ length: 40 }, (_, index) => `team/AWS-QuickSetup-Role-${index}`);
    const options = {
      purpose: { kind: 'rollback', passRoles: { '111111111111': [dhmcRole, ...roles] } },
      partition: 'aws',
      account: '111111111111',
      dhmcRole,
    } as const;
    expect(rolesApart(options)).toEqual(roles);
    const policy = sessionPolicy(options);
    expect(policy).not.toMatch(/"iam:PassRole","Resource":[^\]]*role\/\*"/);
    expect(policy).not.toContain('QuickSetup');
    expect(policy).toContain('iam:PassRole');
    expect(JSON.parse(passingPolicy('aws', 'team/One'))).toMatchObject({
      Statement: [
        { Action: 'ssm:UpdateServiceSetting' },
        { Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/team/One' },
      ],
    });
    expect(
      rolesApart({ ...options, purpose: { kind: 'rollback', passRoles: [dhmcRole, 'One'] } }),
    ).toEqual([]);
  });
  it('is never longer than STS accepts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[\w+=,.@/-]{1,64}$/), { maxLength: 80 }),
        fc.constantFrom('enable' as const, 'rollback' as const),
        fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
        fc.boolean(),
        (passRoles, kind, role, coverage) => {
          const policy = sessionPolicy({
            purpose: kind === 'enable' ? { kind, passRoles, coverage } : { kind, passRoles },
            partition: 'aws-us-gov',
            account: '1',
            dhmcRole: role,
          });
          expect(policy.length).toBeLessThanOrEqual(2048);
        },
      ),
    );
  });
});
