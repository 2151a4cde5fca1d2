/** Resolves options from a command line as a command does, for tests. */
import { parseCommandLine } from '../../src/cli/args/parse.ts';
import { resolveOptions, type Given, type Resolved } from '../../src/cli/args/resolve.ts';
import { commands } from '../../src/cli/commands/index.ts';

/** `enable --org`: the given options and their resolved values. */
export function readCommandLine(
  line: string,
  environment: Readonly<Record<string, string>> = {},
): { readonly given: Given; readonly options: Resolved } {
  const parsed = parseCommandLine(
    commands,
    line.split(' ').filter((word) => word !== ''),
    80,
  );
  if ('print' in parsed) throw new Error(parsed.print);
  const { spec, given } = parsed;
  const commandLineScope = spec.commandLineScope ?? 'nothing';
  return {
    given,
    options: resolveOptions(spec.options, given, environment, { commandLineScope, file: null }),
  };
}
