/** `dhmc coverage` against the sandbox's fleet: each situation in a region, and its result in the report. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetInstance } from '../../src/sandbox/fleet/spec.ts';
import type { Role } from '../../src/sandbox/world.ts';
import { dhmcRole, dhmcValue } from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, simpleWorld } from '../support/simple-world.ts';

const trustEc2 = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
} as const;
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';

const profileRole = (name: string, rest: Partial<Role>): Role => ({
  name,
  path: '/',
  trust: trustEc2,
  instanceProfiles: [name],
  ...rest,
});
const allow = (...Action: readonly string[]) => ({
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }],
});

const roles: readonly Role[] = [
  dhmcRole,
  profileRole('Core', { attachedPolicies: [core] }),
  profileRole('App', { inlinePolicies: { app: allow('s3:GetObject') } }),
  profileRole('Half', { inlinePolicies: { half: allow('ssm:UpdateInstanceInformation') } }),
];

type Named = FleetInstance & { readonly name: string };
const old = '3.1.1927.0';
/** Instances, each named after its expected result. */
const enabled: readonly Named[] = [
  { name: 'dhmc proven' },
  { name: 'dhmc proven beside App', profile: 'App' },
  { name: 'profile proven', profile: 'Core' },
  { name: 'profile proven of an old agent', profile: 'Core', agent: { version: old } },
  { name: 'none profile-incomplete', profile: 'Half' },
  { name: 'none imds-disabled', metadata: { endpoint: 'disabled' } },
  { name: 'none no-sign-of-agent', agent: null },
  { name: 'none no-sign-of-agent of an old agent', agent: { version: old } },
  { name: 'none profile-without-agent', profile: 'Core', agent: null },
  { name: 'none profile-without-role', profile: 'Empty', agent: null },
  { name: 'none operated-by-aws', agent: null, operator: 'eks.amazonaws.com' },
  { name: 'none in-transition', launchedAt: 0 },
  { name: 'none connection-lost', profile: 'Core', agent: { stoppedAt: 600 } },
  {
    name: 'activation proven',
    agent: { activation: { node: 'mi-0123456789abcdef0', role: 'service-role/Hybrid' } },
  },
  { name: 'unknown stopped', state: 'stopped' },
];
const unset: readonly Named[] = [
  { name: 'none setting-unset' },
  { name: 'none setting-unset beside App', profile: 'App' },
  { name: '=profile proven <script>alert(1)</script>', profile: 'Core' },
];

const onSince2024 = { value: dhmcValue, modifiedBy: null, modifiedAt: '2024-06-01T00:00:00Z' };

const account = accountId(1);
const world = simpleWorld({
  accounts: [
    {
      name: 'web',
      unit: 'Workloads',
      moreRoles: roles,
      instanceProfiles: [{ name: 'Empty' }],
      settings: { 'eu-west-1': onSince2024 },
      fleet: { 'eu-west-1': enabled, 'us-east-1': unset },
    },
    'empty',
  ],
});

interface Row {
  readonly id: string;
  readonly name: string;
  readonly managedBy: string;
  readonly confidence: string;
  readonly reason: string | null;
  readonly hint: string | null;
  readonly evidence: readonly string[];
}
interface Report {
  readonly schema: string;
  readonly summary: { readonly running: number; readonly stopped: number; readonly calls: number };
  readonly changes: Record<string, readonly unknown[]> | null;
  readonly cells: readonly Record<string, unknown>[];
  readonly instances: readonly Row[];
}

let console: Console;
let folder: string;
const report = async (...more: readonly string[]): Promise<Report> =>
  JSON.parse((await console.run(['coverage', '-o', 'json', ...more])).stdout) as Report;

