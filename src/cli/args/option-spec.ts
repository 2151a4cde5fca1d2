/** The description of one option: the type of its value, where it may be set, and its help. */
import type { ParsedValue, Parser } from './parsers.ts';

export type OptionGroup =
  | 'Scope'
  | 'Reaching accounts'
  | 'Advice'
  | 'Applying'
  | 'Stack sets'
  | 'Policy'
  | 'Template'
  | 'Output'
  | 'Sandbox';

interface OptionCommon {
  readonly group: OptionGroup;
  readonly help: string;
  readonly short?: string;
  /** Takes no variable and no line of a configuration file: too much hangs on it. */
  readonly commandLineOnly?: true;
  /** Names a file or directory that is written to. */
  readonly writes?: true;
  /** Has a variable, but no line of a configuration file, for this reason. */
  readonly notInFiles?: string;
}

export interface Flag extends OptionCommon {
  readonly kind: 'flag';
}

export interface Single<T> extends OptionCommon {
  readonly kind: 'value';
  readonly metavar: string;
  readonly parse: Parser<T>;
  /** Shown in help; who uses the option supplies it. */
  readonly default?: string;
  /** Complaints do not repeat the value. */
  readonly secret?: true;
}

export interface List<T> extends OptionCommon {
  readonly kind: 'list';
  readonly metavar: string;
  readonly parse: Parser<T>;
  readonly default?: string;
  /**
   * `comma`: split at commas here. `pairs`: at commas that a `KEY=` follows. `whole`: passed on as given, since a name may
   * hold a comma and only who knows the names can tell. `single`: never split.
   */
  readonly split: 'comma' | 'pairs' | 'whole' | 'single';
  /** Holds the values, each of them good, against each other. */
  readonly validateAll?: (texts: readonly string[]) => ParsedValue<unknown>;
  /** What the bare option means, where its value may be left out. */
  readonly preset?: string;
  /** The command takes one value. */
  readonly once?: true;
}

export type OptionSpec = Flag | Single<unknown> | List<unknown>;

export const flag = (spec: Omit<Flag, 'kind'>): Flag => ({ kind: 'flag', ...spec });
export const single = <T>(spec: Omit<Single<T>, 'kind'>): Single<T> => ({ kind: 'value', ...spec });
export const list = <T>(spec: Omit<List<T>, 'kind'>): List<T> => ({ kind: 'list', ...spec });

/** The values in one text of a list: its parts, if the list is split at commas. */
export function readListItem(spec: List<unknown>, raw: string): readonly string[] {
  if (spec.split !== 'comma' && spec.split !== 'pairs') return [raw];
  const parts = raw
    .split(spec.split === 'comma' ? ',' : /,(?=[^,=]+=)/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length === 0 ? [''] : parts;
}
