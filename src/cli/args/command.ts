/** What a command is: its words and options as data, and what it is called with. */
import type { OutputFormat } from '../../render/index.ts';
import type { ExitStatus } from '../exit.ts';
import type { OptionName } from './options.ts';
import type { CommandLineScope, Given, Resolved } from './resolve.ts';
import type { Interruption } from '../terminal/signals.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface Invocation {
  readonly options: Resolved;
  /** What of them stands on the command line itself. */
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

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What help says besides. */
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
  /** The values of `--output` that it takes, where it is not all of them; the first is the default. */
  readonly formats?: readonly OutputFormat[];
  /** What an option means for this command, where that is not what it means for others. */
  readonly optionHelp?: Readonly<
    Partial<Record<OptionName, { readonly help: string; readonly default?: string }>>
  >;
  /** What of the scope comes from the command line alone; default: nothing. */
  readonly commandLineScope?: CommandLineScope;
  /** Runs what follows `--`. */
  readonly runsCommands?: true;
  readonly load: () => Promise<(invocation: Invocation) => Promise<ExitStatus>>;
  readonly subcommands?: readonly CommandSpec[];
}

export interface Parsed {
  readonly spec: CommandSpec;
  readonly given: Given;
  readonly operands: readonly string[];
}
