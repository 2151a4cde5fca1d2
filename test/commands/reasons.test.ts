/** Every problem code in a case of its own, with AWS's message, its request id, and a hint. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/record/events.ts';
import type { Problem, Report } from '../../src/core/model/model.ts';
import type { Scope } from '../../src/core/model/scope.ts';
import type { Clock } from '../../src/run/cloud.ts';
import { applyPlan } from '../../src/run/apply.ts';
import { planRun } from '../../src/run/plan.ts';
import type { Fault } from '../../src/sandbox/world.ts';
import { accessRole, dhmcRole, teamRole } from '../../src/sandbox/worlds/fixtures.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { both, rolePath, selecting } from '../aws/small-world.ts';
import { runId, settingsOf, wholeOrganization } from '../support/run-engine.ts';
import {
  accountId,
  managementAccount,
  setTo,
  simpleWorld,
  type SimpleAccount,
  type SimpleWorld,
} from '../support/simple-world.ts';

let bench: Console | null = null;
const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'NO_PROXY', 'no_proxy'];
afterEach(async () => {
  await bench?.stop();
  bench = null;
  for (const name of proxies) Reflect.deleteProperty(process.env, name);
});

interface Row {
  readonly world?: SimpleWorld;
  readonly args?: readonly string[];
  /** The row to check. Default: the setting in eu-west-1. */
  readonly row?: { readonly kind: string; readonly region?: string | null };
  readonly verdict: string;
  readonly message: RegExp;
  readonly hint: RegExp;
  /** Whether the message comes from AWS and has a request id. Default: true. */
  readonly byAws?: false;
}

const web: SimpleAccount = { name: 'web' };
const faulty = (fault: Fault): SimpleWorld => ({ accounts: [web], behavior: { faults: [fault] } });
const denyWith = (action: string): SimpleWorld['scps'] => ({
  NoWay: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] },
});
const accessWith = (more: object): SimpleAccount => ({
  name: 'web',
  roles: [{ ...accessRole(managementAccount), ...more }],
});
const status = ['status', '--account', accountId(1), '--region', 'eu-west-1'];
const enable = ['enable', '--account', accountId(1), '--region', 'eu-west-1', '--yes'];
const ssmRefusing = (operation: string, code: string, message: string): SimpleWorld =>
  faulty({ service: 'ssm', operation, kind: 'error', error: { code, message } });

