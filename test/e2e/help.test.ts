/** What the built program answers before it loads its parser is what the parser would have said. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { parseCommandLine } from '../../src/cli/args/parse.ts';
import { programPath } from '../support/built-program.ts';

const printed = (args: readonly string[], columns: string): string =>
  execFileSync(process.execPath, [programPath, ...args], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: columns },
  });

const parsed = (args: readonly string[], columns: number): string => {
  const line = parseCommandLine(commands, args, columns);
  if (!('print' in line)) throw new Error(`dhmc ${args.join(' ')} is a command`);
  return line.print;
};

describe('help and version', () => {
  it.each([
    [[], ''],
    [['--help'], ''],
    [['-h'], '200'],
    [['help'], ''],
    [['--help'], '80'],
    [['--version'], '60'],
    [['-V'], ''],
    [['enable', '--help'], ''],
    [['disable', 'rollback', '--help'], '60'],
  ])('%j at %s columns are in the words of the parser', (args, columns) => {
    expect(printed(args, columns)).toBe(parsed(args, Number(columns === '' ? 100 : columns)));
  });

  it('keeps to the width, words that cannot be broken apart', () => {
    for (const columns of [60, 80, 100, 200]) {
      for (const line of parsed(['--help'], columns).split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(
          line.startsWith('  dhmc ') ? 80 : Math.min(columns, 100),
        );
      }
    }
  });
});
