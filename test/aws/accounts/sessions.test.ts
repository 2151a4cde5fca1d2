import { describe, expect, it } from 'vitest';
import { callerIdentity } from '../../../src/aws/accounts/sessions.ts';
import {
  both,
  connected,
  entered,
  management,
  member,
  policyArn,
  roleName,
  rolePath,
  smallWorld,
  trust,
  trusting,
} from '../small-world.ts';

const web = '100000000002';
const enable = { kind: 'enable', passRoles: [rolePath] } as const;
const newRole = {
  name: roleName,
  path: '/service-role/',
  trust,
  tags: { 'dhmc:created-by': 'dhmc' },
  boundary: null,
  description: 'A role.',
};

const minutes = 60_000;

/** A source whose credentials last `lasting` minutes; `renews` says whether each request gets new ones. */
const sourceOf = (lasting: number, renews: boolean) => {
  const state = { time: 0, asked: 0 };
  const provide = () => {
    state.asked += 1;
    const accessKeyId = renews ? `A${String(state.asked)}` : 'A';
    const expiration = new Date(renews ? state.time + lasting * minutes : lasting * minutes);
    return Promise.resolve({ accessKeyId, secretAccessKey: 'S', expiration });
  };
  return { state, identity: callerIdentity(provide, () => state.time) };
};

describe('a credential source', () => {
  it('is asked once for many calls, even when its credentials end soon', async () => {
    const { state, identity } = sourceOf(4, false);
    for (let call = 0; call < 60; call += 1) await identity.credentials();
    expect(state.asked).toBe(1);
    state.time = 1.5 * minutes;
    for (let call = 0; call < 60; call += 1) await identity.credentials();
    expect(state.asked).toBe(2);
  });

  it('is asked again when its credentials are about to expire', async () => {
    const { state, identity } = sourceOf(60, true);
    await identity.credentials();
    state.time = 56 * minutes;
    expect(await identity.credentials()).toMatchObject({ accessKeyId: 'A2' });
    expect(state.asked).toBe(2);
  });

  it('is asked once more when AWS refuses its credentials for many calls', async () => {
    const { state, identity } = sourceOf(60, false);
    const expired = await identity.credentials();
    for (let call = 0; call < 20; call += 1) expect(await identity.renew(expired)).toBe(false);
    expect(state.asked).toBe(2);
  });

  it('is not asked again when AWS refuses credentials that were already replaced', async () => {
    const { state, identity } = sourceOf(60, true);
    const expired = await identity.credentials();
    expect(await identity.renew(expired)).toBe(true);
    expect(await identity.renew(expired)).toBe(true);
    expect(state.asked).toBe(2);
  });
});

