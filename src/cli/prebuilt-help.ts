/** Frequent output that is known at build time (`--version`, `--help`): printed without loading the parser. */
import { columnsOf } from './terminal/columns.ts';
import { version } from './version.ts';

/** The parser's help at full width, inserted by the build. */
declare const WIDEST_HELP: string;
declare const WIDEST_HELP_COLUMNS: number;

/** The parser's output, or null if the parser has to run. */
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
