/** Builds the commander parser from the commands' data. Commander only splits the words; dhmc decides everything. */
import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import { optionOf, type CommandSpec, type Parsed } from './command.ts';
import { optionNames, specOf, type OptionName } from './options.ts';
import type { Given } from './resolve.ts';
import { describeExamples, examplesOf, rootExamples } from './help/examples.ts';
import { manualPage } from './help/man.ts';
import { allStatuses, statusesOf } from './help/statuses.ts';
import { version } from '../version.ts';
import {
  findCommand,
  commandPath,
  requireCommand,
  unknownCommand,
  unknownOption,
} from './usage-errors.ts';

/** In columns. Longer lines are hard to read. */
export const widestHelp = 100;

const otherWays =
  'Most options can also be set as a variable (DHMC_REGION for --region) or in dhmc.config.yaml; dhmc config show prints the source of each value.';

/** Parses the line into a command, or into a text to print (help, version). Throws `UsageError`. */
export function parseCommandLine(
  specs: readonly CommandSpec[],
  args: readonly string[],
  columns: number,
): Parsed | { readonly print: string } {
  const given = new Map<OptionName, (string | null)[]>();
  let chosen: { spec: CommandSpec; words: readonly string[] } | null = null;
  let printed = '';
  const terms = new Map<Command, string>();
  const described = new Map<Command, { readonly name: string; readonly spec: CommandSpec }>();

  const define = (parent: Command, spec: CommandSpec): void => {
    const command = parent
      .command(spec.name, { hidden: spec.hidden === true })
      .description(
        spec.details === undefined ? spec.summary : `${spec.summary}\n\n${spec.details}`,
      );
    command.summary(spec.summary).allowExcessArguments(true);
    described.set(command, { name: commandPath(specs, spec), spec });
    const usage = [
      spec.operands?.usage,
      spec.options.length > 0 ? '[options]' : undefined,
      spec.runsCommands === true ? '[-- command ...]' : undefined,
    ];
    command.usage(usage.filter((part) => part !== undefined).join(' '));
    const subcommands = (spec.subcommands ?? [])
      .filter(({ hidden }) => hidden !== true)
      .map(({ name }) => name);
    const operands = subcommands.length === 0 ? spec.operands?.usage : `[${subcommands.join('|')}]`;
    terms.set(command, operands === undefined ? spec.name : `${spec.name} ${operands}`);
    // Defining the options of all commands would take longer than the rest of the start, so only a named command gets
    // them.
    for (const name of args.includes(spec.name) ? spec.options : []) {
      command.addOption(commanderOption(name, spec));
      command.on(`option:${name}`, (value?: string | null) =>
        given.set(name, [...(given.get(name) ?? []), value ?? null]),
      );
    }
    command.action(() => {
      chosen = { spec, words: command.args };
    });
    for (const subcommand of spec.subcommands ?? []) define(command, subcommand);
  };

  const width = Math.min(columns, widestHelp);
  const program = new Command('dhmc')
    .description(
      "Rolls AWS Systems Manager's Default Host Management Configuration out to a whole AWS organization.",
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      outputError: () => {},
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    .configureHelp({
      minWidthToWrap: 20,
      subcommandTerm: (command) => terms.get(command) ?? command.name(),
    })
    .addHelpText(
      'afterAll',
      ({ command }) =>
        `\n${afterHelp(described.get(command) ?? null, (text, indent) =>
          command.createHelp().boxWrap(text, width - indent),
        )}`,
    );
  const [first, ...words] = args;
  if (first === 'help' && words.length === 1 && words[0] === '--man')
    return { print: manualPage(specs) };
  for (const spec of specs) define(program, spec);

  if (first === 'help') {
    requireCommand(specs, words);
    // Commander's own help only handles one-word command names.
    const name = words.filter((word) => !word.startsWith('-'));
    if (name.length > 1) return parseCommandLine(specs, [...name, '--help'], columns);
  }
  if (args.length === 0) return parseCommandLine(specs, ['--help'], columns);
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.help') return { print: printed };
    throw usageErrorOf(specs, error, args);
  }
  if (chosen === null) return { print: printed };
  refuseTakenWords(given, args);
  return checked(specs, chosen, given);
}

/**
 * Throws `UsageError` if an option without a value has swallowed the next option. A value joined by `=` is intended.
 */
function refuseTakenWords(given: Given, args: readonly string[]): void {
  for (const [name, values] of given)
    for (const value of values) {
      if (value === null || !/^-+[a-z]/i.test(value) || args.includes(`--${name}=${value}`))
        continue;
      throw new UsageError(
        `--${name} needs a value, but the next word is ${isSecret(name) ? 'an option' : value}.`,
        `Give the value as --${name}=VALUE.`,
      );
    }
}

