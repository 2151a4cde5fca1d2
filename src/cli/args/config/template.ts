/** A configuration file to start from: every option with its meaning, and the given options set. */
import { wrap } from '../../../render/text-width.ts';
import { optionNames, specOf, variableOf, type OptionName } from '../options.ts';
import { readListItem } from '../option-spec.ts';
import type { Given } from '../resolve.ts';
import { whyNotInFound } from './found.ts';

export interface ConfigTemplate {
  readonly text: string;
  /** Given options that the file does not set, and why. */
  readonly leftOut: readonly string[];
}

/** Options of these groups are in the file even if they were not given. */
const groups = ['Scope', 'Reaching accounts', 'Applying', 'Output'] as const;

/** The width that editors show. */
const maxColumns = 80;

const head = [
  '# Configuration of dhmc. Save this as dhmc.config.yaml in the directory where',
  '# you run dhmc, or name it with --config FILE. Command-line options and DHMC_*',
  '# variables take precedence over it.',
];

export function configTemplate(given: Given): ConfigTemplate {
  const leftOut: string[] = [];
  const lines = [...head];
  const names = optionNames.filter(
    (name) =>
      specOf(name).commandLineOnly !== true &&
      specOf(name).notInFiles === undefined &&
      (given.has(name) || groups.some((group) => group === specOf(name).group)),
  );
  for (const group of new Set(names.map((name) => specOf(name).group))) {
    lines.push('', `# ${group}`);
    for (const name of names.filter((one) => specOf(one).group === group)) {
      const values = given.get(name);
      const reason = values === undefined ? null : whyNotSet(name);
      if (reason !== null) leftOut.push(`${name} is not set in the file: ${reason}`);
      lines.push('', ...wrap(helpOf(name), maxColumns, '# '));
      if (values === undefined) lines.push(`# ${name}: ${placeholder(name)}`);
      else if (reason !== null)
        lines.push(
          ...wrap(`Not set: ${reason}`, maxColumns, '# '),
          `# ${name}: ${placeholder(name)}`,
        );
      else lines.push(`${name}: ${written(name, values)}`);
    }
  }
  return { text: `${lines.join('\n')}\n`, leftOut };
}

function whyNotSet(name: OptionName): string | null {
  const spec = specOf(name);
  if (spec.kind === 'value' && spec.secret === true)
    return `it is secret. Use ${variableOf(name)} or the command line.`;
  return whyNotInFound(name);
}

function helpOf(name: OptionName): string {
  const spec = specOf(name);
  const byDefault = spec.kind === 'flag' ? undefined : spec.default;
  return byDefault === undefined ? spec.help : `${spec.help} (default: ${byDefault})`;
}

function placeholder(name: OptionName): string {
  const spec = specOf(name);
  if (spec.kind === 'flag') return 'true';
  const metavar = spec.metavar.toUpperCase();
  const example = /^[\w|=%./-]+$/.test(metavar) ? metavar : JSON.stringify(metavar);
  if (spec.kind === 'list') return `[${example}]`;
  const byDefault = spec.default ?? '';
  return /^[\w./-]+$/.test(byDefault) && spec.parse(byDefault).ok ? byDefault : example;
}

function written(name: OptionName, values: readonly (string | null)[]): string {
  const spec = specOf(name);
  if (spec.kind === 'flag') return 'true';
  if (spec.kind === 'value') return scalar(values.at(-1) ?? '');
  const items = values.flatMap((value) => readListItem(spec, value ?? spec.preset ?? ''));
  return `[${items.map(scalar).join(', ')}]`;
}

/** Quoted, unless it is clearly a word, or a number whose spelling YAML keeps. */
const scalar = (value: string): string =>
  (/^[a-z][\w./-]*$/i.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)) ||
  /^[1-9]\d{0,5}$/.test(value)
    ? value
    : JSON.stringify(value);
