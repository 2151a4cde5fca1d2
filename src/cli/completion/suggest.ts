/** Candidates for the end of an unfinished command line, taken only from the tables of commands and options. */
import { specOf, type OptionName } from '../args/options.ts';
import type { OptionSpec } from '../args/option-spec.ts';
import { optionOf, type CommandSpec } from '../args/command.ts';

export interface Candidate {
  /** The complete last word. */
  readonly word: string;
  readonly about: string;
}

/** Candidates from outside the tables: the file system, the journals, the AWS configuration. */
export type DynamicSource = 'files' | 'directories' | 'runs' | 'profiles' | 'commands';

export interface Suggestions {
  readonly candidates: readonly Candidate[];
  /** Where to find more candidates, and the part of the last word before them (`--state-dir=`). */
  readonly more: { readonly where: DynamicSource; readonly before: string } | null;
}

const nothing: Suggestions = { candidates: [], more: null };

/** `words`: the words after the program's name. The last one is at the cursor and may be empty. */
export function suggest(specs: readonly CommandSpec[], words: readonly string[]): Suggestions {
  const current = words.at(-1) ?? '';
  let command: CommandSpec | null = null;
  let operands = 0;
  let pending: OptionName | null = null;
  const given = new Set<OptionName>();

  for (const [index, word] of words.slice(0, -1).entries()) {
    if (pending !== null && !(isOptional(pending) && word.startsWith('-'))) {
      pending = null;
      continue;
    }
    pending = null;
    if (word === '--')
      return command?.runsCommands === true
        ? afterSeparator(specs, words.slice(index + 1))
        : nothing;
    if (word.startsWith('-') && word !== '-') {
      const name = nameOf(command, word);
      if (name === null) continue;
      given.add(name);
      pending = takesNext(name, word) ? name : null;
      continue;
    }
    // Complete `help enable` like `enable`.
    if (index === 0 && word === 'help') continue;
    const next: CommandSpec | undefined = (
      command === null ? specs : (command.subcommands ?? [])
    ).find((spec) => spec.name === word);
    if (next !== undefined && operands === 0) command = next;
    else operands += 1;
  }

  if (pending !== null && !(isOptional(pending) && current.startsWith('-')))
    return valuesOf(pending, current, '', command);
  const [, long, assigned] = /^--([a-z-]+)=(.*)$/s.exec(current) ?? [];
  if (long !== undefined && assigned !== undefined) {
    const name = nameOf(command, `--${long}`);
    return name === null ? nothing : valuesOf(name, assigned, `--${long}=`, command);
  }
  if (current.startsWith('-'))
    return { candidates: optionWords(command, given).filter(startsWith(current)), more: null };
  const found = wordsFor(specs, command, operands);
  const candidates = found.candidates.filter(startsWith(current));
  const bare = candidates.length === 0 && found.more === null && current === '';
  return { candidates: bare ? optionWords(command, given) : candidates, more: found.more };
}

/** After `--` comes another command. If it is dhmc again, its line is completed like any other. */
function afterSeparator(specs: readonly CommandSpec[], words: readonly string[]): Suggestions {
  const [program = ''] = words;
  if (words.length > 1)
    return program === 'dhmc'
      ? suggest(specs, words.slice(1))
      : { candidates: [], more: { where: 'files', before: '' } };
  const candidates = [{ word: 'dhmc', about: 'this program, against the sandbox' }].filter(
    startsWith(program),
  );
  return { candidates, more: { where: 'commands', before: '' } };
}

const startsWith =
  (current: string) =>
  ({ word }: Candidate): boolean =>
    word.startsWith(current);

function nameOf(command: CommandSpec | null, word: string): OptionName | null {
  const long = /^--([a-z-]+)/.exec(word)?.[1];
  const short = long === undefined ? word.at(-1) : undefined;
  return (
    command?.options.find((name) =>
      long === undefined ? specOf(name).short === short : name === long,
    ) ?? null
  );
}

const takesNext = (name: OptionName, word: string): boolean =>
  specOf(name).kind !== 'flag' && !word.includes('=');

/** Whether the option's value can be left out. */
function isOptional(name: OptionName): boolean {
  const spec = specOf(name);
  return spec.kind === 'list' && spec.preset !== undefined;
}

const helpOf = (command: CommandSpec | null, name: OptionName): string =>
  (command === null ? specOf(name) : optionOf(command, name)).help;

function optionWords(
  command: CommandSpec | null,
  given: ReadonlySet<OptionName>,
): readonly Candidate[] {
  const own = (command?.options ?? [])
    .filter((name) => !given.has(name) || specOf(name).kind === 'list')
    .map((name) => ({ word: `--${name}`, about: helpOf(command, name) }));
  const common = [{ word: '--help', about: 'print help' }];
  return [
    ...own,
    ...common,
    ...(command === null ? [{ word: '--version', about: 'print the version' }] : []),
  ];
}

/** Commands, subcommands and operands. */
function wordsFor(
  specs: readonly CommandSpec[],
  command: CommandSpec | null,
  operands: number,
): Suggestions {
  const next = (command === null ? specs : (command.subcommands ?? [])).filter(
    (spec) => spec.hidden !== true,
  );
  const help = command === null ? [{ word: 'help', about: 'print the help of a command' }] : [];
  const candidates =
    operands > 0
      ? []
      : [...next.map((spec) => ({ word: spec.name, about: spec.summary })), ...help];
  const expected = command?.operands;
  if (expected === undefined || operands >= expected.most) return { candidates, more: null };
  const { takes } = expected;
  if (typeof takes === 'string') return { candidates, more: { where: takes, before: '' } };
  return { candidates: [...candidates, ...takes.map((word) => ({ word, about: '' }))], more: null };
}

/**
 * Values that start with `text`, or with the last part of a comma list. `before`: the part of the word before the
 * value.
 */
function valuesOf(
  name: OptionName,
  text: string,
  before: string,
  command: CommandSpec | null,
): Suggestions {
  const spec = command === null ? specOf(name) : optionOf(command, name);
  const takes = spec.kind === 'flag' ? undefined : spec.parse.takes;
  if (takes?.kind === 'file') return { candidates: [], more: { where: 'files', before } };
  if (takes?.kind === 'run or file') return { candidates: [], more: { where: 'runs', before } };
  if (takes?.kind === 'directory')
    return { candidates: [], more: { where: 'directories', before } };
  if (name === 'profile') return { candidates: [], more: { where: 'profiles', before } };
  if (takes?.kind !== 'choice') return nothing;
  const cut = isCommaList(spec) ? text.lastIndexOf(',') + 1 : 0;
  const kept = text.slice(0, cut);
  const used = kept.split(',');
  const candidates = takes.choices
    .filter((choice) => choice.startsWith(text.slice(cut)) && !used.includes(choice))
    .map((choice) => ({ word: `${before}${kept}${choice}`, about: '' }));
  return { candidates, more: null };
}

const isCommaList = (spec: OptionSpec): boolean => spec.kind === 'list' && spec.split === 'comma';
