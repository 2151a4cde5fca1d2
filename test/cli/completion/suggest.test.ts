import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.ts';
import { suggest } from '../../../src/cli/completion/suggest.ts';
import { knownRegions } from '../../../src/core/model/regions.ts';

/** The suggestions for `line` as typed after the program's name, with the cursor at the last word. */
const at = (line: string) => suggest(commands, line.split(' '));
const words = (line: string): readonly string[] => at(line).candidates.map(({ word }) => word);

describe('completion', () => {
  it('offers every command with its summary, but no hidden one', () => {
    expect(words('')).toEqual([
      ...commands.filter((spec) => spec.hidden !== true).map((spec) => spec.name),
      'help',
    ]);
    expect(at('').candidates.every(({ about }) => about !== '')).toBe(true);
    expect(words('st')).toEqual(['status', 'stackset']);
    expect(words('disable ')).toContain('rollback');
    expect(words('runs s')).toEqual(['show']);
  });

  it('offers only the options of the command', () => {
    expect(words('status --o')).toEqual(['--org', '--ou', '--output', '--only', '--owner']);
    expect(words('status --overw')).toEqual([]);
    expect(words('disable rollback --del')).toEqual([]);
    expect(words('disable --del')).toEqual(['--delete-role']);
  });

  it('offers an option again only if it can be repeated', () => {
    expect(words('enable --yes --y')).toEqual([]);
    expect(words('enable --ou A --ou')).toContain('--ou');
  });

  it.each([
    ['status --output ', ['table', 'json', 'csv', 'markdown', 'html', 'junit']],
    ['status -o j', ['json', 'junit']],
    ['status --output=j', ['--output=json', '--output=junit']],
    [
      'enable --overwrite=',
      [
        '--overwrite=foreign',
        '--overwrite=quick-setup',
        '--overwrite=broken',
        '--overwrite=stackset',
      ],
    ],
    ['enable --overwrite foreign,b', ['foreign,broken']],
    ['enable --overwrite --dry', ['--dry-run']],
    ['status --region eu-west-1,eu-w', ['eu-west-1,eu-west-2', 'eu-west-1,eu-west-3']],
    ['policy c', ['caller']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['sandbox -- dh', ['dhmc']],
    ['sandbox -- dhmc stat', ['status']],
    ['status --external-id ', []],
    ['status --bogus=', []],
  ])('offers the right words for %s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('offers the formats of a command, and help for each command', () => {
    expect(words('runs -o ')).toEqual(['table', 'json']);
    expect(words('status -o ')).toContain('html');
    expect(words('he')).toEqual(['help']);
    expect(words('help dis')).toEqual(['disable']);
    expect(words('help disable ')).toEqual(['rollback']);
  });

  it('offers the regions', () => {
    expect(words('enable --region ')).toEqual(knownRegions());
  });

  it.each([
    ['apply ', 'files', ''],
    ['enable --save-plan=pl', 'files', '--save-plan='],
    ['enable --state-dir ', 'directories', ''],
    ['resume ', 'runs', ''],
    ['disable rollback ', 'runs', ''],
    ['status --profile=', 'profiles', '--profile='],
    ['sandbox -- ', 'commands', ''],
  ])('leaves %s to another source', (line, where, before) => {
    expect(at(line).more).toEqual({ where, before });
  });

  it('offers nothing after the only operand', () => {
    expect(at('resume 20261122-143015-k3x9ab ')).toMatchObject({ more: null });
  });
});
