/**
 * Files that were edited, truncated or reordered: dhmc reads them as far as they are valid or refuses them by name.
 * The program never fails with a defect, and never makes a wrong change.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { readConfig } from '../../src/cli/args/config/read.ts';
import { resolveOptions } from '../../src/cli/args/resolve.ts';
import { UsageError } from '../../src/core/model/errors.ts';
import { dhmcRoleName, dhmcValue, teamRole } from '../../src/sandbox/worlds/fixtures.ts';
import { startSandbox, type World } from '../../src/sandbox/index.ts';
import { defaultWorld } from '../../src/sandbox/worlds/default.ts';
import { parseWorld, printWorld, WorldError } from '../../src/sandbox/worlds/file.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import {
  counting,
  mutated,
  mutatedText,
  mutation,
  printCases,
  textMutation,
  type Mutation,
  type TextMutation,
} from '../support/mutations.ts';
import { accountId, managementAccount, setTo, simpleWorld } from '../support/simple-world.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

const teamValue = `platform/${teamRole.name}`;
const folder = mkdtempSync(join(tmpdir(), 'dhmc-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dataMutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
const textMutations = fc.array(textMutation, { minLength: 1, maxLength: 3 });
type Edit = { readonly data: readonly Mutation[] } | { readonly text: readonly TextMutation[] };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  dataMutations.map((data) => ({ data })),
  textMutations.map((text) => ({ text })),
);

/** The text after an edit: of its data if the edit is for JSON, otherwise of its characters. */
const edited = (text: string, how: Edit): string =>
  'data' in how
    ? (JSON.stringify(mutated(JSON.parse(text), how.data)) ?? '')
    : mutatedText(text, how.text);

describe('a configuration file', () => {
  const yaml = `# who and where
ou: [Workloads/Prod, "ou-test-12345678"]
account:
  - "012345678901"
  - shop
region: eu-west-1,us-east-1
role-name: OrganizationAccountAccessRole
session-tag: { team: platform, stage: prod }
concurrency: 32
permissions-boundary: arn:aws:iam::aws:policy/ReadOnlyAccess
waves: 1,10%,100%
quiet: true
`;
  const json = JSON.stringify({
    ou: ['Workloads/Prod'],
    account: ['012345678901'],
    concurrency: 8,
    'failure-tolerance': '5%',
    region: ['eu-west-1'],
    output: 'json',
  });
  const enable = commands.find(({ name }) => name === 'enable');
  it('gives options or a usage error that names the file', async () => {
    const cases = caseCount(500);
    const { outcomes, count } = counting();
    await fc.assert(
      fc.asyncProperty(edit, fc.boolean(), async (how, isYaml) => {
        const path = join(folder, isYaml ? 'dhmc.config.yaml' : 'dhmc.config.json');
        writeFileSync(
          path,
          isYaml
            ? 'data' in how
              ? edited(json, how)
              : mutatedText(yaml, how.text)
            : edited(json, how),
        );
        try {
          const file = await readConfig({ path: path, found: false });
          resolveOptions(
            enable?.options ?? [],
            new Map(),
            {},
            { commandLineScope: 'nothing', file },
          );
          count('taken');
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          expect(error.hint).not.toBe('');
          expect(error.message).not.toMatch(/\bundefined\b|\[object Object\]/);
          count('refused');
        }
      }),
      { numRuns: cases, ...caseSeed() },
    );
    printCases('configuration files', cases, outcomes);
  });
});

describe('a world file', () => {
  it('is served, or refused with the location of the error', async () => {
    const cases = caseCount(200);
    const { outcomes, count } = counting();
    const world = simpleWorld({
      accounts: [
        'one',
        {
          name: 'two',
          unit: 'A/B',
          settings: { 'eu-west-1': setTo('X') },
          instances: { 'eu-west-1': [{ id: 'i-1' }] },
        },
      ],
      behavior: { faults: [{ kind: 'reset', operation: 'X' }] },
    });
    const [json, yaml] = [JSON.stringify(world), await printWorld(defaultWorld())];
    await fc.assert(
      fc.asyncProperty(edit, async (how) => {
        let read: World;
        try {
          read =
            'data' in how
              ? await parseWorld(edited(json, how), 'world.json')
              : await parseWorld(mutatedText(yaml, how.text), 'world.yaml');
        } catch (error) {
          if (!(error instanceof WorldError)) throw error;
          expect(error.hint).not.toBe('');
          expect(error.message).toContain('world.');
          count('refused');
          return;
        }
        const sandbox = await startSandbox({ world: read });
        sandbox.snapshot();
        await sandbox.stop();
        count('served');
      }),
      { numRuns: cases, ...caseSeed() },
    );
    printCases('world files', cases, outcomes);
  });
});

