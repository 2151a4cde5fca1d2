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
  /** Cannot be set by a variable or a configuration file, because it can do too much damage. */
  readonly commandLineOnly?: true;
  /** Names a file or directory to write to. */
  readonly writes?: true;
  /** Can be set by a variable but not in a configuration file, for this reason. */
  readonly notInFiles?: string;
}

export interface Flag extends OptionCommon {
  readonly kind: 'flag';
}

export interface Single<T> extends OptionCommon {
  readonly kind: 'value';
  readonly metavar: string;
  readonly parse: Parser<T>;
  /** Shown in help; the code that uses the option supplies it. */
  readonly default?: string;
  /** Error messages do not repeat the value. */
  readonly secret?: true;
}

export interface List<T> extends OptionCommon {
  readonly kind: 'list';
  readonly metavar: string;
  readonly parse: Parser<T>;
  readonly default?: string;
  /**
   * `comma`: split at commas here. `pairs`: split at commas before a `KEY=`. `whole`: not split here, because a name
   * may contain a comma, and only code that knows the names can decide. `single`: never split.
   */
  readonly split: 'comma' | 'pairs' | 'whole' | 'single';
  /** Checks the values, each of which is valid, against each other. */
  readonly validateAll?: (texts: readonly string[]) => ParsedValue<unknown>;
  /** The meaning of the option without a value, if its value can be left out. */
  readonly preset?: string;
  /** The command takes only one value. */
  readonly once?: true;
}

export type OptionSpec = Flag | Single<unknown> | List<unknown>;

export const flag = (spec: Omit<Flag, 'kind'>): Flag => ({ kind: 'flag', ...spec });
export const single = <T>(spec: Omit<Single<T>, 'kind'>): Single<T> => ({ kind: 'value', ...spec });
export const list = <T>(spec: Omit<List<T>, 'kind'>): List<T> => ({ kind: 'list', ...spec });

/** The values in one text of a list: its parts if the list is split at commas, else the text. */
export function readListItem(spec: List<unknown>, raw: string): readonly string[] {
  if (spec.split !== 'comma' && spec.split !== 'pairs') return [raw];
  const parts = raw
    .split(spec.split === 'comma' ? ',' : /,(?=[^,=]+=)/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return parts.length === 0 ? [''] : parts;
}
