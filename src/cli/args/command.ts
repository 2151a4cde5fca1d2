/** What a command is: its words and options as data, and what it is called with. */
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
  /** Which of them must be on the command line itself. */
  readonly given: Given;
  /** Words after the command's name. */
  readonly operands: readonly string[];
  /** What follows `--`, for a command that runs another. */
  readonly rest: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** The command line for people and the journal, without the values of secret options. */
  readonly commandLine: string;
}

/** What is different about an option in one command. */
export interface OptionVariant {
  readonly help?: string;
  readonly group?: OptionGroup;
  readonly metavar?: string;
  /** Null: it has none here. */
  readonly default?: string | null;
  /** The values that the command takes, of those that other commands take too. */
  readonly choices?: readonly string[];
  /** Its value is a file. */
  readonly isFile?: true;
  /** It can be given once. */
  readonly once?: true;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Further text for help. */
  readonly details?: string;
  readonly operands?: {
    readonly usage: string;
    readonly most: number;
    /** For completion: the words to choose from, or where they are. */
    readonly takes: readonly string[] | 'runs' | 'files';
  };
  /** Not shown in help. */
  readonly hidden?: true;
  readonly options: readonly OptionName[];
  /** The values of `--output` that it takes, if not those of a report; the first is the default. */
  readonly formats?: readonly OutputFormat[];
  /** Options that are not the same as in other commands. */
  readonly variants?: Readonly<Partial<Record<OptionName, OptionVariant>>>;
  /** What of the scope comes from the command line alone; default: nothing. */
  readonly commandLineScope?: CommandLineScope;
  /** Runs what follows `--`. */
  readonly runsCommands?: true;
  readonly load: () => Promise<(invocation: Invocation) => Promise<ExitStatus>>;
  readonly subcommands?: readonly CommandSpec[];
}

/** An option as the command takes it: for help, completion and the values themselves. */
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

/** What is different about the option in this command, or null. */
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