const rows: Readonly<Record<string, Row>> = {
  'role-not-assumable': {
    world: { accounts: [{ name: 'web', roles: [] }] },
    verdict: 'blocked',
    message:
      /^User: arn:aws:iam::000000000001:user\/\S+ is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000101:role\/OrganizationAccountAccessRole/,
    hint: /OrganizationAccountAccessRole in account 000000000101: .*--role-name/,
  },
  'account-not-ready': {
    world: ssmRefusing(
      'GetServiceSetting',
      'SubscriptionRequiredException',
      'The AWS Access Key Id needs a subscription for the service',
    ),
    verdict: 'blocked',
    message: /needs a subscription/,
    hint: /registration of account 000000000101/,
  },
  'account-not-ready: just created': {
    world: { accounts: [{ name: 'web', roles: [], joinedAt: new Date().toISOString() }] },
    row: { kind: 'role', region: null },
    verdict: 'blocked',
    message: /not authorized to perform: sts:AssumeRole/,
    hint: /^Wait a few minutes until AWS has set up account 000000000101/,
  },
  'credentials-invalid': {
    world: ssmRefusing(
      'GetServiceSetting',
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    ),
    verdict: 'blocked',
    message: /security token included in the request is invalid/,
    hint: /account 000000000101: it then gets a new session/,
  },
  'credentials-invalid: in a region that the account has enabled': {
    world: {
      accounts: [{ name: 'web', regions: { 'eu-south-1': 'ENABLED' } }],
      optIn: ['eu-south-1'],
      behavior: {
        faults: [
          {
            service: 'ssm',
            region: 'eu-south-1',
            kind: 'error',
            error: {
              code: 'UnrecognizedClientException',
              message: 'The security token included in the request is invalid.',
            },
          },
        ],
      },
    },
    args: ['status', '--account', 'web'],
    row: { kind: 'setting', region: 'eu-south-1' },
    verdict: 'blocked',
    message: /^Region eu-south-1 is enabled in account 000000000101, but AWS refuses the session/,
    hint: /enabled a few minutes ago/,
  },
  'session-policy-too-large': {
    world: faulty({
      service: 'sts',
      operation: 'AssumeRole',
      kind: 'error',
      error: { code: 'PackedPolicyTooLarge', message: 'Packed policy consumes 110% of allotted' },
    }),
    row: { kind: 'role', region: null },
    verdict: 'blocked',
    message: /Packed policy/,
    hint: /--no-session-policy/,
  },
  'session-too-long': {
    world: faulty({
      service: 'sts',
      operation: 'AssumeRole',
      kind: 'error',
      error: {
        code: 'ValidationError',
        message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      },
    }),
    row: { kind: 'role', region: null },
    verdict: 'blocked',
    message: /MaxSessionDuration/,
    hint: /--session-duration/,
  },
  'clock-skew': {
    world: ssmRefusing(
      'GetServiceSetting',
      'InvalidSignatureException',
      'Signature expired: 20261128T000000Z is now earlier than 20261128T001000Z',
    ),
    verdict: 'blocked',
    message: /Signature expired/,
    hint: /clock/,
  },
  'denied-by-scp': {
    world: {
      accounts: [{ name: 'web', unit: 'Closed' }],
      unitScps: { Closed: ['NoWay'] },
      scps: denyWith('ssm:GetServiceSetting'),
      behavior: { namePolicies: true },
    },
    verdict: 'blocked',
    message:
      /with an explicit deny in a service control policy: arn:aws:organizations::\d+:policy\//,
    hint: /In arn:aws:organizations::\d+:policy\/\S+, exempt \S+ from the denial of ssm:GetServiceSetting/,
  },
  'denied-by-boundary': {
    world: { accounts: [accessWith({ boundary: 'arn:aws:iam::aws:policy/IAMFullAccess' })] },
    verdict: 'blocked',
    message: /because no permissions boundary allows the ssm:GetServiceSetting action/,
    hint: /Add ssm:GetServiceSetting to the permissions boundary of .*000000000101/,
  },
  'denied-by-session-policy': {
    world: ssmRefusing(
      'GetServiceSetting',
      'AccessDeniedException',
      'User: arn:aws:sts::000000000101:assumed-role/OrganizationAccountAccessRole/x is not authorized to perform: ssm:GetServiceSetting on resource: y because no session policy allows the ssm:GetServiceSetting action',
    ),
    verdict: 'blocked',
    message: /because no session policy allows/,
    hint: /--no-session-policy/,
  },
  denied: {
    world: {
      accounts: [accessWith({ attachedPolicies: ['arn:aws:iam::aws:policy/IAMFullAccess'] })],
    },
    verdict: 'blocked',
    message: /because no identity-based policy allows the ssm:GetServiceSetting action/,
    hint: /Grant ssm:GetServiceSetting to \S+ in account 000000000101/,
  },
  'region-not-enabled': {
    world: { accounts: [web], optIn: ['eu-south-1'] },
    args: ['status', '--account', accountId(1), '--region', 'eu-south-1'],
    row: { kind: 'setting', region: 'eu-south-1' },
    verdict: 'skipped',
    message: /eu-south-1/,
    hint: /^Enable region eu-south-1 in account \d+, or leave it as it is/,
    byAws: false,
  },
  'region-without-dhmc': {
    world: { accounts: [web], behavior: { withoutDhmc: ['eu-west-1'] } },
    verdict: 'blocked',
    message: /./,
    hint: /--exclude-region eu-west-1/,
  },
  throttled: {
    world: faulty({ service: 'ssm', kind: 'throttle' }),
    verdict: 'blocked',
    message: /Rate exceeded/,
    hint: /--concurrency/,
  },
  'names-another-role': {
    world: {
      accounts: [
        {
          name: 'web',
          moreRoles: [teamRole],
          settings: { 'eu-west-1': setTo(`platform/${teamRole.name}`) },
        },
      ],
    },
    verdict: 'conflict',
    message: /platform\/.*set by arn:aws:iam::000000000001:user\/somebody on 2024-05-21/,
    hint: /--overwrite=foreign/,
    byAws: false,
  },
  'privileged-role': {
    world: {
      accounts: [
        {
          name: 'web',
          moreRoles: [
            {
              ...dhmcRole,
              attachedPolicies: [
                ...(dhmcRole.attachedPolicies ?? []),
                'arn:aws:iam::aws:policy/AdministratorAccess',
              ],
            },
          ],
        },
      ],
    },
    args: enable,
    verdict: 'blocked',
    message: /AdministratorAccess/,
    hint: /--allow-privileged-role/,
    byAws: false,
  },
  'credentials-expired': {
    world: ssmRefusing(
      'GetServiceSetting',
      'ExpiredTokenException',
      'The security token included in the request is expired',
    ),
    verdict: 'blocked',
    message: /token included in the request is expired/,
    hint: /account 000000000101: it then gets a new session/,
  },
  'network: reset': {
    world: faulty({ service: 'ssm', kind: 'reset' }),
    verdict: 'blocked',
    message: /ssm:GetServiceSetting in eu-west-1: .*(ECONNRESET|hang up)/,
    hint: /firewalls and proxies/,
    byAws: false,
  },
  "invalid-response: a proxy's page": {
    world: faulty({ service: 'ssm', kind: 'garbage' }),
    verdict: 'blocked',
    message: /^ssm:GetServiceSetting in eu-west-1: /,
    hint: /proxy, captive portal/,
    byAws: false,
  },
  'invalid-response: cut JSON': {
    world: faulty({ service: 'ssm', kind: 'cut' }),
    verdict: 'blocked',
    message: /^ssm:GetServiceSetting in eu-west-1: /,
    hint: /proxy, captive portal/,
    byAws: false,
  },
  'invalid-response: wrong XML': {
    world: {
      accounts: [{ name: 'web', moreRoles: [dhmcRole] }],
      behavior: { faults: [{ service: 'iam', operation: 'GetRole', kind: 'cut' }] },
    },
    row: { kind: 'role', region: null },
    verdict: 'blocked',
    message: /^iam:GetRole in us-east-1: /,
    hint: /proxy, captive portal/,
    byAws: false,
  },
  'aws-error': {
    world: faulty({ service: 'ssm', kind: 'server-error' }),
    verdict: 'blocked',
    message: /./,
    hint: /Read AWS's message/,
  },
  'quota-exceeded': {
    world: {
      accounts: [web],
      behavior: {
        faults: [
          {
            service: 'iam',
            operation: 'CreateRole',
            kind: 'error',
            error: {
              code: 'LimitExceeded',
              message: 'Cannot exceed quota for RolesPerAccount: 1000',
              status: 409,
            },
          },
        ],
      },
    },
    args: enable,
    row: { kind: 'role', region: null },
    verdict: 'failed',
    message: /RolesPerAccount: 1000/,
    hint: /quota/,
  },
};

