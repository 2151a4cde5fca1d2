/** Random command lines: each gets a report, a help text or a usage error, never a defect or a stack trace. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { optionNames, specOf, type OptionName } from '../../src/cli/args/options.ts';
import { asksForJson } from '../../src/cli/args/raw.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { counting, printCases } from '../support/mutations.ts';
import { accountId, managementAccount, simpleWorld } from '../support/simple-world.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

let bench: Console;
const folder = mkdtempSync(join(tmpdir(), 'dhmc-argv-'));
const before = process.cwd();
beforeAll(async () => {
  bench = await openConsole(
    simpleWorld({
      accounts: ['one', { name: 'two', unit: 'Workloads/Prod', tags: { stage: 'prod' } }],
    }),
  );
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await bench.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Without `sandbox` and `demo`, which start long-running processes, and `complete`, which serves shells. */
const specs = commands
  .filter(({ name }) => !['sandbox', 'demo', 'complete'].includes(name))
  .flatMap(({ name, options, subcommands = [] }) => [
    {
      words: [name],
      options,
      operand: name === 'apply' ? ['plan.json'] : name === 'completion' ? ['zsh'] : [],
    },
    ...subcommands.map((sub) => ({ words: [name, sub.name], options: sub.options, operand: [] })),
  ]);

/** Contains no path that leads out of the folder. */
const oddText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '',
      '-',
      '--',
      '=',
      ',',
      'json',
      '0',
      '-1',
      '1e9',
      '100%',
      'NaN',
      '\u001b[31m',
      '__proto__',
      'x'.repeat(3000),
    ),
  )
  .map((text) =>
    text
      .replaceAll('..', '')
      .replace(/^[/~\\]+/, '')
      .replaceAll('\u0000', ''),
  );
const goodText = fc.constantFrom(
  ...[
    accountId(1),
    accountId(2),
    managementAccount,
    'one',
    'Workloads',
    'Workloads/Prod',
    'r-test',
    'stage=prod',
    'a=b,c=d',
    'eu-west-1',
    'us-east-1,eu-west-1',
    'cn-north-1',
  ],
  ...[
    'report.json',
    'report.csv',
    'plan.json',
    'state',
    'json',
    'table',
    'csv',
    'html',
    'markdown',
    'junit',
    '5',
    '900',
    '10%',
    '1,100%',
    'foreign',
    'broken',
    'path/Role',
    'OrganizationAccountAccessRole',
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
  ],
);
const value = fc.oneof({ weight: 3, arbitrary: goodText }, { weight: 1, arbitrary: oddText });

/** Fitting values by option; options not listed take any of `goodText`. */
const fitting: Partial<Record<OptionName, readonly string[]>> = {
  ou: ['Workloads', 'Workloads/Prod', 'r-test'],
  account: [accountId(1), accountId(2), managementAccount, 'one', 'one,two'],
  'exclude-ou': ['Workloads', 'Workloads/Prod'],
  'exclude-account': [accountId(2), managementAccount, 'two'],
  tag: ['stage=prod'],
  region: ['eu-west-1', 'us-east-1,eu-west-1', 'eu-south-1', 'cn-north-1'],
  'exclude-region': ['us-east-1', 'eu-north-1'],
  'home-region': ['us-east-1', 'eu-west-1'],
  'role-name': [
    'OrganizationAccountAccessRole',
    'Nobody,OrganizationAccountAccessRole',
    'ops/Nobody',
  ],
  'external-id': ['some-external-id'],
  'session-tag': ['team=platform', 'a=b,c=d'],
  'session-duration': ['900', '3600', '43200'],
  concurrency: ['1', '8', '64'],
  'failure-tolerance': ['0', '10%', '5'],
  waves: ['1,100%', '1,10%,100%', '100%'],
  overwrite: ['foreign', 'quick-setup,broken'],
  'dhmc-role': ['OtherRole', 'path/OtherRole'],
  'permissions-boundary': ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'Missing'],
  'role-tag': ['team=platform'],
  output: ['table', 'json', 'csv', 'html', 'markdown', 'junit'],
  'report-file': ['report.json', 'report.csv', 'report.html'],
  'save-plan': ['plan.json'],
  'state-dir': ['state'],
  'log-format': ['text', 'json'],
  since: ['report.json'],
};