describe('dhmc coverage', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dhmc-coverage-test-'));
    console = await openConsole(world);
  });
  afterAll(async () => {
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reports for each instance the result in its name', async () => {
    const { instances, summary, cells, schema } = await report();
    expect(schema).toBe('dhmc.coverage/v1');
    const wrong = instances.filter(({ name, managedBy, confidence, reason }) => {
      const words = [managedBy, confidence, reason ?? ''];
      const wanted = name
        .replace(/^=/, '')
        .replace(/ (of an|beside|<).*/, '')
        .split(' ');
      return !wanted.every((word) => word === 'stopped' || words.includes(word));
    });
    expect(
      wrong.map(({ name, managedBy, reason, evidence }) => ({ name, managedBy, reason, evidence })),
    ).toEqual([]);
    expect(instances).toHaveLength(enabled.length + unset.length);
    expect(summary).toMatchObject({ running: enabled.length - 1 + unset.length, stopped: 1 });
    expect(cells).toHaveLength(6);
  });

  it('matches the published schema', async () => {
    const ajv = new Ajv({ strict: true, strictTypes: false });
    formats.default(ajv);
    const schema: unknown = JSON.parse(readFileSync('schemas/coverage.schema.json', 'utf8'));
    const isCoverage = ajv.compile(schema as object);
    isCoverage(await report());
    expect(isCoverage.errors).toBeNull();
  });

  it('makes at most three calls for a cell without instances', async () => {
    const { summary } = await report('--account', accountId(2), '--region', 'eu-west-1');
    expect(summary.calls).toBeLessThanOrEqual(9);
  });

  it('exits with 2 if --check finds an unmanaged instance, otherwise with 0', async () => {
    expect((await console.run(['coverage', '-o', 'json'])).status).toBe(0);
    expect((await console.run(['coverage', '-o', 'json', '--check'])).status).toBe(2);
    const empty = ['--account', accountId(2)];
    expect((await console.run(['coverage', '--check', ...empty])).status).toBe(0);
  });

  it('writes the same instances in every format', async () => {
    const ids = (await report()).instances.map(({ id }) => id).sort();
    const files = ['c.csv', 'c.ndjson', 'c.md', 'c.xml', 'c.html'].map((name) =>
      join(folder, name),
    );
    const flags = files.flatMap((file) => ['--report-file', file]);
    const ran = await console.run(['coverage', '--instances', 'all', ...flags]);
    expect(ran.status).toBe(0);
    const [csv = '', ndjson = '', markdown = '', junit = '', html = ''] = files.map((file) =>
      readFileSync(file, 'utf8'),
    );
    for (const text of [csv, ndjson, markdown, html, ran.stdout])
      expect(ids.filter((id) => !text.includes(id))).toEqual([]);
    const lines = ndjson
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(lines.at(-1) ?? {})).toEqual([
      'schema',
      'summary',
      'changes',
      'accounts',
      'cells',
    ]);
    expect(
      lines
        .slice(0, -1)
        .map((line) => line['id'])
        .sort(),
    ).toEqual(ids);
    expect(csv.split('\r\n')[0]).toContain('"managedBy","confidence","agent.version"');
    expect(csv).not.toContain('"=profile');
    expect(markdown).not.toContain('<script');
    expect(html.split('<script>alert')).toHaveLength(1);
    expect(junit).not.toContain('<script');
    expect(junit.split('<failure').length - 1).toBe(10);
  });

  it('keeps the table within the width of the terminal', async () => {
    const { stdout } = await console.run(['coverage']);
    expect(Math.max(...stdout.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(
      120,
    );
    expect(stdout).toContain('none, setting-unset');
  });

  it('refuses a file that is not a coverage report, or from another organization', async () => {
    const file = join(folder, 'wrong.json');
    for (const [text, message] of [
      ['{', 'is not JSON'],
      ['{"schema":"dhmc.report/v1"}', 'is not a coverage report'],
      [
        '{"schema":"dhmc.coverage/v1","organization":{"id":"o-other"},"cells":[],"instances":[]}',
        'o-other',
      ],
    ] as const) {
      writeFileSync(file, text);
      const ran = await console.run(['coverage', '--since', file]);
      expect(ran.status).toBe(64);
      expect(ran.stderr).toContain(message);
      expect(ran.stderr).toContain(file);
    }
    expect((await console.run(['coverage', '--since', join(folder, 'none.json')])).status).toBe(64);
    expect((await console.run(['coverage', '--only', 'changes'])).status).toBe(64);
    expect((await console.run(['status', '-o', 'ndjson'])).status).toBe(64);
  });

  it('tells in a plan how many instances are unmanaged, and how many DHMC could manage', async () => {
    const ran = await console.run(['enable', '--org', '--dry-run', '--coverage']);
    expect(ran.stderr).toMatch(
      /Coverage before any change: 11 of \d+ running instances in scope are not managed/,
    );
    expect(ran.stderr.replace(/\s+/g, ' ')).toContain('DHMC could manage 2 of them');
    expect(
      (await console.run(['enable', '--org', '--dry-run', '--wave-coverage', '1'])).status,
    ).toBe(64);
  });

  it('lists an hour after enable the instances that became managed', async () => {
    const before = join(folder, 'before.json');
    await console.run(['coverage', '--report-file', before]);
    const ran = await console.run([
      'enable',
      '--account',
      account,
      '--region',
      'us-east-1',
      '--yes',
    ]);
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain(`dhmc coverage --account ${account} --region us-east-1`);
    const soon = await report('--region', 'us-east-1');
    expect(soon.instances.map(({ reason }) => reason)).toContain('setting-recent');
    console.sandbox.advance(3_600_000);
    const { changes, instances } = await report('--since', before);
    const names = new Map(instances.map(({ id, name }) => [id, name]));
    expect(changes?.['managed']?.map((id) => names.get(String(id))).sort()).toEqual([
      'none in-transition',
      'none setting-unset',
      'none setting-unset beside App',
    ]);
    expect(changes).toMatchObject({ lost: [], new: [], gone: [] });
  });
});

