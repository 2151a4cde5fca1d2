/**
 * `enable --ou` and an hour later `coverage --since`, with another cause in each account: what coverage reports for
 * it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FleetInstance, Sandbox } from '../../src/sandbox/index.ts';
import { dhmcRoleName } from '../../src/sandbox/worlds/fixtures.ts';
import { fleetRegion, instanceRole, instanceRoles } from '../support/fleet-world.ts';
import { openConsole } from '../support/in-process.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';

interface Cause {
  readonly name: string;
  readonly instance: FleetInstance;
  /** Breaks something after DHMC is turned on. */
  readonly after?: (sandbox: Sandbox, account: string) => void;
  /** The expected `managedBy` and reason. */
  readonly is: string;
  /** Matches the evidence or the hint. */
  readonly says: RegExp;
}

const changeRole =
  (change: 'trust' | 'policy') =>
  (sandbox: Sandbox, account: string): void => {
    const role = sandbox.role(account, dhmcRoleName);
    if (role === null) throw new Error('there is no role');
    sandbox.setRole(
      account,
      change === 'policy'
        ? { ...role, attachedPolicies: [] }
        : {
            ...role,
            trust: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Service: 'ec2.amazonaws.com' },
                  Action: 'sts:AssumeRole',
                },
              ],
            },
          },
    );
  };

const day = 24 * 60;
const causes: readonly Cause[] = [
  { name: 'nothing', instance: {}, is: 'dhmc', says: /which is whole/ },
  {
    name: 'a profile without rights',
    instance: { profile: 'Bare' },
    is: 'dhmc',
    says: /does not allow ssm:UpdateInstanceInformation/,
  },
  {
    name: 'its profile manages it',
    instance: { profile: 'App' },
    is: 'profile',
    says: /allows ssm:UpdateInstanceInformation/,
  },
  {
    name: 'the trust',
    instance: {},
    after: changeRole('trust'),
    is: 'none dhmc-role-broken',
    says: /Systems Manager may not assume it/,
  },
  {
    name: 'the policy',
    instance: {},
    after: changeRole('policy'),
    is: 'none dhmc-role-broken',
    says: /is not attached to it/,
  },
  {
    name: 'the metadata endpoint',
    instance: { metadata: { endpoint: 'disabled' } },
    is: 'none imds-disabled',
    says: /metadata endpoint is disabled/,
  },
  {
    name: 'a profile that blocks',
    instance: { profile: 'Half' },
    is: 'none profile-incomplete',
    says: /does not allow the channels of ssmmessages/,
  },
  {
    name: 'an old agent that was managed before',
    instance: {
      profile: 'Bare',
      profileChange: { at: 3 * day, before: 'App' },
      agent: { version: '3.1.1732.0' },
    },
    is: 'none agent-too-old',
    says: /version is 3\.1\.1732\.0; DHMC needs/,
  },
  // No API tells these causes apart, so none of them is named.
  ...(
    [
      ['an old agent', { agent: { version: '3.1.1732.0' } }],
      ['an endpoint policy', { network: 'no-dhmc' }],
      ['no network', { network: 'closed' }],
      ['a lost registration', { agent: { registration: 'lost' } }],
      ['no agent', { agent: null }],
    ] as const
  ).map(([name, instance]): Cause => ({
    name,
    instance,
    is: 'none no-sign-of-agent',
    says: /no API shows which it is/,
  })),
];

interface Row {
  readonly id: string;
  readonly name: string;
  readonly managedBy: string;
  readonly reason: string | null;
  readonly evidence: readonly string[];
  readonly hint: string | null;
}
interface Report {
  readonly instances: readonly Row[];
  readonly changes: Readonly<Record<string, readonly string[]>>;
}

let before: Report;
let report: Report;
beforeAll(async () => {
  const half = instanceRole('Half', {
    inlinePolicies: {
      half: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'ssm:UpdateInstanceInformation', Resource: '*' }],
      },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-causes-'));
  const console = await openConsole(
    simpleWorld({
      accounts: causes.map(({ name, instance }, index) => ({
        name: `account ${String(index)}`,
        unit: 'Workloads',
        moreRoles: [...instanceRoles, half],
        fleet: { [fleetRegion]: [{ name, ...instance }] },
      })),
    }),
  );
  try {
    const file = join(folder, 'before.json');
    const scope = ['--ou', 'Workloads', '--region', fleetRegion];
    await console.run(['coverage', ...scope, '--report-file', file, '--quiet']);
    before = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect((await console.run(['enable', ...scope, '--yes'])).status).toBe(0);
    for (const [index, { after }] of causes.entries())
      after?.(console.sandbox, accountId(index + 1));
    console.sandbox.advance(3_600_000);
    const ran = await console.run(['coverage', ...scope, '--since', file, '-o', 'json']);
    report = JSON.parse(ran.stdout) as Report;
  } finally {
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

describe('coverage an hour after enable', () => {
  it('lists as newly managed exactly those instances whose agents can use DHMC', () => {
    const names = new Map(report.instances.map(({ id, name }) => [id, name]));
    expect(report.changes['managed']?.map((id) => names.get(id))).toEqual([
      'nothing',
      'a profile without rights',
    ]);
    expect(report.changes).toMatchObject({ lost: [], otherwise: [], new: [], gone: [] });
    expect(before.instances.filter(({ managedBy }) => managedBy === 'dhmc')).toEqual([]);
  });

  it.each(causes)('shows for the cause "$name": $is', ({ name, is, says }) => {
    const row = report.instances.find((one) => one.name === name);
    expect([row?.managedBy, row?.reason].filter(Boolean).join(' ')).toBe(is);
    expect([...(row?.evidence ?? []), row?.hint ?? ''].join('\n')).toMatch(says);
  });
});
