/** The process: arguments in, exit status out. */
import { commands } from './commands/index.ts';
import { locateConfig } from './args/config/locate.ts';
import {
  describeError,
  errorJson,
  errorText,
  exitStatuses,
  type ErrorExit,
  type ExitStatus,
} from './exit.ts';
import { limitHeapGrowth } from './heap.ts';
import { describeCommandLine, parseCommandLine } from './args/parse.ts';
import { actionOf, asksForJson, lastValue } from './args/raw.ts';
import { resolveOptions, checkVariables, type Given } from './args/resolve.ts';
import type { ConfigFile } from './args/config/read.ts';
import { optionOf } from './args/command.ts';
import type { OptionSpec } from './args/option-spec.ts';
import { variableOf, type OptionName } from './args/options.ts';
import { watchStreams } from './terminal/streams.ts';
import { openInterruption } from './terminal/signals.ts';
import { openTerminal, shown, type Terminal } from './terminal/terminal.ts';

async function main(args: readonly string[], lost: AbortSignal): Promise<ExitStatus> {
  const environment = process.env;
  const { line, rest } = splitArguments(args);
  let terminal = openTerminal(process, environment, {
    colorAllowed: !line.includes('--no-color'),
    logFormat: lastValue(line, environment, 'log-format') === 'json' ? 'json' : 'text',
    lost,
  });
  const interruption = openInterruption(environment);
  let file: ConfigFile | null = null;
  try {
    const parsed = parseCommandLine(commands, line, terminal.outStyle.columns);
    if ('print' in parsed) {
      await terminal.write(parsed.print);
      return exitStatuses.ok;
    }
    const { spec, given, operands } = parsed;
    const takesVariables = spec.options.includes('config');
    const warnings = takesVariables ? checkVariables(environment) : [];
    const optionHere = (name: OptionName): OptionSpec => optionOf(spec, name);
    file = takesVariables ? await configFile(given, environment, optionHere) : null;
    const options = resolveOptions(spec.options, given, environment, {
      commandLineScope: spec.commandLineScope ?? 'nothing',
      file,
      optionOf: optionHere,
    });
    const { 'no-color': noColor, 'log-format': logFormat = terminal.logFormat } = options.values;
    if (noColor || logFormat !== terminal.logFormat)
      terminal = openTerminal(process, environment, { colorAllowed: !noColor, logFormat, lost });
    for (const text of warnings)
      terminal.log(`Warning: ${shown(text)}\n`, { level: 'warn', event: 'message' });
    // The banner names the file too, but not with --quiet.
    if (options.fileWasFound && options.values.quiet && spec.options.includes('yes'))
      terminal.log(`Config: ${shown(options.file ?? '')}, found in the working directory\n`);
    limitHeapGrowth();
    const run = await spec.load();
    return await run({
      options,
      given,
      operands,
      rest,
      environment,
      terminal,
      interruption,
      commandLine: describeCommandLine(line),
    });
  } catch (error) {
    const exit = describeError(error, interruption.signal);
    await logError(error, exit, terminal);
    if (asksForJson(line, environment, await outputInFile(file, line, environment)))
      await terminal.write(errorJson(actionOf(line), exit)).catch(() => {});
    return exit.status;
  }
}

/** Splits the words for dhmc from the command after `--`, if the dhmc command runs one. */
function splitArguments(args: readonly string[]): {
  readonly line: readonly string[];
  readonly rest: readonly string[];
} {
  const separator = args.indexOf('--');
  const runsCommands = commands.some(
    (spec) => spec.runsCommands === true && spec.name === actionOf(args),
  );
  return separator === -1 || !runsCommands
    ? { line: args, rest: [] }
    : { line: args.slice(0, separator), rest: args.slice(separator + 1) };
}

/** Prints the error to standard error; for a bug also the stack. */
async function logError(error: unknown, exit: ErrorExit, terminal: Terminal): Promise<void> {
  const { status, code, hint, message } = exit;
  const log = { level: 'error', event: 'error', facts: { code, hint } } as const;
  if (status === exitStatuses.defect && error instanceof Error)
    terminal.log(`${error.stack ?? ''}\n`, log);
  const { wrapMessage } = await import('./session/messages.ts');
  const text = terminal.logFormat === 'json' ? message : wrapMessage(errorText(exit), terminal);
  terminal.log(text, log);
}

/** The `output` of the configuration file, even if the command line or the file itself was refused. */
async function outputInFile(
  file: ConfigFile | null,
  line: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<unknown> {
  if (file !== null) return file.entries.get('output')?.value;
  const action = actionOf(line);
  const named = commands.find(({ name }) => name === action);
  const lines = named === undefined ? [] : [named, ...(named.subcommands ?? [])];
  if (named !== undefined && !lines.some(({ options }) => options.includes('config')))
    return undefined;
  const path = lastValue(line, environment, 'config') ?? '';
  const location = await locateConfig(path === '' ? null : path).catch(() => null);
  return location === null
    ? undefined
    : (await import('./args/config/read.ts')).readOutput(location);
}

/** Reads the file of --config or DHMC_CONFIG, else the one in the working directory; null if there is none. */
async function configFile(
  given: Given,
  environment: NodeJS.ProcessEnv,
  optionHere: (name: OptionName) => OptionSpec,
): Promise<ConfigFile | null> {
  const variable = environment[variableOf('config')] ?? '';
  const location = await locateConfig(
    given.get('config')?.at(-1) ?? (variable === '' ? null : variable),
  );
  return location === null
    ? null
    : (await import('./args/config/read.ts')).readConfig(location, optionHere);
}

/** Runs the command of the process's arguments, and exits with its status. */
export async function runProgram(): Promise<void> {
  const lost = watchStreams(process);
  const ended = await main(process.argv.slice(2), lost);
  // Messages that could not be written are a failure, whatever else succeeded.
  const status = lost.aborted ? Math.max(ended, exitStatuses.failure) : ended;
  process.exitCode = status;
  // Open keep-alive connections would keep the process running: exit once the output is flushed.
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((resolve) => stream.write('', resolve)),
    ),
  );
  process.exit(status);
}
