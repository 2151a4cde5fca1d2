import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../../../src/cli/commands/index.ts';
import { parseCommandLine } from '../../../../src/cli/args/parse.ts';
import { configTemplate } from '../../../../src/cli/args/config/template.ts';
import { readConfig } from '../../../../src/cli/args/config/read.ts';
import { resolveOptions } from '../../../../src/cli/args/resolve.ts';
import { optionNames, specOf } from '../../../../src/cli/args/options.ts';

const folder = mkdtempSync(join(tmpdir(), 'dhmc-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const templateOf = (...options: readonly string[]) => {
  const parsed = parseCommandLine(commands, ['config', 'init', ...options], 80);
  if ('print' in parsed) throw new Error(parsed.print);
  return { ...configTemplate(parsed.given), ...parsed };
};

const readBack = (text: string) => {
  const path = join(folder, 'dhmc.config.yaml');
  writeFileSync(path, text);
  return readConfig({ path, found: true });
};

describe('dhmc config init', () => {
  it.each([
    [[]],
    [['--org']],
    [['--ou', 'Workloads/Prod', '--ou', 'A: "b", #c', '--account', '012345678901']],
    [
      [
        '--account',
        '123456789012',
        '--region',
        'eu-west-1,us-east-1',
        '--exclude-region',
        'sa-east-1',
      ],
    ],
    [['--concurrency', '8', '--failure-tolerance', '5%', '--waves', '1,10%', '--tag', 'a=b,c=d,e']],
    [['--permissions-boundary', 'on', '--role-tag', 'owner=platform', '--no-color', '-o', 'json']],
  ])('sets %j like the command line', async (args) => {
    const { text, given, spec, leftOut } = templateOf(...args);
    const { entries } = await readBack(text);
    const { values } = resolveOptions(
      spec.options,
      given,
      {},
      { commandLineScope: 'nothing', file: null },
    );
    expect([...entries.keys()].sort()).toEqual([...given.keys()].sort());
    for (const [name, { value }] of entries) expect(value, name).toEqual(values[name]);
    expect(leftOut).toEqual([]);
  });

  it('mentions every option of the main groups that a file may set', () => {
    const { text } = templateOf();
    for (const name of optionNames) {
      const spec = specOf(name);
      const isIn = new RegExp(`^# ${name}: `, 'm').test(text);
      const isWanted =
        spec.commandLineOnly !== true &&
        spec.notInFiles === undefined &&
        ['Scope', 'Reaching accounts', 'Applying', 'Output'].includes(spec.group);
      expect(isIn, name).toBe(isWanted);
    }
  });

  it('omits secrets and options that a file may set only if it is named', async () => {
    const { text, leftOut } = templateOf('--external-id', 'hunter22', '--state-dir', 'runs', '-q');
    expect(text).not.toContain('hunter22');
    expect((await readBack(text)).entries.size).toBe(0);
    expect(leftOut.join('\n')).toMatch(
      /external-id is not set.*\n*state-dir is not set|state-dir/s,
    );
    expect(leftOut).toHaveLength(3);
  });
});
