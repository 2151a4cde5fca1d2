import { describe, expect, it } from 'vitest';
import { dhmcRole } from '../../../src/sandbox/worlds/fixtures.ts';
import {
  both,
  entered,
  member,
  policyArn,
  roleName,
  rolePath,
  smallWorld,
  trust,
  valueOf,
} from '../small-world.ts';

const web = '100000000002';
const newRole = {
  name: roleName,
  path: '/service-role/',
  trust,
  tags: { 'dhmc:created-by': 'dhmc' },
  boundary: null,
  description: 'A role.',
};
const fault = (more: object) => ({ behavior: { faults: [{ kind: 'reset' as const, ...more }] } });

describe('account access', () => {
  it('writes the role, its grant and the setting, and reads each of them back', async () => {
    const { cloud, sandbox } = await both(
      {},
      { purpose: { kind: 'rollback', passRoles: [rolePath] } },
    );
    const access = await entered(cloud, web);
    expect(valueOf(await access.role(roleName))).toBeNull();
    expect(valueOf(await access.grants(roleName))).toBeNull();
    expect(valueOf(await access.attachments(roleName))).toBeNull();
    expect(await access.createRole(newRole)).toEqual({ ok: true });
    expect(await access.createRole(newRole)).toMatchObject({ ok: false, kind: 'exists' });
    expect(await access.attachGrant(roleName, policyArn)).toEqual({ ok: true });
    const role = valueOf(await access.role(roleName));
    expect(role).toMatchObject({
      arn: `arn:aws:iam::${web}:role/${rolePath}`,
      path: '/service-role/',
      tags: newRole.tags,
      boundary: null,
    });
    expect(JSON.parse(role?.trust ?? '')).toEqual(JSON.parse(trust));
    expect(valueOf(await access.grants(roleName))).toEqual([policyArn]);
    expect(valueOf(await access.attachments(roleName))).toEqual({
      inlinePolicies: [],
      instanceProfiles: [],
    });
    expect(await access.updateSetting('eu-west-1', rolePath)).toEqual({ ok: true });
    const setting = valueOf(await access.setting('eu-west-1'));
    expect(setting).toMatchObject({
      value: rolePath,
      pending: false,
      modifiedBy: expect.stringContaining('dhmc-2026') as string,
    });
    expect(valueOf(await access.setting('eu-west-2')).value).toBeNull();
    expect(await access.resetSetting('eu-west-1')).toEqual({ ok: true });
    expect(valueOf(await access.setting('eu-west-1')).value).toBeNull();
    expect(await access.updateTrust(roleName, trust)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toMatchObject({ ok: false, kind: 'refused' });
    expect(await access.detachGrant(roleName, policyArn)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toEqual({ ok: true });
    expect(await access.deleteRole(roleName)).toMatchObject({ ok: false, kind: 'gone' });
    expect(sandbox.complaints()).toEqual([]);
  });

  it('counts every request sent, retries included', async () => {
    const { cloud, sandbox } = await both(
      fault({ service: 'ssm', kind: 'server-error', times: 1 }),
    );
    const access = await entered(cloud, web);
    expect(await access.setting('us-east-1')).toMatchObject({ known: true });
    expect(cloud.usage()).toEqual({ calls: sandbox.requests().total, throttled: 0 });
  });

  it('knows whether a boundary policy exists', async () => {
    const { cloud } = await both({}, { purpose: { kind: 'read', checkBoundary: true } });
    const access = await entered(cloud, web);
    expect(await access.policyExists('arn:aws:iam::aws:policy/PowerUserAccess')).toMatchObject({
      value: true,
    });
    expect(await access.policyExists(`arn:aws:iam::${web}:policy/None`)).toMatchObject({
      value: false,
    });
  });

  it.each([
    ['one reset', { service: 'ssm', kind: 'reset', times: 1 }, null],
    ['two 5xx responses', { service: 'ssm', kind: 'server-error', times: 2 }, null],
    ['a 5xx on every try', { service: 'ssm', kind: 'server-error' }, 'aws-error'],
    ['a reset on every try', { service: 'ssm', kind: 'reset' }, 'network'],
    ["a proxy's page", { service: 'ssm', kind: 'garbage' }, 'invalid-response'],
    ['half a response', { service: 'ssm', kind: 'cut' }, 'invalid-response'],
    [
      'an empty response',
      { service: 'ssm', kind: 'answer', answer: { body: '{}' } },
      'invalid-response',
    ],
    [
      'a response with wrong types',
      {
        service: 'ssm',
        kind: 'answer',
        answer: { body: '{"ServiceSetting":{"SettingId":7,"SettingValue":{}}}' },
      },
      'invalid-response',
    ],
    [
      'ServiceSettingNotFound',
      { service: 'ssm', kind: 'error', error: { code: 'ServiceSettingNotFound', message: 'x' } },
      'region-without-dhmc',
    ],
  ])('reports the right problem, or none, when a read gets %s', async (_, more, code) => {
    const { cloud } = await both(fault(more));
    const reading = await (await entered(cloud, web)).setting('us-east-1');
    expect(reading).toMatchObject(
      code === null ? { known: true } : { known: false, problem: { code } },
    );
  });

  it.each([
    ["a proxy's page", { service: 'iam', kind: 'garbage' }, 'invalid-response'],
    ['half a response', { service: 'iam', kind: 'cut' }, 'invalid-response'],
    [
      'an empty page',
      { service: 'iam', kind: 'answer', answer: { body: '<Response/>', contentType: 'text/xml' } },
      'invalid-response',
    ],
  ])('does not take the role for absent when IAM responds with %s', async (_, more, code) => {
    const roles = [...(smallWorld().accounts[1]?.roles ?? []), dhmcRole];
    const accounts = [
      ...smallWorld().accounts.slice(0, 1),
      member(web, 'web', 'r-abcd', { roles }),
    ];
    const { cloud } = await both({ ...fault(more), accounts });
    const access = await entered(cloud, web);
    expect(await access.grants(roleName)).toMatchObject({ known: false, problem: { code } });
    expect(await access.role(roleName)).toMatchObject({ known: false, problem: { code } });
  });

  it.each([
    ['the response is lost', { kind: 'reset', after: true }, 'lost'],
    ['AWS responds with a 5xx', { kind: 'server-error' }, 'lost'],
    ['the response is a web page', { kind: 'garbage', after: true }, 'lost'],
    [
      'AWS responds with TooManyUpdates',
      { kind: 'error', error: { code: 'TooManyUpdates', message: 'x' } },
      'busy',
    ],
    [
      'AWS responds with TooManyUpdates at status 429',
      { kind: 'error', error: { code: 'TooManyUpdates', message: 'x', status: 429 } },
      'busy',
    ],
  ])('sends a write once when %s', async (_, more, kind) => {
    const { cloud, sandbox } = await both(fault({ operation: 'ResetServiceSetting', ...more }), {
      purpose: { kind: 'disable', deleteRole: false },
    });
    const access = await entered(cloud, web);
    expect(await access.resetSetting('us-east-1')).toMatchObject({ ok: false, kind });
    expect(sandbox.requests().byOperation['ssm:ResetServiceSetting']).toBe(1);
  });

  it('retries throttled calls, writes too', async () => {
    const { cloud } = await both(
      fault({ operation: 'ResetServiceSetting', kind: 'throttle', times: 2 }),
      {
        purpose: { kind: 'disable', deleteRole: false },
      },
    );
    const access = await entered(cloud, web);
    expect(await access.resetSetting('us-east-1')).toEqual({ ok: true });
    expect(cloud.usage().throttled).toBe(2);
  });
});
