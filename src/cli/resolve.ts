/** From what was given, on the command line and in the environment, to the value of every option and where it came from. */
import type { SelectorSource } from '../core/scope.ts';
import { UsageError } from '../core/errors.ts';
import { optionNames, specOf, variableOf, type List, type OptionName, type OptionSpec, type OptionValues } from './options.ts';
import { yesOrNo, type Parsed } from './values.ts';

/** What the command line gave: for every option its values in order, `null` for one without a value. */
export type Given = ReadonlyMap<OptionName, readonly (string | null)[]>;

export interface Resolved {
  readonly values: OptionValues;
  readonly sources: ReadonlyMap<OptionName, SelectorSource>;
}

const selectors: readonly OptionName[] = ['org', 'ou', 'account'];
const exclusions: readonly OptionName[] = ['exclude-ou', 'exclude-account', 'exclude-region'];

/**
 * Flags win over variables; the selectors of the command line replace all of those of the environment; exclusions add
 * up. `allowed` are the command's options, `selectorsFromVariables` whether its scope may come from the environment.
 * Throws `UsageError` for the first value that does not hold.
 */
export function resolveOptions(
  allowed: readonly OptionName[],
  given: Given,
  environment: Readonly<Record<string, string | undefined>>,
  rules: { readonly selectorsFromVariables: boolean },
): Resolved {
  const values: Record<string, unknown> = {};
  const sources = new Map<OptionName, SelectorSource>();
  const selectedByFlag = selectors.some((name) => given.has(name));

  for (const name of optionNames) {
    const spec: OptionSpec = specOf(name);
    values[name] = spec.kind === 'flag' ? false : undefined;
    if (!allowed.includes(name)) continue;

    const isSelector = selectors.includes(name);
    const mayUseVariable = spec.commandLineOnly !== true && !(isSelector && (selectedByFlag || !rules.selectorsFromVariables));
    const fromFlag = given.has(name) ? readFlag(name, spec, given.get(name) ?? []) : undefined;
    const needsVariable = mayUseVariable && (fromFlag === undefined || exclusions.includes(name));
    const fromVariable = needsVariable ? readVariable(name, spec, environment[variableOf(name)]) : undefined;

    if (fromFlag !== undefined && fromVariable !== undefined && exclusions.includes(name)) {
      values[name] = [...(fromVariable as readonly unknown[]), ...(fromFlag as readonly unknown[])];
    } else if (fromFlag !== undefined || fromVariable !== undefined) {
      values[name] = fromFlag ?? fromVariable;
    }
    if (fromFlag !== undefined) sources.set(name, 'command line');
    else if (fromVariable !== undefined) sources.set(name, 'environment');
  }
  return { values: values as OptionValues, sources };
}

function readFlag(name: OptionName, spec: OptionSpec, raw: readonly (string | null)[]): unknown {
  const label = `--${name}`;
  for (const one of raw) {
    if (one !== null && /^-+[a-z]/i.test(one)) {
      const taken = spec.kind === 'value' && spec.secret === true ? 'an option' : one;
      throw new UsageError(`${label} needs a value, and ${taken} is none.`, `Give the value as ${label}=VALUE.`);
    }
  }
  switch (spec.kind) {
    case 'flag':
      return true;
    case 'value':
      return must(label, raw.at(-1) ?? '', spec.parse(raw.at(-1) ?? ''), spec.secret === true);
    case 'list':
      return raw.flatMap((one) => readList(label, spec, one ?? spec.bare ?? ''));
  }
}

/** Undefined where the variable is not set, or empty. */
function readVariable(name: OptionName, spec: OptionSpec, raw: string | undefined): unknown {
  if (raw === undefined || raw === '') return undefined;
  const label = variableOf(name);
  switch (spec.kind) {
    case 'flag':
      return must(label, raw, yesOrNo(raw), false) ? true : undefined;
    case 'value':
      return must(label, raw, spec.parse(raw), spec.secret === true);
    case 'list':
      return readList(label, spec, raw);
  }
}

function readList(label: string, spec: List<unknown>, raw: string): readonly unknown[] {
  const parts =
    spec.split === 'comma'
      ? raw
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : [raw];
  if (parts.length === 0) return [must(label, raw, spec.parse(''), false)];
  return parts.map((part) => must(label, part, spec.parse(part), false));
}

function must<T>(label: string, raw: string, parsed: Parsed<T>, secret: boolean): T {
  if (parsed.ok) return parsed.value;
  throw new UsageError(secret ? `The value of ${label} ${parsed.complaint}.` : `${label}: "${raw}" ${parsed.complaint}.`, parsed.fix);
}
