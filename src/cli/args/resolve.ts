/** Resolves the value and the source of every option from command line, environment and file. */
import type { SelectorSource } from '../../core/model/scope.ts';
import { UsageError } from '../../core/model/errors.ts';
import { nearest } from '../../core/problems/nearest.ts';
import type { ConfigFile } from './config/read.ts';
import { optionNames, specOf, variableOf, type OptionName, type OptionValues } from './options.ts';
import { scopeOptions } from './option-sets.ts';
import { readListItem, type List, type OptionSpec } from './option-spec.ts';
import { yesOrNo, type ParsedValue } from './parsers.ts';

/** The options on the command line: for each the values in order, `null` for one without a value. */
export type Given = ReadonlyMap<OptionName, readonly (string | null)[]>;

export interface Resolved {
  readonly values: OptionValues;
  readonly sources: ReadonlyMap<OptionName, SelectorSource>;
  /** Where each value was set: `--region`, `DHMC_REGION`, `dhmc.config.yaml:4`. */
  readonly origins: ReadonlyMap<OptionName, readonly string[]>;
  /** The selectors that the command accepts. */
  readonly selectors: readonly OptionName[];
  /** Selectors that a stronger source replaced, with their places. */
  readonly overridden: readonly string[];
  /** The configuration file that was read. */
  readonly file: string | null;
  /** Whether it was found in the working directory without being named. */
  readonly fileWasFound: boolean;
}

/** With more differences, the variable is not a typing error: it belongs to another program. */
const maxSlips = (variable: string): number => (variable.length < 'DHMC_12345678'.length ? 1 : 2);

/**
 * Checks variables that start with `DHMC_`. One that is close to an option's variable is a typing error and throws
 * `UsageError`, since it could drop an exclusion. For the others it returns warnings.
 */
export function checkVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const names = Object.keys(environment).filter(
    (name) => name.startsWith('DHMC_') && (environment[name] ?? '') !== '',
  );
  const known = new Map(optionNames.map((option) => [variableOf(option), option]));
  return names.flatMap((name) => {
    const option = known.get(name);
    if (option !== undefined)
      return specOf(option).commandLineOnly === true
        ? [`${name} has no effect: --${option} works only on the command line.`]
        : [];
    const near = nearest(name, known.keys(), maxSlips(name));
    if (near !== null)
      throw new UsageError(`Unknown variable ${name}.`, `Did you mean ${near}? If not, unset it.`);
    return [`Ignoring unknown variable ${name}.`];
  });
}

/** Which part of the scope a command accepts only on the command line. */
export type CommandLineScope = 'selectors' | 'all' | 'nothing';

const selectors: readonly OptionName[] = ['org', 'ou', 'account'];
const exclusions: readonly OptionName[] = ['exclude-ou', 'exclude-account', 'exclude-region'];

interface ResolvedValue {
  readonly value: unknown;
  readonly place: string;
}

/** One source of values; layers are ordered from the strongest. */
interface Layer {
  readonly source: SelectorSource;
  readonly read: (name: OptionName, spec: OptionSpec) => ResolvedValue | undefined;
}

/**
 * Precedence: command line, then variables, then the file. If a stronger source has any selector, all selectors of
 * weaker sources are ignored; exclusions of all sources add up. `allowed`: the command's options. Throws `UsageError`
 * at the first invalid value.
 */
