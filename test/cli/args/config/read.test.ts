import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, readOutput } from '../../../../src/cli/args/config/read.ts';
import { optionNames, specOf } from '../../../../src/cli/args/options.ts';
import { UsageError } from '../../../../src/core/model/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function written(text: string, ending = 'yaml'): string {
  files += 1;
  const path = join(folder, `${files}.${ending}`);
  writeFileSync(path, text);
  return path;
}

const read = async (text: string, ending?: string): Promise<Record<string, unknown>> =>
  Object.fromEntries(
    [...(await readConfig({ path: written(text, ending), found: false })).entries].map(
      ([name, { value }]) => [name, value],
    ),
  );

/** The error message without its first line, which names the file. */
async function refusal(text: string, ending?: string): Promise<string> {
  try {
    await readConfig({ path: written(text, ending), found: false });
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n').slice(1).join('\n');
    throw error;
  }
  throw new Error(`taken: ${text}`);
}

describe('configuration files', () => {
  it('may set the options that are not command-line only', async () => {
    const entries = await read(`
      # the rollout of the platform team
      ou: [Workloads/Prod, "Acme, Inc."]
      account: 012345678901        # as it is written
      exclude-account:
        - 111122223333
        - Old
      region: eu-west-1,eu-west-2
      tag: { team: platform, cost-center: 0042, Cost: "a,b=c" }
      role-tag: [owner=me]
      concurrency: 32
      failure-tolerance: 5
      waves: [1, 10%, 100%]
      dry-run: false
      external-id: "12345"`);
    expect(entries).toEqual({
      ou: ['Workloads/Prod', 'Acme, Inc.'],
      account: ['012345678901'],
      'exclude-account': ['111122223333', 'Old'],
      region: ['eu-west-1', 'eu-west-2'],
      tag: [
        { key: 'team', value: 'platform' },
        { key: 'cost-center', value: '0042' },
        { key: 'Cost', value: 'a,b=c' },
      ],
      'role-tag': [{ key: 'owner', value: 'me' }],
      concurrency: 32,
      'failure-tolerance': '5',
      waves: ['1', '10%', '100%'],
      'dry-run': false,
      'external-id': '12345',
    });
  });

  it('can be JSON with tabs and a schema', async () => {
    expect(await read('{\n\t"$schema": "./config.schema.json",\n\t"org": true\n}', 'json')).toEqual(
      { org: true },
    );
    expect(await read('\uFEFF{}', 'json')).toEqual({});
    expect(await read('# nothing yet\n')).toEqual({});
  });

  it('have paths relative to their folder', async () => {
    expect(await read('state-dir: runs\nreport-file: [/tmp/a.html, out/b.csv]')).toEqual({
      'state-dir': join(folder, 'runs'),
      'report-file': ['/tmp/a.html', join(folder, 'out/b.csv')],
    });
  });

  it('are refused with the line of every fault', async () => {
    expect(
      await refusal(
        'org: true\nregoin: eu-west-1\nroleName: X\n\nconcurrency: many\nregion:\n  - eu-west-1\n  - eu-wset-1\n',
      ),
    ).toBe(
      [
        'line 2: regoin: unknown option. Did you mean region?',
        'line 3: roleName: unknown option. Did you mean role-name?',
        'line 5: concurrency: "many" is not a whole number from 1 to 1024. Give a number of calls from 1 to 1024.',
        'line 8: region: "eu-wset-1" is not a region that dhmc knows. Did you mean eu-west-1?',
      ].join('\n'),
    );
  });

  it.each([
    ['dry-run: "yes"', 'must be true or false'],
    ['region: 5', 'a string or a list of strings (put it in quotes)'],
    ['region: []', 'is an empty list'],
    ['region:', 'must be a string or a list of strings'],
    ['region: [[eu-west-1]]', 'must be a string or a list of strings'],
    ['role-name: { a: b }', 'must be a string or a list of strings'],
    ['profile: [a]', 'must be a single string'],
    ['concurrency: 0', 'not a whole number from 1 to 1024'],
    ['concurrency: 1.5', 'not a whole number from 1 to 1024'],
    ['waves: [10%, 5%]', '"10%,5%" must grow, but 5% follows 10%'],
    ['config: other.yaml', 'a configuration file cannot name another one'],
    ['ou: &round [*round]', 'line 1: an alias (*name) is not allowed here'],
    ['ou: &a [x]\nregion: *a', 'line 2: an alias (*name) is not allowed here'],
    ['- org', 'must have options'],
    ['org: true\norg: false', 'line 2: org appears twice'],
    ['org: [', 'line 1: flow sequence'],
  ])('are refused for %j', async (text, complaint) => {
    expect(await refusal(text)).toContain(complaint);
  });

  it.each(['{ "org": true, }', '{ org: true }', 'org: true', '{ "org": true } # all', ''])(
    'are refused as JSON for %j',
    async (text) => {
      expect(await refusal(text, 'json')).toContain('JSON');
    },
  );

  it.each([
    ['{\n "ou": ["Legacy"]\n "concurrency": 5\n}\n', 3],
    ['{\n "ou": ["Legacy"],\n "concurrency": 5,\n}\n', 4],
    ['{\n "ou": ["Legacy"], // all\n "concurrency": 5\n}\n', 2],
    ['{\n "ou": ["Legacy],\n "concurrency": 5\n}\n', 2],
    ['{\n "ou": ["Legacy"]', 2],
  ])('are refused with the line where %j is no longer JSON', async (text, line) => {
    expect(await refusal(text, 'json')).toContain(`line ${String(line)}: not valid JSON`);
  });

  it('are refused with a message of its own for options that are command-line only', async () => {
    for (const name of optionNames.filter((option) => specOf(option).commandLineOnly === true)) {
      expect(await refusal(`${name}: true`)).toBe(
        `line 1: ${name}: not allowed in a file: it is too risky. Give --${name} on the command line.`,
      );
    }
  });

  it.each([
    'external-id: s3cret value',
    'external-id: [s3cret]',
    'external-id: "s3cret',
    'external-id: "x" "s3cret"',
    'external-id: *s3cret',
    'external-id: !!s3cret x',
    'external-id: @s3cret',
    '"s3cret": *s3cret',
  ])('are refused without repeating a secret: %j', async (text) => {
    const told = await refusal(text);
    expect(told.replace('s3cret: unknown option', '')).not.toContain('s3cret');
  });

  it('are refused with the name of a missing file', async () => {
    await expect(readConfig({ path: join(folder, 'nope.yaml'), found: false })).rejects.toThrow(
      /^Configuration file .*nope\.yaml not found\.$/,
    );
  });
});