/** The text after the options in help: examples, exit statuses, and where options can be set. */
function afterHelp(
  described: { readonly name: string; readonly spec: CommandSpec } | null,
  wrap: (text: string, indent: number) => string,
): string {
  const examples = described === null ? rootExamples : examplesOf(described.name);
  const statuses = described === null ? allStatuses : statusesOf(described.name, described.spec);
  const indent = 7;
  return [
    describeExamples(examples),
    [
      'Exit statuses:',
      ...statuses.map(
        ([status, meaning]) =>
          `  ${String(status).padEnd(indent - 2)}${wrap(meaning, indent).replaceAll('\n', `\n${' '.repeat(indent)}`)}`,
      ),
      '',
    ].join('\n'),
    described === null || described.spec.options.includes('config') ? wrap(otherWays, 0) : '',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Refuses what commander accepts: extra words, and options of the parent command that the subcommand does not have. */
function checked(
  specs: readonly CommandSpec[],
  { spec, words }: { spec: CommandSpec; words: readonly string[] },
  given: Given,
): Parsed {
  const name = commandPath(specs, spec);
  const excess = words[spec.operands?.most ?? 0];
  if (excess !== undefined) {
    const names = (spec.subcommands ?? []).map((subcommand) => subcommand.name);
    const near = nearest(excess, names);
    const hint =
      near !== null
        ? `Did you mean dhmc ${name} ${near}?`
        : spec.runsCommands === true
          ? 'Put -- before the command to run.'
          : `See dhmc ${name} --help.`;
    throw new UsageError(
      names.length > 0
        ? `Unknown subcommand "${excess}" of dhmc ${name}.`
        : `Unexpected argument "${excess}" for dhmc ${name}.`,
      hint,
    );
  }
  for (const option of given.keys()) {
    if (!spec.options.includes(option)) throw unknownOption(specs, name.split(' '), `--${option}`);
  }
  return { spec, given, operands: words };
}

function commanderOption(name: OptionName, command: CommandSpec): Option {
  const spec = optionOf(command, name);
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  const metavar =
    spec.kind === 'flag'
      ? ''
      : spec.kind === 'list' && spec.preset !== undefined
        ? ` [${spec.metavar}]`
        : ` <${spec.metavar}>`;
  const byDefault = spec.kind === 'flag' ? undefined : spec.default;
  const notes = [
    spec.kind === 'list' && spec.preset === undefined && spec.once !== true ? 'repeatable' : null,
    byDefault === undefined ? null : `default: ${byDefault}`,
  ].filter((note) => note !== null);
  return new Option(
    `${short}--${name}${metavar}`,
    `${spec.help}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
  ).helpGroup(`${spec.group}:`);
}

function usageErrorOf(
  specs: readonly CommandSpec[],
  error: CommanderError,
  args: readonly string[],
): UsageError {
  const message = (error.message.split('\n')[0] ?? '').replace(/^error: /, '');
  const word = /'(.*)'/s.exec(message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') return unknownOption(specs, args, word);
  if (error.code === 'commander.unknownCommand') return unknownCommand(specs, word);
  const command = findCommand(specs, args);
  const see = command === null ? 'See dhmc --help.' : `See dhmc ${command.name} --help.`;
  if (error.code === 'commander.optionMissingArgument') {
    const [option = '', metavar = 'value'] = word.replace(/^-\w, /, '').split(' ');
    return new UsageError(
      `${option} needs a value.`,
      `Give it as ${option} ${metavar.replace(/[<>]/g, '').toUpperCase()}. ${see}`,
    );
  }
  return new UsageError(
    `${message.replace(/^./, (letter) => letter.toUpperCase()).replace(/\.?$/, '')}.`,
    see,
  );
}

/** The command line as text, with secrets hidden. */
export function describeCommandLine(args: readonly string[]): string {
  const words: string[] = [];
  let hideNext = false;
  for (const word of args) {
    const [, name, value] = /^--([a-z-]+)(=.*)?$/s.exec(word) ?? [];
    const spec = optionNames.find((candidate) => candidate === name);
    const secret = spec !== undefined && isSecret(spec);
    words.push(hideNext ? '***' : secret && value !== undefined ? `--${name ?? ''}=***` : word);
    hideNext = secret && value === undefined;
  }
  return ['dhmc', ...words]
    .map((word) => (/^[\w@%+=:,./*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

function isSecret(name: OptionName): boolean {
  const spec = specOf(name);
  return spec.kind === 'value' && spec.secret === true;
}
