/**
 * Proves that `dhmc policy caller --stackset` is minimal: with exactly it the commands work; without any one
 * statement they name the missing action.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/model/model.ts';
import type { PolicyDocument, PolicyStatement, Role, World } from '../../../src/sandbox/world.ts';
import { dhmcRole, dhmcValue } from '../../../src/sandbox/worlds/fixtures.ts';
import { openConsole, runInProcess, type Console } from '../../support/in-process.ts';
import { accountId, managementAccount, simpleWorld } from '../../support/simple-world.ts';

const delegate = accountId(2);
const pilot = accountId(3);
const statementsOf = ({ Statement }: PolicyDocument): readonly PolicyStatement[] =>
  'Effect' in Statement ? [Statement] : Statement;

async function printed(...args: readonly string[]): Promise<PolicyDocument> {
  const { stdout } = await runInProcess(['policy', ...args, '--role-name', 'Entry']);
  return JSON.parse(stdout) as PolicyDocument;
}

/** A world whose caller in `account` has only the printed policy, without one statement. */
async function worldOf(
  account: string,
  without: string | null,
  more: readonly string[] = ['--stackset'],
): Promise<World> {
  const whole = await printed('caller', ...more);
  const caller = {
    ...whole,
    Statement: statementsOf(whole).filter(({ Sid }) => Sid !== without),
  };
  const trusted = (AWS: string): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' }],
  });
  const runner: Role = { name: 'Runner', trust: trusted('*'), inlinePolicies: { dhmc: caller } };
  const entry: Role = {
    name: 'Entry',
    trust: trusted(`arn:aws:iam::${account}:root`),
    inlinePolicies: { dhmc: await printed('member') },
  };
  return simpleWorld({
    accounts: ['One', 'Two', 'Pilot'].map((name) => ({
      name,
      roles: name === 'Two' ? [entry, runner] : [entry],
    })),
    management: { roles: [runner] },
    organization: { delegatedAdministrators: [delegate] },
    behavior: { stackMs: 1 },
    callers: [
      {
        accessKeyId: 'ASIAPOLICYTEST000001',
        secretAccessKey: 'policy/test/opens/nothing/0000000000001',
        sessionToken: 'policy-test-session',
        identity: { kind: 'assumed-role', account, role: 'Runner', session: 'ci' },
      },
    ],
  });
}

let open: Console | null = null;
afterEach(async () => {
  await open?.stop();
  open = null;
});
const jobs = [
  ['deploy', '--org', '--pilot', pilot, '--yes'],
  ['status', '--drift'],
  ['remove', '--yes'],
];
const run = async (account: string, without: string | null): Promise<readonly string[]> => {
  const on = (open = await openConsole(await worldOf(account, without)));
  const outputs: string[] = [];
  for (const job of jobs) {
    const { status, stdout, stderr } = await on.run(['stackset', ...job, '--role-name', 'Entry']);
    outputs.push(`${String(status)} ${stdout}${stderr}`);
  }
  return outputs;
};

describe('the printed policy for dhmc stackset', () => {
  it.each([
    ['the management account', managementAccount],
    ['a delegated administrator', delegate],
  ])('is enough for %s', async (_, account) => {
    expect((await run(account, null)).map((output) => output.slice(0, 1))).toEqual(['0', '0', '0']);
  });

  it.each([
    ['ListStackSets', managementAccount, /DescribeOrganizationsAccess/],
    ['ReadStackSets', managementAccount, /cloudformation:(Describe|List)StackSet/],
    ['CreateStackSets', managementAccount, /cloudformation:CreateStackSet/],
    ['ChangeStackSets', managementAccount, /cloudformation:CreateStackInstances/],
    ['ActAsDelegatedAdministrator', delegate, /ListDelegatedAdministrators/],
  ])(
    'needs each statement: without %s the command names the missing action',
    async (sid, account, message) => {
      const [deployed = ''] = await run(account, sid);
      expect(deployed).toMatch(/^1 /);
      expect(deployed).toMatch(message);
    },
  );
});

it('status does not need the policy: owners are then probable, without a message', async () => {
  const world = await worldOf(managementAccount, null, []);
  const roles = [{ ...dhmcRole, tags: { 'dhmc:managed-by': 'stackset' } }];
  const modifiedBy = `arn:aws:sts::${pilot}:assumed-role/stacksets-exec-0a/AWSCloudFormation`;
  const set = { value: dhmcValue, modifiedBy, modifiedAt: '2026-01-01T00:00:00.000Z' };
  const accounts = world.accounts.map((account) =>
    account.id === pilot
      ? { ...account, roles: [...(account.roles ?? []), ...roles], settings: { 'us-east-1': set } }
      : account,
  );
  const on = (open = await openConsole({ ...world, accounts }));
  const args = ['status', '--account', pilot, '--role-name', 'Entry', '-o', 'json'];
  const { status, stdout, stderr } = await on.run(args);
  const { targets } = JSON.parse(stdout) as Report;
  expect(status).toBe(0);
  expect(stderr).not.toContain('stack sets');
  expect(targets.find(({ region }) => region === 'us-east-1')?.owner).toMatchObject({
    kind: 'stackset',
    evidence: 'tag',
  });
});
