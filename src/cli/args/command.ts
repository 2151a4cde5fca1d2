/** What a command consists of (its words and options, as data) and what it receives. */
import { formats, type OutputFormat } from '../../render/index.ts';
import type { ExitStatus } from '../exit.ts';
import type { OptionGroup, OptionSpec } from './option-spec.ts';
import { specOf, type OptionName } from './options.ts';
import { file, someOf } from './parsers.ts';
import type { CommandLineScope, Given, Resolved } from './resolve.ts';
import type { Interruption } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface Invocation {
  readonly options: Resolved;
  /** The options that were given on the command line itself. */
  readonly given: Given;
  /** Words after the command's name. */
  readonly operands: readonly string[];
  /** The words after `--`, for a command that runs another one. */
  readonly rest: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** The command line to show and to record, without the values of secret options. */
  readonly commandLine: string;
}

/** How an option differs in one command. */
export interface OptionVariant {
  readonly help?: string;
  readonly group?: OptionGroup;
  readonly metavar?: string;
  /** Null: the option has no default here. */
  readonly default?: string | null;
  /** The values that this command takes, out of those that any command takes. */
  readonly choices?: readonly string[];
  /** The option's value is a file. */
  readonly isFile?: true;
  /** The option can be given once. */
  readonly once?: true;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** More text for help. */
  readonly details?: string;
  readonly operands?: {
    readonly usage: string;
    readonly most: number;
    /** For completion: the words to choose from, or where to find them. */
    readonly takes: readonly string[] | 'runs' | 'files';
  };
  /** Not shown in help. */
  readonly hidden?: true;
  readonly options: readonly OptionName[];
  /** The values of `--output` that it takes, if they are not those of a report; the first one is the default. */
  readonly formats?: readonly OutputFormat[];
  /** Options that differ from those of other commands. */
  readonly variants?: Readonly<Partial<Record<OptionName, OptionVariant>>>;
  /** Which part of the scope must be on the command line; default: none. */
  readonly commandLineScope?: CommandLineScope;
  /** Runs the command after `--`. */
  readonly runsCommands?: true;
  readonly load: () => Promise<(invocation: Invocation) => Promise<ExitStatus>>;
  readonly subcommands?: readonly CommandSpec[];
}

/** An option as this command takes it: for help, completion and parsing. */
export function optionOf(command: CommandSpec, name: OptionName): OptionSpec {
  const spec = specOf(name);
  const variant = variantOf(command, name);
  if (variant === null) return spec;
  const { choices, isFile, default: byDefault, ...rest } = variant;
  if (spec.kind === 'flag') return { ...spec, ...textsOf(rest) };
  const { default: usual, ...bare } = spec;
  const standard = byDefault === undefined ? usual : byDefault;
  const takes = spec.parse.takes;
  return {
    ...bare,
    ...rest,
    ...(standard === undefined || standard === null ? {} : { default: standard }),
    ...(isFile === true ? { parse: file } : {}),
    ...(choices === undefined || takes?.kind !== 'choice'
      ? {}
      : { parse: someOf(takes.choices, choices) }),
  };
}

const textsOf = ({ help, group }: OptionVariant): Pick<OptionVariant, 'help' | 'group'> => ({
  ...(help === undefined ? {} : { help }),
  ...(group === undefined ? {} : { group }),
});

/** How the option differs in this command, or null. */
function variantOf(command: CommandSpec, name: OptionName): OptionVariant | null {
  const own = command.variants?.[name];
  if (name !== 'output') return own ?? null;
  const taken = command.formats;
  if (taken === undefined) return { ...own, choices: formats };
  const [first] = taken;
  return {
    help: `format of standard output: ${taken.join(', ')}`,
    ...(first === undefined ? {} : { default: first }),
    ...own,
    choices: taken,
  };
}

export interface Parsed {
  readonly spec: CommandSpec;
  readonly given: Given;
  readonly operands: readonly string[];
}