it.each(['org: true\n---\nregion: eu-west-1\n', 'org: true\n---\n'])(
  'a second document in a configuration file is refused: %j',
  async (text) => {
    expect(await refusal(text)).toMatch(/^line [23]: a second document begins here/);
  },
);

it.each(['---\norg: true\n', 'org: true\n...\n'])(
  'markers of a single document are accepted: %j',
  async (text) => {
    expect(await read(text)).toEqual({ org: true });
  },
);

describe('a named configuration file', () => {
  it('must be a regular file of at most 1 MB', async () => {
    const at = mkdtempSync(join(folder, 'named-'));
    execFileSync('mkfifo', [join(at, 'pipe.yaml')]);
    writeFileSync(join(at, 'large.yaml'), '#'.repeat(1_000_001));
    for (const [name, reason] of [
      ['pipe.yaml', 'is a named pipe'],
      ['large.yaml', 'is larger than 1 MB'],
    ] as const)
      await expect(readConfig({ path: join(at, name), found: false })).rejects.toThrow(reason);
  });
});

it('refuses a path that begins with ~, which would be a directory of that name', async () => {
  expect(await refusal('state-dir: ~/state')).toContain('"~/state" begins with ~');
});

describe('the format of errors', () => {
  it.each([
    ['output: json', 'json'],
    ['output: json\nbogus: 1\nyes: true', 'json'],
    ['output: [json]', undefined],
    ['region: eu-west-1', undefined],
    ['output: "json', undefined],
  ])('of %j is %s', async (text, output) => {
    expect(await readOutput({ path: written(text), found: false })).toBe(output);
  });

  it('is undefined where there is no file', async () => {
    expect(await readOutput({ path: join(folder, 'none.yaml'), found: false })).toBe(undefined);
  });
});
