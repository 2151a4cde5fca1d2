/** Errors for a command line that cannot be parsed: the wrong word, and what was probably meant. */
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import { optionNames, specOf, variableOf, type OptionName } from './options.ts';
import type { CommandSpec } from './command.ts';

/** A command with its full name, such as `disable rollback`. */
interface Named {
  readonly name: string;
  readonly spec: CommandSpec;
}

const namedCommands = (specs: readonly CommandSpec[], before = ''): readonly Named[] =>
  specs
    .filter((spec) => spec.hidden !== true)
    .flatMap((spec) => [
      { name: before + spec.name, spec },
      ...namedCommands(spec.subcommands ?? [], `${before}${spec.name} `),
    ]);

/** The full name of a command. */
export const commandPath = (specs: readonly CommandSpec[], spec: CommandSpec): string =>
  namedCommands(specs).find((named) => named.spec === spec)?.name ?? spec.name;

/** The command that the words name, as far as they can be understood. */
export function findCommand(specs: readonly CommandSpec[], args: readonly string[]): Named | null {
  let found: Named | null = null;
  let choices = specs;
  for (const word of args) {
    const spec = choices.find((candidate) => candidate.name === word);
    if (spec === undefined) continue;
    found = { name: found === null ? word : `${found.name} ${word}`, spec };
    choices = spec.subcommands ?? [];
  }
  return found;
}

const optionOf = (word: string): OptionName | null => {
  const long = /^--([^=]+)/.exec(word)?.[1];
  const short = /^-([^-])/.exec(word)?.[1];
  return (
    optionNames.find(
      (name) => name === long || (short !== undefined && specOf(name).short === short),
    ) ?? null
  );
};

/** The error for an option that the command does not take. */
export function unknownOption(
  specs: readonly CommandSpec[],
  args: readonly string[],
  word: string,
): UsageError {
  const command = findCommand(specs, args);
  const shown = word.replace(/=.*/s, '');
  const option = optionOf(word);
  const see = command === null ? 'See dhmc --help.' : `See dhmc ${command.name} --help.`;
  const isTaken = option !== null && command?.spec.options.includes(option) === true;
  if (command === null || isBefore(args, word, command, isTaken ? 'last' : 'first')) {
    if (option === null) {
      const near = command === null ? nearest(shown.replace(/^-+/, ''), ['help', 'version']) : null;
      if (near !== null)
        return new UsageError(`Unknown option ${shown}.`, `Did you mean --${near}? ${see}`);
      return new UsageError(
        `Unknown option ${shown}.`,
        command === null ? see : `Options go after the command. ${see}`,
      );
    }
    return new UsageError(
      `${shown} must come after the command.`,
      `Options go after the whole command name: dhmc ${command?.name ?? 'COMMAND'} ${exampleOf(option)}.`,
    );
  }
  if (
    option !== null &&
    command.spec.options.includes(option) &&
    specOf(option).kind === 'flag' &&
    word.includes('=')
  ) {
    return new UsageError(
      `--${option} takes no value.`,
      `Give --${option} alone, or leave it out. ${see}`,
    );
  }
  const flag = optionNames.find((name) => shown === `--no-${name}`);
  if (flag !== undefined && specOf(flag).kind === 'flag')
    return new UsageError(
      `Unknown option ${shown} for dhmc ${command.name}.`,
      `${variableOf(flag)}=0 switches off what a file switches on. ${see}`,
    );
  const meant = meantBy[shown.replace(/^-+/, '')];
  if (meant !== undefined && command.spec.options.includes(meant))
    return new UsageError(
      `Unknown option ${shown} for dhmc ${command.name}.`,
      `Did you mean --${meant}? ${see}`,
    );
  const own = option === null ? nearest(shown.replace(/^-+/, ''), command.spec.options) : null;
  if (own !== null)
    return new UsageError(
      `Unknown option ${shown} for dhmc ${command.name}.`,
      `Did you mean --${own}? ${see}`,
    );
  const near = option ?? nearest(shown.replace(/^-+/, ''), optionNames);
  if (near === null)
    return new UsageError(`Unknown option ${shown} for dhmc ${command.name}.`, see);
  const takers = namedCommands(specs).filter(({ spec }) =>
    spec.options.some((taken) => taken === near),
  );
  const of = listed(takers.map(({ name }) => name));
  return new UsageError(
    `Unknown option ${shown} for dhmc ${command.name}.`,
    option === null
      ? `Did you mean --${near}, an option of ${of}? ${see}`
      : `It is an option of ${of}. ${see}`,
  );
}

/** Names that other tools, or other commands of dhmc, use for an option. */
const meantBy: Readonly<Record<string, OptionName>> = { format: 'output' };

/** Whether the word comes before the first or last word of the command's name. */
const isBefore = (
  args: readonly string[],
  word: string,
  { name }: Named,
  which: 'first' | 'last',
): boolean => {
  const at = args.indexOf(word);
  const places: number[] = [];
  for (const part of name.split(' ')) places.push(args.indexOf(part, (places.at(-1) ?? -1) + 1));
  return at !== -1 && at < ((which === 'first' ? places[0] : places.at(-1)) ?? -1);
};

const exampleOf = (name: OptionName): string => {
  const spec = specOf(name);
  if (spec.kind === 'flag') return `--${name}`;
  return `--${name} ${spec.kind === 'list' && spec.preset !== undefined ? `[${spec.metavar}]` : spec.metavar.toUpperCase()}`;
};

const maxNamed = 4;

function listed(names: readonly string[]): string {
  const shown = names.length > maxNamed ? [...names.slice(0, maxNamed - 1), 'others'] : names;
  return shown.length < 2
    ? shown.join('')
    : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}

/** Throws `UsageError` if the words are not the full name of a command. */
export function requireCommand(specs: readonly CommandSpec[], words: readonly string[]): void {
  const name = words.filter((word) => !word.startsWith('-')).join(' ');
  if (name !== '' && name !== 'help' && !namedCommands(specs).some((named) => named.name === name))
    throw unknownCommand(specs, name);
}

/** The error for an unknown command. */
export function unknownCommand(specs: readonly CommandSpec[], word: string): UsageError {
  const names = namedCommands(specs).map(({ name }) => name);
  const last = names.find((name) => name.endsWith(` ${word}`));
  const near = last ?? nearest(word, names);
  return new UsageError(
    `Unknown command "${word}".`,
    `${near === null ? '' : `Did you mean dhmc ${near}? `}See dhmc --help.`,
  );
}