const rowIn = (report: Report, row: Row['row']) =>
  report.targets.find(
    ({ kind, region }) =>
      kind === (row?.kind ?? 'setting') &&
      region === (row === undefined ? 'eu-west-1' : (row.region ?? null)),
  );

/** Two tries only, so that the pauses between them stay short. */
const fewTries = { AWS_MAX_ATTEMPTS: '2' };

const expectReason = (
  problem: Problem | null | undefined,
  name: string,
  { message, hint, byAws }: Pick<Row, 'message' | 'hint' | 'byAws'>,
): void => {
  const [code = ''] = name.split(':');
  expect(problem).toMatchObject({
    code,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });
  expect(problem?.hint).toMatch(/\S\.$/);
  expect(problem?.hint).not.toMatch(/[{}\n]/);
  if (byAws !== false) expect(problem?.requestId).toMatch(/\S/);
};

describe('a row with a problem', () => {
  it.each(Object.entries(rows))('has its code, message and hint: %s', async (name, row) => {
    bench = await openConsole(simpleWorld(row.world));
    Object.assign(process.env, fewTries);
    const { stdout } = await bench.run([...(row.args ?? status), '-o', 'json', '--quiet']);
    const found = rowIn(JSON.parse(stdout) as Report, row.row);
    expectReason(found?.problem, name, row);
    expect(found?.verdict).toBe(row.verdict);
  });

  it.each([
    [
      'role-not-propagated',
      'ValidationException',
      'Nonexistent role or missing ssm service principal in trust policy: arn:aws:iam::100000000002:role/x',
      /dhmc resume/,
    ],
    [
      'concurrent-update',
      'TooManyUpdates',
      'There are concurrent updates for a resource that supports one update at a time.',
      /the other change has finished/,
    ],
  ])('reports %s when all tries are used up', async (name, code, message, hint) => {
    const { cloud } = await both(
      {
        behavior: {
          faults: [
            {
              service: 'ssm',
              operation: 'UpdateServiceSetting',
              kind: 'error',
              error: { code, message },
            },
          ],
        },
      },
      { purpose: { kind: 'enable', passRoles: [rolePath] } },
    );
    let time = Date.now();
    const clock: Clock = { now: () => time, sleep: (ms) => Promise.resolve(void (time += ms)) };
    const scope: Scope = {
      ...wholeOrganization,
      accounts: selecting({ accounts: ['100000000002'] }),
      regions: { regions: ['eu-west-1'], excludeRegions: [] },
    };
    const settings = settingsOf();
    const plan = await planRun({ cloud, clock, action: 'enable', scope, settings });
    const events: RunEvent[] = [];
    const record = (event: RunEvent) => Promise.resolve(void events.push(event));
    await applyPlan({
      cloud,
      clock,
      plan,
      run: runId,
      action: 'enable',
      settings,
      record,
    });
    const end = events.findLast((event) => event.type === 'target-ended');
    expectReason(end?.problem, name, { message: new RegExp(message.slice(0, 40)), hint });
    expect(end?.verdict).toBe('failed');
  });

  it('does not exist without credentials, which ends the command', async () => {
    bench = await openConsole(simpleWorld({ accounts: [web] }));
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      Reflect.deleteProperty(process.env, name);
    const { status: exit, stdout } = await bench.run([...status, '-o', 'json', '--quiet']);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'credentials-missing' } });
  });
});

