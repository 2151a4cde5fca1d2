/** The texts that the built program prints without loading its parser equal the parser's. */
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
  ])('print the same as the parser for %j at %s columns', (args, columns) => {
    expect(printed(args, columns)).toBe(parsed(args, Number(columns === '' ? 100 : columns)));
  });

  it('keep to the width and to 100 columns, with up to 80 for example lines', () => {
    for (const columns of [60, 80, 100, 200]) {
      for (const line of parsed(['--help'], columns).split('\n')) {
        expect(line.length, line).toBeLessThanOrEqual(
          line.startsWith('  dhmc ') ? 80 : Math.min(columns, 100),
        );
      }
    }
  });
});