/** Mostly a fitting value; now and then an unexpected, a missing or an odd one. */
const optionOf = (offered: readonly OptionName[]): fc.Arbitrary<readonly string[]> =>
  fc
    .tuple(
      fc.constantFrom(...(offered.length === 0 ? optionNames : offered)),
      value,
      fc.nat(),
      fc.nat({ max: 19 }),
    )
    .map(([name, text, pick, how]) => {
      const isFlag = specOf(name).kind === 'flag';
      const fits = fitting[name] ?? [];
      if (how === 0) return [`--${name.slice(0, -1)}`, text];
      if (isFlag !== (how === 1)) return [`--${name}`];
      const given = how < 4 || fits.length === 0 ? text : (fits[pick % fits.length] ?? text);
      return how % 2 === 0 && name !== 'overwrite' ? [`--${name}`, given] : [`--${name}=${given}`];
    });

const line = fc.constantFrom(...specs).chain(({ words, options, operand }) =>
  fc
    .tuple(
      fc.array(
        fc.oneof(
          {
            weight: 18,
            arbitrary: optionOf(
              options.filter((name) => !['org', 'dry-run', 'yes', 'profile'].includes(name)),
            ),
          },
          { weight: 1, arbitrary: optionOf(optionNames) },
          { weight: 1, arbitrary: value.map((text) => [text]) },
        ),
        { maxLength: 4 },
      ),
      fc.constantFrom<readonly string[]>(
        [],
        ['-o', 'json'],
        ['-o', 'json'],
        ['--output=json'],
        ['-yo', 'json'],
      ),
      options.includes('org')
        ? fc.constantFrom<readonly string[]>([], ['--org'], ['--account', 'one'])
        : fc.constant<readonly string[]>([]),
      options.includes('yes')
        ? fc.constantFrom<readonly string[]>([], ['--yes'], ['--yes'], ['--dry-run'])
        : fc.constant<readonly string[]>([]),
    )
    .map(([more, json, scope, going]) => [
      ...words,
      ...operand,
      ...scope,
      ...going,
      ...more.flat(),
      ...json,
    ]),
);

it('random command lines end with a documented exit status, and print JSON if requested', async () => {
  const cases = caseCount(400);
  const { outcomes, count } = counting();
  await fc.assert(
    fc.asyncProperty(line, async (args) => {
      // A --profile stays in the environment of the process, which the next case shares.
      Reflect.deleteProperty(process.env, 'AWS_PROFILE');
      const { status, stdout, stderr } = await bench.run(args);
      count(`status ${String(status)}`);
      expect([0, 1, 2, 64]).toContain(status);
      expect(stderr).not.toMatch(/\n\s+at \S+ \(|\bundefined\b|\[object Object\]/);
      expect(stderr + (asksForJson(args, {}) ? '' : stdout)).not.toMatch(/\u001b|\u202e/);
      const isHelp = stdout.startsWith('Usage: ') || /^\d+\.\d+\.\d+\n$/.test(stdout);
      // The output of config init is a configuration file that mentions --output.
      const isConfig = stdout.startsWith('#');
      if (asksForJson(args, {}) && !isHelp && !isConfig) {
        const output = JSON.parse(stdout) as {
          readonly schema?: unknown;
          readonly error?: { readonly hint?: unknown };
        };
        if (output.schema === 'dhmc.error/v1') expect(output.error?.hint).toMatch(/\S/);
      }
      if (status === 64) expect(stderr).toMatch(/^dhmc: \S/m);
    }),
    { numRuns: cases, ...caseSeed() },
  );
  printCases('command lines', cases, outcomes);
});