/** A port that nothing listens on. */
const deafPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe('a network error', () => {
  const stopped = async (change: NodeJS.ProcessEnv) => {
    bench = await openConsole(simpleWorld());
    Object.assign(process.env, fewTries, change);
    const { status: ended, stdout } = await bench.run(['status', '-o', 'json', '--quiet']);
    expect(ended).toBe(1);
    return (JSON.parse(stdout) as { readonly error: Problem }).error;
  };
  it('reports a refused connection', async () => {
    const error = await stopped({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String(await deafPort())}`,
    });
    expect(error).toMatchObject({
      code: 'network',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
    expect(error.hint).toMatch(/firewall/);
  });
  it('reports an unknown host name', async () => {
    const error = await stopped({ AWS_ENDPOINT_URL: 'http://nobody.invalid' });
    expect(error.message).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(error.hint).toMatch(/DNS/);
  });
  it('reports a server without TLS', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const error = await stopped({
      AWS_ENDPOINT_URL: `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    });
    server.close();
    expect(error.code).toBe('network');
    expect(error.hint).toMatch(/AWS_CA_BUNDLE|certificate/);
  });
  it('reports a proxy that does not respond', async () => {
    const error = await stopped({
      HTTP_PROXY: `http://127.0.0.1:${String(await deafPort())}`,
      NO_PROXY: '',
      no_proxy: '',
      AWS_ENDPOINT_URL: 'http://aws.invalid',
    });
    expect(error.hint).toMatch(/HTTPS_PROXY/);
  });
});

describe('a reason with many targets', () => {
  it('is shown once in the table, with a count and the accounts, and in every row in JSON', async () => {
    bench = await openConsole(
      simpleWorld({ accounts: ['one', 'two', 'three'].map((name) => ({ name, roles: [] })) }),
    );
    const table = await bench.run([
      'status',
      '--ou',
      'r-test',
      '--exclude-account',
      managementAccount,
    ]);
    expect(table.stdout.match(/role-not-assumable/g)).toHaveLength(1);
    for (const name of ['one', 'two', 'three']) expect(table.stdout).toContain(name);
    const { stdout } = await bench.run([
      'status',
      '--ou',
      'r-test',
      '--exclude-account',
      managementAccount,
      '-o',
      'json',
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(report.targets).toHaveLength(9);
    expect(report.targets.every(({ problem }) => problem?.code === 'role-not-assumable')).toBe(
      true,
    );
  });
});
