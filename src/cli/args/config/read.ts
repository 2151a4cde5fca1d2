/**
 * Reads a configuration file as options: checks each member against the table of options, and reports each fault with
 * its line.
 */
import { dirname, join, isAbsolute, normalize } from 'node:path';
import { UsageError } from '../../../core/model/errors.ts';
import { nearest } from '../../../core/problems/nearest.ts';
import { optionNames, specOf, type OptionName } from '../options.ts';
import { readListItem, type OptionSpec } from '../option-spec.ts';
import type { ParsedValue, Parser } from '../parsers.ts';
import { FileRefused, readRegular } from '../../../journal/regular-file.ts';
import { requireOwnConfig, staysInFolder, whyNotInFound } from './found.ts';
import type { ConfigLocation } from './locate.ts';
import type { ConfigValue, Fault, Member, ReadDocument } from './document.ts';

export interface ConfigFile {
  /** As it was given or found. */
  readonly path: string;
  /** Whether it was found in the working directory without being named. */
  readonly found: boolean;
  readonly entries: ReadonlyMap<OptionName, { readonly value: unknown; readonly line: number }>;
}

/** A list of options is never larger. */
const maxBytes = 1_000_000;

/**
 * The file's options, with the specifications that the command uses. Throws `UsageError`, which names each fault by
 * line.
 */
export async function readConfig(
  { path, found }: ConfigLocation,
  optionOf: (name: OptionName) => OptionSpec = specOf,
): Promise<ConfigFile> {
  if (found) await requireOwnConfig(path);
  const document = await documentOf(path);
  if ('fault' in document) throw refusal(path, [document.fault]);
  const entries = new Map<OptionName, { value: unknown; line: number }>();
  const faults: Fault[] = [];
  for (const member of document.members) {
    if (member.name === '$schema') continue;
    const name = optionNames.find((candidate) => candidate === member.name);
    const complaint =
      whyNotInFile(member, name) ?? (found && name !== undefined ? whyNotInFound(name) : null);
    if (complaint !== null || name === undefined) {
      faults.push({
        line: member.line,
        complaint: `${member.name}: ${complaint ?? 'unknown option.'}`,
      });
      continue;
    }
    const wrong: Fault[] = [];
    const value = valueOf(member, optionOf(name), dirname(path), (line, what) =>
      wrong.push({ line, complaint: `${name}: ${what}` }),
    );
    if (found && wrong.length === 0 && specOf(name).writes === true) {
      for (const target of [value].flat())
        if (typeof target === 'string' && !(await staysInFolder(path, target)))
          wrong.push({
            line: member.line,
            complaint: `${name}: "${target}" is outside the file's folder, and the file was not named with --config. Name it, or choose a path inside the folder.`,
          });
    }
    faults.push(...wrong);
    if (wrong.length === 0) entries.set(name, { value, line: member.line });
  }
  if (faults.length > 0) throw refusal(path, faults);
  return { path, found, entries };
}

/** The file's `output`, whatever else is wrong with the file; undefined if there is none or it cannot be read. */
export async function readOutput({ path, found }: ConfigLocation): Promise<unknown> {
  try {
    if (found) await requireOwnConfig(path);
    const document = await documentOf(path);
    if ('fault' in document) return undefined;
    const value = document.members.find(({ name }) => name === 'output')?.value;
    return value?.kind === 'scalar' ? value.value : undefined;
  } catch {
    return undefined;
  }
}

async function documentOf(path: string): Promise<ReadDocument> {
  const text = await textOf(path);
  const { readDocument } = await import('./document.ts');
  return readDocument(text, path.endsWith('.json') ? 'json' : 'yaml');
}

async function textOf(path: string): Promise<string> {
  try {
    return (await readRegular(path, { most: maxBytes })).replace(/^\uFEFF/, '');
  } catch (error) {
    if (error instanceof FileRefused)
      throw new UsageError(
        `The configuration file ${path} ${error.message}.`,
        'Name another file with --config.',
      );
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `Configuration file ${path} not found.`
        : `The configuration file ${path} cannot be read: ${code}.`,
      'Name a JSON or YAML file with --config (or DHMC_CONFIG), or leave it out.',
    );
  }
}

function whyNotInFile(member: Member, name: OptionName | undefined): string | null {
  if (name === undefined) {
    const inFiles = optionNames.filter((candidate) => isForFiles(specOf(candidate)));
    const near = nearest(
      member.name
        .replaceAll('_', '-')
        .replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      inFiles,
    );
    return near === null ? 'unknown option.' : `unknown option. Did you mean ${near}?`;
  }
  const spec = specOf(name);
  if (spec.commandLineOnly === true)
    return `not allowed in a file: it is too risky. Give --${name} on the command line.`;
  return spec.notInFiles ?? null;
}