export function resolveOptions(
  allowed: readonly OptionName[],
  given: Given,
  environment: Readonly<Record<string, string | undefined>>,
  {
    commandLineScope,
    file,
    optionOf = specOf,
  }: {
    readonly commandLineScope: CommandLineScope;
    readonly file: ConfigFile | null;
    /** The options as this command takes them. */
    readonly optionOf?: (name: OptionName) => OptionSpec;
  },
): Resolved {
  const commandLine: Layer = {
    source: 'command line',
    read: (name, spec) => readFlag(name, spec, given.get(name)),
  };
  const weaker: readonly Layer[] = [
    {
      source: 'environment',
      read: (name, spec) => readVariable(name, spec, environment[variableOf(name)]),
    },
    ...(file === null
      ? []
      : [{ source: 'file', read: (name: OptionName) => readFile(file, name) } as const]),
  ];
  const layers = [commandLine, ...weaker];
  const selecting = layers.findIndex((layer) =>
    selectors.some((name) => allowed.includes(name) && selects(layer.read(name, optionOf(name)))),
  );
  const selectorLayers =
    commandLineScope === 'nothing' ? layers.slice(0, selecting + 1) : [commandLine];

  const layersFor = (name: OptionName, spec: OptionSpec): readonly Layer[] => {
    if (spec.commandLineOnly === true) return [commandLine];
    if (selectors.includes(name)) return selectorLayers;
    return commandLineScope === 'all' && scopeOptions.some((option) => option === name)
      ? [commandLine]
      : layers;
  };

  const values: Record<string, unknown> = {};
  const sources = new Map<OptionName, SelectorSource>();
  const places = new Map<OptionName, readonly string[]>();
  for (const name of optionNames) {
    const spec = optionOf(name);
    values[name] = spec.kind === 'flag' ? false : undefined;
    if (!allowed.includes(name)) continue;
    const found = findIn(layersFor(name, spec), name, spec);
    const [strongest] = found;
    if (strongest === undefined) continue;
    values[name] =
      found.length === 1 ? strongest.value : found.toReversed().flatMap(({ value }) => value);
    sources.set(name, strongest.source);
    places.set(
      name,
      found.map(({ place }) => place),
    );
  }
  const overridden = layers
    .filter((layer) => !selectorLayers.includes(layer))
    .flatMap((layer) =>
      selectors.flatMap((name) =>
        allowed.includes(name) ? placeOf(layer.read(name, optionOf(name)), name) : [],
      ),
    );
  return {
    values: values as OptionValues,
    sources,
    origins: places,
    selectors: selectors.filter((name) => allowed.includes(name)),
    overridden,
    file: file?.path ?? null,
    fileWasFound: file?.found ?? false,
  };
}

const selects = (found: ResolvedValue | undefined): boolean =>
  found !== undefined && found.value !== false;

const placeOf = (found: ResolvedValue | undefined, name: OptionName): readonly string[] =>
  found !== undefined && selects(found)
    ? [found.place.startsWith('DHMC_') ? found.place : `${name} in ${found.place}`]
    : [];

/** The value from the strongest source that has one; for exclusions, the values of all sources. */
function findIn(
  layers: readonly Layer[],
  name: OptionName,
  spec: OptionSpec,
): (ResolvedValue & { readonly source: SelectorSource })[] {
  const all: (ResolvedValue & { readonly source: SelectorSource })[] = [];
  for (const layer of layers) {
    const found = layer.read(name, spec);
    if (found === undefined) continue;
    all.push({ ...found, source: layer.source });
    if (!exclusions.includes(name)) break;
  }
  return all;
}

function readFlag(
  name: OptionName,
  spec: OptionSpec,
  raw: readonly (string | null)[] | undefined,
): ResolvedValue | undefined {
  if (raw === undefined) return undefined;
  const place = `--${name}`;
  switch (spec.kind) {
    case 'flag':
      return { value: true, place };
    case 'value':
      return {
        value: unwrap(spec.parse(raw.at(-1) ?? ''), complaintOn(place, raw.at(-1) ?? '', spec)),
        place,
      };
    case 'list':
      return {
        value: readList(
          place,
          spec,
          raw.map((one) => one ?? spec.preset ?? ''),
        ),
        place,
      };
  }
}

/** Undefined if the variable is unset or empty. */
function readVariable(
  name: OptionName,
  spec: OptionSpec,
  raw: string | undefined,
): ResolvedValue | undefined {
  if (raw === undefined || raw === '') return undefined;
  const place = variableOf(name);
  switch (spec.kind) {
    case 'flag':
      return { value: unwrap(yesOrNo(raw), complaintOn(place, raw)), place };
    case 'value':
      return { value: unwrap(spec.parse(raw), complaintOn(place, raw, spec)), place };
    case 'list':
      return { value: readList(place, spec, [raw]), place };
  }
}

function readFile(file: ConfigFile, name: OptionName): ResolvedValue | undefined {
  const entry = file.entries.get(name);
  return entry === undefined
    ? undefined
    : { value: entry.value, place: `${file.path}:${entry.line}` };
}

function readList(label: string, spec: List<unknown>, raw: readonly string[]): readonly unknown[] {
  const parts = raw.flatMap((one) => readListItem(spec, one));
  const values = parts.map((part) => unwrap(spec.parse(part), complaintOn(label, part)));
  if (spec.validateAll !== undefined)
    unwrap(spec.validateAll(parts), complaintOn(label, parts.join(',')));
  return values;
}

/** The beginning of an error message about a value; a secret value is not shown. */
const complaintOn = (
  label: string,
  raw: string,
  { secret = false }: { readonly secret?: boolean } = {},
): string => (secret ? `The value of ${label}` : `${label}: "${raw}"`);

function unwrap<T>(parsed: ParsedValue<T>, what: string): T {
  if (parsed.ok) return parsed.value;
  throw new UsageError(`${what} ${parsed.complaint}.`, parsed.fix);
}
