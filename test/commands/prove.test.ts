/** Tries one cell and restores it, and names what the sandbox does differently from what dhmc expects of AWS. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { Proof } from '../../src/core/proof/proof.ts';
import { behaviorLike } from '../../src/sandbox/like.ts';
import type { Behavior } from '../../src/sandbox/index.ts';
import { start, type Bench } from '../support/built-program.ts';
import { openBenchInProcess, runInProcess } from '../support/in-process.ts';
import { accountId, setTo, simpleWorld } from '../support/simple-world.ts';
import { settled } from '../crash/world.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.stop();
  bench = null;
});

const one = accountId(1);
const cell = ['--account', 'one', '--region', 'eu-west-1'] as const;
const open = async (behavior: Behavior = {}): Promise<Bench> =>
  (bench = await openBenchInProcess(
    simpleWorld({
      accounts: [{ name: 'one', settings: { 'us-east-1': setTo('other-role') } }],
      behavior,
    }),
  ));
const proved = async (on: Bench, ...more: readonly string[]) => {
  const { status, stdout, stderr } = await on.run('prove', ...cell, '--yes', '-o', 'json', ...more);
  return { status, stderr, proof: JSON.parse(stdout) as Proof };
};
const differing = ({ facts }: Proof): readonly string[] =>
  facts.flatMap(({ id, agrees }) => (agrees === false ? [id] : []));

const validProof = new Ajv({ strict: false, validateFormats: false }).compile(
  JSON.parse(
    readFileSync(join(import.meta.dirname, '../../schemas/proof.schema.json'), 'utf8'),
  ) as object,
);

describe('dhmc prove', () => {
  it('agrees with the sandbox and leaves the world unchanged', async () => {
    const on = await open();
    const before = settled(on.sandbox.snapshot());
    const { status, proof } = await proved(on);
    expect(differing(proof)).toEqual([]);
    expect(proof.facts.filter(({ observed }) => observed === null).map(({ id }) => id)).toEqual([
      'retry-after',
    ]);
    expect(validProof(proof), JSON.stringify(validProof.errors)).toBe(true);
    expect(proof).toMatchObject({ schema: 'dhmc.proof/v1', restored: true, problem: null });
    expect(status).toBe(0);
    expect(settled(on.sandbox.snapshot())).toBe(before);
    const { status: nothing, stderr } = await on.run('disable', 'rollback', '--yes');
    expect(nothing, stderr).toBe(64);
  });

  it('starts with the caller, the organization and the scope', async () => {
    const on = await open();
    const { stderr } = await on.run('prove', ...cell, '--dry-run');
    expect(stderr.replaceAll(/ +/g, ' ')).toMatch(
      /^Caller: arn:.*\nOrganization: .*\nEndpoint: .*\nScope: account one; regions eu-west-1 \(from the command line\)\nSession: [^]*\nNothing was changed/,
    );
  });

  it.each([
    ['a region of another partition', ['--account', 'one', '--region', 'cn-north-1'], 64],
    ['a cell that is already set', ['--account', 'one', '--region', 'us-east-1'], 64],
    ['no region', ['--account', 'one'], 64],
    ['two regions', ['--account', 'one', '--region', 'eu-west-1,us-west-2'], 64],
    ['no account', ['--region', 'eu-west-1'], 64],
  ])('refuses %s and touches nothing', async (_, args, expected) => {
    const on = await open();
    const before = settled(on.sandbox.snapshot());
    expect((await on.run('prove', ...args, '--yes')).status).toBe(expected);
    expect(settled(on.sandbox.snapshot())).toBe(before);
    expect(on.sandbox.requests().byOperation['iam:CreateRole']).toBeUndefined();
  });

  it('changes nothing with --dry-run, and asks without --yes', async () => {
    const on = await open();
    const dry = await on.run('prove', ...cell, '--dry-run');
    expect(dry.status).toBe(0);
    expect(dry.stdout).toMatch(/^Proof in one \(\d{12}\), eu-west-1:\n/);
    expect(dry.stdout).toContain('dhmc-proof/DhmcProof-');
    const narrow = await start(['prove', ...cell, '--dry-run'], { ...on.env, COLUMNS: '60' }).ended;
    expect(Math.max(...narrow.stdout.split('\n').map((line) => line.length))).toBeLessThan(60);
    expect((await on.run('prove', ...cell)).status).toBe(64);
    const declined = await runInProcess(['prove', ...cell, '-o', 'json'], ['n']);
    expect(declined.status).toBe(1);
    expect(declined.stderr).toContain('Canceled; nothing was changed.');
    expect(JSON.parse(declined.stdout)).toMatchObject({ schema: 'dhmc.error/v1', action: 'prove' });
    expect(on.sandbox.requests().byOperation['iam:CreateRole']).toBeUndefined();
  });

  it('reports in a dry run what it would do, in every format and in files', async () => {
    const on = await open();
    const file = join(on.folder, 'dry.md');
    const dry = ['prove', ...cell, '--dry-run', '--report-file', file, '-o'];
    const { status, stdout } = await on.run(...dry, 'json');
    const proof = JSON.parse(stdout) as Proof;
    expect(validProof(proof), JSON.stringify(validProof.errors)).toBe(true);
    expect(status).toBe(0);
    expect(proof).toMatchObject({
      ...{ dryRun: true, run: null, account: one, region: 'eu-west-1' },
      ...{ restored: true, problem: null },
    });
    expect(proof.plan.join(' ')).toContain(`Create the role ${proof.role}`);
    expect(proof.facts.length).toBeGreaterThan(15);
    expect(
      proof.facts.filter(({ observed, agrees }) => observed !== null || agrees !== null),
    ).toEqual([]);
    expect(behaviorLike(proof)).toEqual({});
    expect(readFileSync(file, 'utf8')).toMatch(/^# What dhmc would try\n\n1\. Read the setting/);
    expect((await on.run(...dry, 'csv')).stdout).toMatch(/^id,expected,observed,agrees,note\r\n/);
    const { stdout: hidden } = await on.run(...dry, 'json', '--anonymous');
    for (const secret of [one, '"one"', 'arn:']) expect(hidden).not.toContain(secret);
  });

  const knobs: readonly (readonly [Behavior, string])[] = [
    [{ defaultValue: 'absent' }, 'default-value'],
    [{ defaultStatus: 'Customized' }, 'default-status'],
    [{ defaultWriter: 'absent' }, 'default-writer'],
    [{ setStatus: 'Custom' }, 'set-status'],
    [{ modifiedUser: 'System' }, 'writer'],
    [{ modifiedUser: 'absent' }, 'writer'],
    [{ storedValue: 'bare-name' }, 'value-kept'],
    [{ missingRole: 'other' }, 'missing-role'],
    [{ missingRole: 'none' }, 'missing-role'],
    [{ untrustingRole: 'other' }, 'untrusting-role'],
    [{ untrustingRole: 'none' }, 'untrusting-role'],
    [{ settingIdAsArn: 'refused' }, 'id-as-arn'],
    [{ equalWrite: 'keeps' }, 'equal-write'],
    [{ resetAnswer: 'before' }, 'reset-answer'],
    [{ deleteNamedRole: 'refused' }, 'named-role-deleted'],
    [{ denialText: 'terse' }, 'denial-text'],
    [{ dateHeader: false }, 'clock'],
  ];

  it.each(knobs)(
    'with %j finds exactly %s, and gives the sandbox that behavior',
    async (behavior, id) => {
      const on = await open(behavior);
      const before = settled(on.sandbox.snapshot());
      const { status, proof } = await proved(on);
      expect(differing(proof)).toEqual([id]);
      expect(status).toBe(2);
      expect(settled(on.sandbox.snapshot())).toBe(before);
      expect(behaviorLike(proof)).toMatchObject(behavior);
    },
  );

  it('measures delays and concurrent updates without expecting anything', async () => {
    const on = await open({
      iamPropagationMs: 2_500,
      settingReadLagMs: 600,
      tooManyUpdatesMs: 300,
      tooManyUpdatesStatus: 429,
    });
    const before = settled(on.sandbox.snapshot());
    const { status, proof } = await proved(on);
    expect(differing(proof)).toEqual([]);
    expect(status).toBe(0);
    on.sandbox.advance(10_000);
    expect(settled(on.sandbox.snapshot())).toBe(before);
    expect(proof.timings.acceptedAfterTries).toBeGreaterThan(1);
    expect(behaviorLike(proof)).toMatchObject({ tooManyUpdatesStatus: 429 });
    expect(behaviorLike(proof).iamPropagationMs).toBeGreaterThan(1_000);
    expect(behaviorLike(proof).settingReadLagMs).toBeGreaterThan(400);
  });

  it('leaves organization, account, role and ARNs out with --anonymous', async () => {
    const on = await open();
    const { stdout } = await on.run('prove', ...cell, '--yes', '-o', 'json', '--anonymous');
    const { organization } = on.sandbox.snapshot();
    for (const secret of [
      one,
      organization?.id ?? '?',
      'OrganizationAccountAccessRole',
      '"one"',
      'arn:',
    ])
      expect(stdout).not.toContain(secret);
    expect((JSON.parse(stdout) as Proof).facts.length).toBeGreaterThan(15);
  });

  it('writes the same facts as a table, Markdown and CSV, and refuses other formats', async () => {
    const on = await open({ missingRole: 'other' });
    const file = (name: string): string => join(on.folder, name);
    const { stdout } = await on.run(
      'prove',
      ...cell,
      '--yes',
      '--report-file',
      file('p.md'),
      '--report-file',
      file('p.csv'),
    );
    expect(stdout).toMatch(/DIFFERS +missing-role/);
    expect(readFileSync(file('p.md'), 'utf8')).toMatch(
      /missing-role.*differs|differs.*missing-role/i,
    );
    expect(readFileSync(file('p.csv'), 'utf8')).toMatch(/missing-role/);
    expect((await on.run('prove', ...cell, '--yes', '-o', 'junit')).status).toBe(64);
    expect((await on.run('prove', ...cell, '--yes', '--report-file', file('p.html'))).status).toBe(
      64,
    );
  });

  it('creates a run that is listed but cannot be resumed', async () => {
    const on = await open();
    const { proof } = await proved(on);
    const { status, stderr } = await on.run('resume', proof.run ?? '', '--yes');
    expect(status).toBe(64);
    expect(stderr).toContain('is a proof');
    expect((await on.run('runs')).stdout).toContain('prove');
    expect((await on.run('runs', 'show', proof.run ?? '', '-o', 'json')).stdout).toContain(
      '"action": "prove"',
    );
  });
});

describe('dhmc sandbox --like', () => {
  it.each([
    ['a file that is not a proof', '{"schema":"dhmc.report/v1"}', 'dhmc.proof/v1'],
    ['the proof of a dry run', '{"schema":"dhmc.proof/v1","dryRun":true}', 'dry run'],
  ])('refuses %s', async (_, text, why) => {
    const on = await open();
    const file = join(on.folder, 'not.json');
    writeFileSync(file, text);
    const { status, stderr } = await on.run('sandbox', '--like', file, '--print-world');
    expect(status).toBe(64);
    expect(stderr).toContain(why);
  });
});
