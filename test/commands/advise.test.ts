/** `dhmc advise` against the sandbox's fleet: the advice for each role, in every format. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdviceReport, RoleAdvice } from '../../src/core/advice/model.ts';
import { dhmcRole, dhmcValue } from '../../src/sandbox/worlds/fixtures.ts';
import { instanceRole } from '../support/fleet-world.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { accountId, setTo, simpleWorld } from '../support/simple-world.ts';

type Report = AdviceReport & { readonly roles: readonly RoleAdvice[] };

const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
const core = aws('AmazonSSMManagedInstanceCore');
const allow = (...Action: readonly string[]) => ({
  Version: '2012-10-17' as const,
  Statement: [{ Effect: 'Allow' as const, Action, Resource: '*' }],
});

const roles = [
  dhmcRole,
  instanceRole('Agent', { attachedPolicies: [aws('AmazonSSMManagedEC2InstanceDefaultPolicy')] }),
  instanceRole('App', {
    attachedPolicies: [core],
    tags: { 'aws:cloudformation:stack-name': 'web' },
  }),
  instanceRole('Legacy', { attachedPolicies: [aws('service-role/AmazonEC2RoleforSSM')] }),
  instanceRole('Two', { attachedPolicies: [core], instanceProfiles: ['Two', 'TwoMore'] }),
  instanceRole('Wide', { inlinePolicies: { wide: allow('ssm:*') } }),
  instanceRole('Idle', { attachedPolicies: [core] }),
  instanceRole('Files', { inlinePolicies: { files: allow('s3:*') } }),
  instanceRole('Reader', { inlinePolicies: { read: allow('ssm:GetParameter') } }),
  instanceRole('AmazonSSMRoleForInstancesQuickSetup', { attachedPolicies: [core] }),
];
const hostile = '=cmd|<script>alert(1)</script>\u001b[2J';
const account = accountId(1);
const world = simpleWorld({
  accounts: [
    {
      name: hostile,
      moreRoles: roles.filter(({ name }) => !name.includes('QuickSetup')),
      settings: { 'eu-west-1': setTo(dhmcValue) },
      fleet: {
        'eu-west-1': [
          { id: 'i-0aaaaaaaaaaaaaaa1' },
          { id: 'i-0aaaaaaaaaaaaaaa2', profile: 'Agent' },
          { id: 'i-0aaaaaaaaaaaaaaa3', profile: 'App' },
          { id: 'i-0aaaaaaaaaaaaaaa4', profile: 'Legacy', agent: { version: '3.2.1000.0' } },
          { id: 'i-0aaaaaaaaaaaaaaa5', profile: 'Two' },
          { id: 'i-0aaaaaaaaaaaaaaa6', profile: 'Wide' },
          { id: 'i-0aaaaaaaaaaaaaaa7', profile: 'Files' },
          { id: 'i-0aaaaaaaaaaaaaaa8', profile: 'Reader' },
        ],
        'us-east-1': [{ id: 'i-0bbbbbbbbbbbbbbb1', profile: 'TwoMore' }],
      },
    },
    {
      name: 'quick',
      moreRoles: roles.filter(
        ({ name }) => ['Agent', dhmcRole.name].includes(name) || name.includes('QuickSetup'),
      ),
      settings: { 'eu-west-1': setTo(dhmcValue) },
      fleet: {
        'eu-west-1': [
          {},
          { profile: 'Agent' },
          { profile: 'AmazonSSMRoleForInstancesQuickSetup', name: 'quick' },
        ],
      },
    },
  ],
});

let console: Console;
let folder: string;
const report = async (...more: readonly string[]): Promise<Report> => {
  const ran = await console.run(['advise', '-o', 'json', ...more]);
  if (ran.stdout === '') throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Report;
};
const verdictsOf = ({ roles: found }: Report) =>
  Object.fromEntries(
    found
      .filter((role) => role.account === account)
      .map(({ name, verdict, blockers }) => [
        name,
        [verdict, ...blockers.map((one) => one.reason)],
      ]),
  );

describe('dhmc advise', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dhmc-advise-test-'));
    console = await openConsole(world);
  });
  afterAll(async () => {
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reports for each role its verdict and its blockers', async () => {
    const found = await report();
    expect(verdictsOf(found)).toEqual({
      Agent: ['safe'],
      App: ['not-yet', 'agent-rights'],
      Legacy: ['not-yet', 'agent-rights'],
      Two: ['not-yet', 'setting-unset', 'agent-rights'],
      Wide: ['not-yet', 'other-policy', 'agent-rights'],
      Idle: ['not-yet', 'no-instances'],
      Reader: ['keep', 'no-agent-rights'],
    });
    expect(found.summary).toMatchObject({ roles: 9, verdicts: { safe: 1, keep: 2, likely: 1 } });
    const two = found.roles.find(({ name }) => name === 'Two');
    expect(two).toMatchObject({
      profiles: ['Two', 'TwoMore'],
      instances: { running: 2, stopped: 0 },
      gapMinutes: 60,
    });
    expect(two?.blockers[0]).toMatchObject({
      region: 'us-east-1',
      instances: ['i-0bbbbbbbbbbbbbbb1'],
    });
    expect(found.dhmcRoles).toHaveLength(2);
    expect(found.dhmcRoles[0]).toMatchObject({ account, missing: [], beyond: [] });
  });

  it("keeps Quick Setup's own role, and is at most likely in an account with Quick Setup", async () => {
    const found = await report('--account', accountId(2));
    expect(found.roles.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['Agent', 'likely'],
      ['AmazonSSMRoleForInstancesQuickSetup', 'keep'],
    ]);
  });

  it('matches the published schema', async () => {
    const ajv = new Ajv({ strict: true, strictTypes: false, allowUnionTypes: true });
    formats.default(ajv);
    const schema: unknown = JSON.parse(readFileSync('schemas/advice.schema.json', 'utf8'));
    const isAdvice = ajv.compile(schema as object);
    isAdvice(await report());
    expect(isAdvice.errors).toBeNull();
  });

  it('accepts the rights that the user vouches for', async () => {
    const flag = [
      '--application-only',
      'ssm:GetParameter*,s3:*,logs:*',
      '--application-only',
      'ds:*',
    ];
    const verdicts = verdictsOf(await report(...flag));
    expect(verdicts).toMatchObject({ App: ['safe'], Legacy: ['not-yet', 'agent-rights'] });
    const all = verdictsOf(await report(...flag, '--application-only', 'CloudWatch:Put*'));
    expect(all).toMatchObject({ Legacy: ['safe'], Two: ['not-yet', 'setting-unset'] });
  });

  it('reads every region, and shows the roles of the named regions', async () => {
    const found = await report('--region', 'us-east-1');
    expect(Object.keys(verdictsOf(found))).toEqual(['Two']);
    expect(found.roles[0]?.instances.running).toBe(2);
    const others = verdictsOf(await report('--exclude-region', 'us-east-1'));
    expect(Object.keys(others)).toContain('Idle');
    expect(others['Two']?.[1]).toBe('setting-unset');
  });

  it('shows all details of a named role', async () => {
    const ran = await console.run(['advise', '--instance-role', 'agent']);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('DetachRolePolicy');
    expect(ran.stdout).toContain('"Effect": "Deny"');
    expect(Object.keys(verdictsOf(await report('--instance-role', 'Idle,App')))).toEqual([
      'App',
      'Idle',
    ]);
    const none = await console.run(['advise', '--instance-role', 'Nobody', '-o', 'json']);
    expect(none.status).toBe(64);
    expect(JSON.parse(none.stdout)).toMatchObject({
      schema: 'dhmc.error/v1',
      action: 'advise',
      error: { code: 'usage' },
    });
    expect((await report('--instance-role', 'Files')).roles).toEqual([]);
  });

  it.each([
    ['--application-only', 'GetParameter'],
    ['--application-only', 's3:'],
    ['--application-only', 's3:Get Object'],
    ['--application-only', 's3:GetObject;logs:*'],
    ['--instance-role', 'path/App'],
    ['--instance-role', 'no such role'],
    ['--instance-role', 'arn:aws:iam::111111111111:role/App'],
    ['--only', 'changes'],
    ['--since', '/nowhere.json'],
    ['--emit', 'package.json'],
  ])('refuses %s %s', async (...given) => {
    const ran = await console.run(['advise', ...given]);
    expect(ran.status).toBe(64);
    expect(ran.stderr).toContain(given[0]);
    expect(ran.stdout).toBe('');
  });

  it('exits with 2 if --check finds a safe role', async () => {
    expect((await console.run(['advise'])).status).toBe(0);
    expect((await console.run(['advise', '--check'])).status).toBe(2);
    expect((await console.run(['advise', '--check', '--account', accountId(2)])).status).toBe(0);
    expect((await console.run(['advise', '--check', '--instance-role', 'App'])).status).toBe(0);
  });

  it('writes the documents that replace removed rights', async () => {
    const out = join(folder, 'policies');
    const ran = await console.run(['advise', '--emit', out]);
    expect(ran.status).toBe(0);
    const documentOf = (...path: readonly string[]): unknown =>
      JSON.parse(readFileSync(join(out, ...path), 'utf8'));
    expect(documentOf(account, 'App', 'AmazonSSMManagedInstanceCore.json')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['ssm:GetParameter', 'ssm:GetParameters'],
          Resource: 'arn:aws:ssm:*:*:parameter/*',
        },
      ],
    });
    const legacy = documentOf(account, 'Legacy', 'AmazonEC2RoleforSSM.json') as {
      readonly Statement: readonly { readonly Action: readonly string[] }[];
    };
    expect(legacy.Statement.flatMap(({ Action }) => Action)).toHaveLength(18);
    expect(readFileSync(join(out, account, 'App', 'NOTE.txt'), 'utf8')).toContain(
      'the CloudFormation stack web',
    );
    expect(existsSync(join(out, accountId(2), 'AmazonSSMRoleForInstancesQuickSetup'))).toBe(false);
    expect(existsSync(join(out, account, 'Agent'))).toBe(false);
  });

  it('writes every role in every format, with untrusted text escaped', async () => {
    const names = ['a.csv', 'a.ndjson', 'a.md', 'a.xml', 'a.html', 'a.txt', 'a.json'];
    const files = names.map((name) => join(folder, name));
    const ran = await console.run([
      'advise',
      '--instances',
      'all',
      ...files.flatMap((file) => ['--report-file', file]),
    ]);
    expect(ran.status).toBe(0);
    const texts = files.map((file) => readFileSync(file, 'utf8'));
    for (const text of [...texts, ran.stdout]) {
      for (const name of ['Agent', 'App', 'Legacy', 'Wide', 'Idle', 'Reader'])
        expect(text).toContain(name);
      expect(text).not.toContain('\u001b[2J');
    }
    const [csv = '', ndjson = '', markdown = '', junit = '', html = ''] = texts;
    for (const text of [markdown, junit, html]) expect(text).not.toContain('<script');
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('id="term-agent-rights"');
    expect(html).toContain('<a href="#coverage-setting-unset">i-0bbbbbbbbbbbbbbb1</a>');
    for (const [, id = ''] of html.matchAll(/href="#([^"]+)"/g))
      expect(html).toContain(`id="${id}"`);
    expect(csv.split('\r\n')[0]).toContain('"verdict","gapMinutes","rights.remove"');
    const last = JSON.parse(ndjson.trim().split('\n').at(-1) ?? '') as object;
    expect(Object.keys(last)).toEqual([
      'schema',
      'summary',
      'changes',
      'accounts',
      'unread',
      'dhmcRoles',
    ]);
    expect(junit.split('<failure').length - 1).toBe(1);
    for (const part of ['Why it is safe', 'How to undo it', 'What to do', 'What stays'])
      expect(markdown).toContain(part);
    // Only a list of actions, which is there to be copied, may exceed the width.
    const folded = ran.stdout.split('\n').filter((line) => line.trim().includes(' '));
    expect(Math.max(...folded.map((line) => [...line].length))).toBeLessThanOrEqual(120);
  });

  it('compares with an earlier report', async () => {
    const file = join(folder, 'before.json');
    await console.run(['advise', '--report-file', file]);
    const found = (await report(
      '--since',
      file,
      '--only',
      'changes',
      '--application-only',
      'ssm:GetParameter*',
    )) as Report & { readonly changes: unknown };
    expect(found.changes).toEqual({
      changed: [{ account, name: 'App', from: 'not-yet', to: 'safe' }],
      new: [],
      gone: [],
    });
    expect(found.roles.map(({ name }) => name)).toEqual(['App']);
    writeFileSync(file, '{"schema":"dhmc.coverage/v1","roles":[]}');
    expect((await console.run(['advise', '--since', file])).status).toBe(64);
  });

  it('reports a named region that is not enabled, and warns of a vouched action without effect', async () => {
    const found = await report('--region', 'ap-east-1');
    expect(found.roles).toEqual([]);
    expect(found.unread.map(({ problem }) => problem.code)).toContain('region-not-enabled');
    const ran = await console.run(['advise', '--application-only', 'dynamodb:GetItem']);
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain('"dynamodb:GetItem" names no right');
  });

  it('makes as many calls as coverage', async () => {
    const coverage = JSON.parse((await console.run(['coverage', '-o', 'json'])).stdout) as Report;
    expect((await report()).summary.calls).toBe(coverage.summary.calls);
  });
});

describe('dhmc advise, with a denied action', () => {
  const denying = (action: string, more: object = {}) =>
    simpleWorld({
      accounts: [
        {
          name: 'web',
          unit: 'Denied',
          moreRoles: roles.filter(({ name }) => ['Agent', 'Idle', dhmcRole.name].includes(name)),
          settings: { 'eu-west-1': setTo(dhmcValue) },
          fleet: { 'eu-west-1': [{}, { profile: 'Agent' }] },
          ...more,
        },
      ],
      scps: {
        No: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }],
        },
      },
      unitScps: { Denied: ['No'] },
    });
  it.each([
    ['iam:GetAccountAuthorizationDetails', ['likely', 'quick-setup'], 1],
    ['account:ListRegions', ['not-yet', 'regions-unproven'], 1],
    ['ec2:DescribeInstances', null, 1],
    ['ssm:DescribeInstanceInformation', ['not-yet', 'unreadable'], 1],
    ['ssm:GetServiceSetting', ['not-yet', 'unreadable'], 1],
  ])('calls no role safe without %s', async (action, expected, status) => {
    const other = await openConsole(denying(action));
    try {
      const ran = await other.run(['advise', '-o', 'json', '--account', account]);
      const found = JSON.parse(ran.stdout) as Report;
      const agent = found.roles.find(({ name }) => name === 'Agent');
      expect([ran.status, found.roles.some(({ verdict }) => verdict === 'safe')]).toEqual([
        status,
        false,
      ]);
      if (expected !== null) expect([agent?.verdict, agent?.blockers[0]?.reason]).toEqual(expected);
      expect(agent === undefined || agent.verdict !== 'safe').toBe(true);
    } finally {
      await other.stop();
    }
  });
});
