/**
 * Frequent output that is known when the program is built (`--version`, `--help`): printed before the parser is
 * loaded.
 */
import { columnsOf } from './terminal/columns.ts';
import { version } from './version.ts';

/** The parser's own help at its widest, put here by the build. */
declare const WIDEST_HELP: string;
declare const WIDEST_HELP_COLUMNS: number;

/** The answer in the parser's words, or null if the parser must be asked. */
export function prebuiltAnswer(
  args: readonly string[],
  { stdout, env }: Pick<NodeJS.Process, 'stdout' | 'env'>,
): string | null {
  const [word = '--help', ...more] = args;
  if (more.length > 0) return null;
  if (word === '--version' || word === '-V') return `${version}\n`;
  if ((word === '--help' || word === '-h') && columnsOf(stdout, env) >= WIDEST_HELP_COLUMNS)
    return WIDEST_HELP;
  return null;
}