describe('dhmc coverage, with one cause', () => {
  const one = (settingRole: Role, instance: FleetInstance) =>
    simpleWorld({
      accounts: [
        {
          name: 'web',
          moreRoles: [settingRole, ...roles.slice(1)],
          settings: { 'eu-west-1': onSince2024 },
          fleet: { 'eu-west-1': [instance] },
        },
      ],
    });
  it.each([
    ['trust', one({ ...dhmcRole, trust: trustEc2 }, {}), 'dhmc-role-broken'],
    ['policy', one({ ...dhmcRole, attachedPolicies: [] }, {}), 'dhmc-role-broken'],
    ['metadata', one(dhmcRole, { metadata: { endpoint: 'disabled' } }), 'imds-disabled'],
    [
      'an old agent, which never registers',
      one(dhmcRole, { agent: { version: '3.1.1.0' } }),
      'no-sign-of-agent',
    ],
    ['a profile with incomplete rights', one(dhmcRole, { profile: 'Half' }), 'profile-incomplete'],
    [
      'an endpoint policy, which no call shows',
      one(dhmcRole, { network: 'no-dhmc' }),
      'no-sign-of-agent',
    ],
    ['no connection to Systems Manager', one(dhmcRole, { network: 'closed' }), 'no-sign-of-agent'],
    ['a lost registration', one(dhmcRole, { agent: { registration: 'lost' } }), 'no-sign-of-agent'],
  ])('finds the right reason: %s', async (_, broken, reason) => {
    const other = await openConsole(broken);
    try {
      const ran = await other.run(['coverage', '-o', 'json', '--account', accountId(1)]);
      const [instance] = (JSON.parse(ran.stdout) as Report).instances;
      expect(instance).toMatchObject({ managedBy: 'none', reason });
    } finally {
      await other.stop();
    }
  });

  it('reads role by role when GetAccountAuthorizationDetails is denied', async () => {
    const denied = simpleWorld({
      accounts: [
        {
          name: 'web',
          unit: 'Denied',
          moreRoles: roles,
          settings: { 'eu-west-1': onSince2024 },
          fleet: { 'eu-west-1': enabled.slice(0, 3) },
        },
      ],
      scps: {
        NoDetails: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Deny', Action: 'iam:GetAccountAuthorizationDetails', Resource: '*' },
          ],
        },
      },
      unitScps: { Denied: ['NoDetails'] },
    });
    const other = await openConsole(denied);
    try {
      const ran = await other.run(['coverage', '-o', 'json', '--account', accountId(1)]);
      const { instances } = JSON.parse(ran.stdout) as Report;
      expect(
        instances.map(({ managedBy, confidence }) => `${managedBy} ${confidence}`).sort(),
      ).toEqual(['dhmc proven', 'dhmc proven', 'profile proven']);
      expect(ran.status).toBe(0);
    } finally {
      await other.stop();
    }
  });
});