describe('a session', () => {
  it('is shared by all calls of an account and named after the run', async () => {
    const { cloud, sandbox } = await both();
    sandbox.switchLog(true);
    const accesses = await Promise.all([entered(cloud, web), entered(cloud, web)]);
    await Promise.all(
      accesses.flatMap((access) => [
        access.regions(),
        access.role(roleName),
        access.setting('us-east-1'),
        access.setting('eu-west-1'),
      ]),
    );
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBe(1);
    expect(
      sandbox
        .log()
        .filter(({ service }) => service === 'ssm')
        .every(({ principal }) => principal?.endsWith('/dhmc-20261101-120000-abcdef')),
    ).toBe(true);
  });

  it("is the caller's own in the caller's own account", async () => {
    const { cloud, sandbox } = await both();
    const access = await entered(cloud, management);
    expect(await access.setting('us-east-1')).toMatchObject({ known: true });
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBeUndefined();
  });

  it('uses the first role that can be assumed', async () => {
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', {
        roles: [trusting('Second', `arn:aws:iam::${management}:root`, { path: '/ops/' })],
      }),
    ];
    const { cloud } = await both({ accounts }, { roleNames: ['First', 'ops/Second'] });
    expect(await cloud.enter(web)).toMatchObject({ known: true });
    const { cloud: other } = await both({ accounts }, { roleNames: ['First', 'Third'] });
    const refused = await other.enter(web);
    expect(refused).toMatchObject({ known: false, problem: { code: 'role-not-assumable' } });
    expect(JSON.stringify(refused)).toMatch(/role\/First.*role\/Third.*First, Third/);
  });

  it('sends the external id that the role requires, and never shows it', async () => {
    const Principal = { AWS: `arn:aws:iam::${management}:root` };
    const Condition = { StringEquals: { 'sts:ExternalId': 'the-external-id' } };
    const guarded = {
      ...trusting('Guarded', management),
      trust: {
        Statement: [{ Effect: 'Allow' as const, Principal, Action: 'sts:AssumeRole', Condition }],
      },
    };
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles: [guarded] }),
    ];
    const { cloud } = await both(
      { accounts },
      { roleNames: ['Guarded'], externalId: 'the-external-id' },
    );
    expect(await cloud.enter(web)).toMatchObject({ known: true });
    const wrong = await connected({ roleNames: ['Guarded'], externalId: 'another-external-id' });
    const refused = await wrong.enter(web);
    expect(refused).toMatchObject({ known: false, problem: { code: 'role-not-assumable' } });
    expect(JSON.stringify(refused)).not.toContain('another-external-id');
  });

  it('is renewed before it ends, and when AWS reports it as expired', async () => {
    const { cloud, sandbox } = await both({ behavior: { sessionSeconds: 900 } });
    const access = await entered(cloud, web);
    sandbox.advance(1_000_000);
    const readings = await Promise.all(
      ['us-east-1', 'eu-west-1', 'sa-east-1'].map((region) => access.setting(region)),
    );
    expect(readings.every(({ known }) => known)).toBe(true);
    expect(sandbox.requests().byOperation['sts:AssumeRole']).toBe(2);
  });

  it.each([
    [
      'status',
      { kind: 'read' },
      ['createRole', 'updateSetting', 'resetSetting', 'attachGrant', 'deleteRole'],
    ],
    ['enable', enable, ['resetSetting', 'deleteRole', 'detachGrant']],
    [
      'disable',
      { kind: 'disable', deleteRole: false },
      ['createRole', 'updateSetting', 'deleteRole', 'detachGrant'],
    ],
    [
      'disable --delete-role',
      { kind: 'disable', deleteRole: true },
      ['createRole', 'updateSetting', 'attachGrant'],
    ],
  ] as const)('for %s is denied every other write', async (_, purpose, denied) => {
    const { cloud } = await both({}, { purpose });
    const access = await entered(cloud, web);
    const attempts = {
      createRole: () => access.createRole(newRole),
      updateSetting: () => access.updateSetting('us-east-1', rolePath),
      resetSetting: () => access.resetSetting('us-east-1'),
      attachGrant: () => access.attachGrant(roleName, policyArn),
      detachGrant: () => access.detachGrant(roleName, policyArn),
      deleteRole: () => access.deleteRole(roleName),
    };
    for (const name of denied)
      expect([name, await attempts[name]()]).toMatchObject([
        name,
        { ok: false, problem: { code: 'denied-by-session-policy' } },
      ]);
  });

  it('for enable cannot pass another role or attach another policy', async () => {
    const other = { name: 'Other', trust: JSON.parse(trust) as { Statement: [] } };
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles: [...(smallWorld().accounts[1]?.roles ?? []), other] }),
    ];
    const { cloud } = await both({ accounts }, { purpose: enable });
    const access = await entered(cloud, web);
    expect(await access.updateSetting('us-east-1', 'Other')).toMatchObject({
      ok: false,
      problem: { code: 'denied-by-session-policy' },
    });
    expect(await access.createRole(newRole)).toEqual({ ok: true });
    expect(
      await access.attachGrant(roleName, 'arn:aws:iam::aws:policy/AdministratorAccess'),
    ).toMatchObject({
      ok: false,
      problem: { code: 'denied-by-session-policy' },
    });
  });
});