export const isForFiles = (spec: OptionSpec): boolean =>
  spec.commandLineOnly !== true && spec.notInFiles === undefined;

type Complain = (line: number, what: string) => void;

function valueOf(member: Member, spec: OptionSpec, folder: string, complain: Complain): unknown {
  const { value } = member;
  if (spec.kind === 'flag') {
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
    return complain(value.line, 'must be true or false.');
  }
  const secret = spec.kind === 'value' && spec.secret === true;
  const parsed = (text: string, line: number, parse: Parser<unknown>): unknown =>
    unwrap(parse(inFolder(folder, text, spec)), secret ? 'the value' : `"${text}"`, line, complain);
  if (spec.kind === 'value') {
    const text = value.kind === 'scalar' ? textOfScalar(value, spec.parse) : null;
    if (text !== null) return parsed(text, value.line, spec.parse);
    return complain(
      value.line,
      `must be ${spec.parse.takes?.kind === 'number' ? 'a number' : `a single string${quoted(value)}`}.`,
    );
  }
  const items = itemsOf(value, spec.parse, spec.metavar === 'key=value');
  if (items === null)
    return complain(value.line, `must be a string or a list of strings${quoted(value)}.`);
  if (items.length === 0) return complain(value.line, 'is an empty list. Leave it out.');
  const parts = items.flatMap(({ text, line, whole }) =>
    (whole === true ? [text] : readListItem(spec, text)).map((part) => ({ part, line })),
  );
  const values = parts.map(({ part, line }) => parsed(part, line, spec.parse));
  const texts = parts.map(({ part }) => part);
  if (spec.validateAll !== undefined && !values.includes(undefined))
    unwrap(spec.validateAll(texts), `"${texts.join(',')}"`, value.line, complain);
  return values;
}

/**
 * The text of a scalar, or null if it is not a string. A number counts as text, in its own spelling, only for ids and
 * shares.
 */
function textOfScalar(scalar: ConfigValue, parse: Parser<unknown>): string | null {
  if (scalar.kind !== 'scalar') return null;
  const numbers =
    parse.takes?.kind === 'number' || (parse.takes?.kind === 'text' && parse.takes.digits === true);
  return typeof scalar.value === 'string' || (numbers && typeof scalar.value === 'number')
    ? scalar.written
    : null;
}

interface Item {
  readonly text: string;
  readonly line: number;
  /** Whether the text must not be split at commas. */
  readonly whole?: true;
}

/** The texts of a string, of a list of strings or, for tags, of a map. Null for anything else. */
function itemsOf(
  value: ConfigValue,
  parse: Parser<unknown>,
  pairs: boolean,
): readonly Item[] | null {
  if (value.kind === 'map') {
    if (!pairs) return null;
    const items = value.members.flatMap(({ name, line, value: part }) =>
      part.kind === 'scalar' && part.value !== null
        ? [{ text: `${name}=${part.written}`, line, whole: true as const }]
        : [],
    );
    return items.length === value.members.length ? items : null;
  }
  const parts = value.kind === 'list' ? value.items : [value];
  const items = parts.flatMap((part) => {
    const text = textOfScalar(part, parse);
    return text === null ? [] : [{ text, line: part.line }];
  });
  return items.length === parts.length ? items : null;
}

function unwrap(
  parsed: ParsedValue<unknown>,
  what: string,
  line: number,
  complain: Complain,
): unknown {
  if (parsed.ok) return parsed.value;
  complain(line, `${what} ${parsed.complaint}. ${parsed.fix}`);
  return undefined;
}

const quoted = (value: ConfigValue): string =>
  value.kind === 'scalar' && ['number', 'boolean'].includes(typeof value.value)
    ? ' (put it in quotes)'
    : '';

/** Paths in a file are relative to it. */
function inFolder(folder: string, text: string, spec: OptionSpec): string {
  const isPath =
    spec.kind !== 'flag' &&
    (spec.parse.takes?.kind === 'file' || spec.parse.takes?.kind === 'directory');
  if (!isPath || text.trim() === '' || /^~(?:\/|$)/.test(text)) return text;
  return isAbsolute(text) ? normalize(text) : join(folder, text);
}

const maxFaults = 8;

function refusal(path: string, faults: readonly Fault[]): UsageError {
  const listed = faults
    .slice(0, maxFaults)
    .map(({ line, complaint }) => `line ${line}: ${complaint}`);
  if (faults.length > maxFaults) listed.push(`and ${faults.length - maxFaults} more`);
  return new UsageError(
    [`The configuration file ${path} is not valid:`, ...listed].join('\n'),
    'Names and values are those of the options (dhmc enable --help); `dhmc config show` shows the effective values.',
  );
}