describe('files of runs', () => {
  let bench: Console;
  let plan: string;
  let journal: string;
  const world = simpleWorld({
    accounts: [
      'one',
      { name: 'two', moreRoles: [teamRole], settings: { 'eu-west-1': setTo(teamValue) } },
    ],
    regions: ['eu-west-1', 'us-east-1'],
  });
  const members = ['--org', '--exclude-account', managementAccount];
  beforeAll(async () => {
    bench = await openConsole(world);
    const path = join(folder, 'plan.json');
    await bench.run([
      'enable',
      ...members,
      '--overwrite',
      '--dry-run',
      '--quiet',
      '--save-plan',
      path,
    ]);
    plan = readFileSync(path, 'utf8');
    await bench.run(['enable', '--account', accountId(1), '--yes', '--quiet']);
    const state = join(process.env['DHMC_STATE_DIR'] ?? '', 'o-testtest01');
    const file = readdirSync(state).find((name) => name.endsWith('.jsonl')) ?? '';
    journal = readFileSync(join(state, file), 'utf8');
    process.env['AWS_MAX_ATTEMPTS'] = '1';
  });
  afterAll(() => bench.stop());
  const essence = () =>
    bench.sandbox.snapshot().accounts.map(({ id, settings, roles }) => ({ id, settings, roles }));

  /** Edits of one line or of the order of lines. */
  const lines = fc.record({
    kind: fc.constantFrom('edit', 'edit', 'drop', 'twice', 'swap', 'cut'),
    at: fc.nat(),
    other: fc.nat(),
    how: edit,
  });
  const mixedUp = (
    text: string,
    edits: readonly (typeof lines extends fc.Arbitrary<infer T> ? T : never)[],
  ): string => {
    const all = text.split('\n').slice(0, -1);
    for (const { kind, at, other, how } of edits) {
      const [here, there] = [at % Math.max(1, all.length), other % Math.max(1, all.length)];
      const [line, that] = [all[here] ?? '{}', all[there] ?? '{}'];
      if (kind === 'drop') all.splice(here, 1);
      else if (kind === 'twice') all.splice(there, 0, line);
      else if (kind === 'cut') all.length = here;
      else if (kind === 'swap') [all[here], all[there]] = [that, line];
      else
        try {
          all[here] = edited(line, how);
        } catch {
          all[here] = 'text' in how ? mutatedText(line, how.text) : line;
        }
    }
    return all.map((line) => `${line}\n`).join('');
  };

  it('a damaged journal is shown as far as it can be read, and dry runs with it change nothing', async () => {
    const cases = caseCount(150);
    const { outcomes, count } = counting();
    const path = join(folder, 'run.jsonl');
    const unchanged = essence();
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { minLength: 1, maxLength: 3 }),
        fc.constantFrom('show', 'rollback', 'resume'),
        async (edits, what) => {
          writeFileSync(path, mixedUp(journal, edits));
          const args =
            what === 'show'
              ? ['runs', 'show', path]
              : what === 'rollback'
                ? ['disable', 'rollback', path, '--dry-run']
                : ['resume', path, '--dry-run'];
          const { status, stdout, stderr } = await bench.run([...args, '-o', 'json', '--quiet']);
          count(`${what} ${String(status)}`);
          expect([0, 1, 64]).toContain(status);
          expect(stderr).not.toMatch(
            /\n\s+at \S+ \(|(?<!received )\bundefined\b|\[object Object\]/,
          );
          expect(JSON.parse(stdout)).toHaveProperty('schema');
        },
      ),
      { numRuns: cases, ...caseSeed() },
    );
    expect(essence()).toEqual(unchanged);
    printCases('journals', cases, outcomes);
  });

  it.each([
    ['failureTolerance', 'attached'],
    ['waves', ['0x1']],
    ['concurrency', 0],
    ['homeRegion', 'evil.example/#'],
  ])(
    'a plan with settings that the command line would refuse is refused: %s',
    async (name, value) => {
      const path = join(folder, 'settings.json');
      const read = JSON.parse(plan) as { readonly settings: object };
      writeFileSync(
        path,
        JSON.stringify({ ...read, settings: { ...read.settings, [name]: value } }),
      );
      const { status, stderr } = await bench.run(['apply', path, '--yes', '--quiet']);
      expect(status).toBe(64);
      expect(stderr).toContain(name);
    },
  );

  it('a plan is applied if a planner could have made it, and refused otherwise', async () => {
    const cases = caseCount(150);
    const { outcomes, count } = counting();
    const path = join(folder, 'edited.json');
    const allowed = new Set([null, dhmcValue, teamValue]);
    await fc.assert(
      fc.asyncProperty(edit, async (how) => {
        writeFileSync(path, edited(plan, how));
        for (const account of [accountId(1), accountId(2)]) {
          bench.sandbox.removeRole(account, dhmcRoleName);
          for (const region of ['eu-west-1', 'us-east-1'])
            bench.sandbox.setSetting(
              account,
              region,
              account === accountId(2) && region === 'eu-west-1' ? setTo(teamValue) : setTo(null),
            );
        }
        const before = essence();
        const { status, stdout, stderr } = await bench.run([
          'apply',
          path,
          '--yes',
          '-o',
          'json',
          '--quiet',
        ]);
        count(`status ${String(status)}`);
        expect([0, 1, 64]).toContain(status);
        expect(stderr).not.toMatch(/\n\s+at \S+ \(|(?<!received )\bundefined\b|\[object Object\]/);
        expect(JSON.parse(stdout)).toHaveProperty('schema');
        if (status === 64) expect(essence()).toEqual(before);
        for (const { settings } of essence())
          for (const { value } of Object.values(settings ?? {})) expect(allowed).toContain(value);
      }),
      { numRuns: cases, ...caseSeed() },
    );
    printCases('plans', cases, outcomes);
  });
});
