import { UsageError } from '../../core/model/errors.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { optionNames, specOf, type OptionName } from '../args/options.ts';
import type { OptionGroup } from '../args/option-spec.ts';
import type { Invocation } from '../args/command.ts';
import { configTemplate } from '../args/config/template.ts';
import type { Resolved } from '../args/resolve.ts';
import { shown } from '../terminal/terminal.ts';

interface Shown {
  readonly name: OptionName;
  readonly group: OptionGroup;
  /** Null if none was given. */
  readonly value: string | number | boolean | readonly string[] | null;
  readonly source: string;
  readonly from: readonly string[];
  readonly default: string | null;
}

/** `dhmc config [show]`: the value of every option and its source. Secrets are masked. */
export async function showConfig({ options, terminal }: Invocation): Promise<ExitStatus> {
  const asked = options.values.output;
  if (
    asked !== undefined &&
    asked !== 'table' &&
    asked !== 'json' &&
    options.sources.get('output') === 'command line'
  ) {
    throw new UsageError(
      `--output: options can be shown as table or json, not as ${asked}.`,
      'Leave --output out, or use -o json.',
    );
  }
  const rows = optionNames
    .filter((name) => specOf(name).commandLineOnly !== true)
    .map((name) => rowOf(name, options));
  await terminal.write(asked === 'json' ? asJson(options, rows) : asText(options, rows));
  return exitStatuses.ok;
}

/** `dhmc config init`: a configuration file with the options of the command line, all others commented out. */
export async function initConfig({ given, terminal }: Invocation): Promise<ExitStatus> {
  const { text, leftOut } = configTemplate(given);
  await terminal.write(text);
  for (const note of leftOut) terminal.log(`Note: ${shown(note)}\n`);
  return exitStatuses.ok;
}

function rowOf(name: OptionName, { values, sources, origins: places }: Resolved): Shown {
  const spec = specOf(name);
  const value: unknown = values[name];
  const secret = spec.kind === 'value' && spec.secret === true;
  return {
    name,
    group: spec.group,
    value: sources.has(name) ? shownValue(value, secret) : null,
    source: sources.get(name) ?? 'default',
    from: places.get(name) ?? [],
    default: spec.kind === 'flag' ? 'false' : (spec.default ?? null),
  };
}

function shownValue(value: unknown, isSecret: boolean): Shown['value'] {
  if (isSecret) return '***';
  return Array.isArray(value) ? value.map(inWords) : plain(value);
}

const plain = (value: unknown): string | number | boolean =>
  typeof value === 'number' || typeof value === 'boolean' ? value : inWords(value);

/** An option's value as it is typed on the command line. */
function inWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('key' in value && 'value' in value) return `${String(value.key)}=${String(value.value)}`;
  if ('arn' in value) return String(value.arn);
  return JSON.stringify(value);
}

const asJson = ({ file, overridden }: Resolved, rows: readonly Shown[]): string =>
  `${JSON.stringify({ schema: 'dhmc.config/v1', file, options: rows.map(({ group: _group, ...row }) => row), setAside: overridden }, null, 2)}\n`;

function asText({ file, overridden }: Resolved, rows: readonly Shown[]): string {
  const given = rows.filter(
    ({ group, source }) => source !== 'default' || (group !== 'Policy' && group !== 'Sandbox'),
  );
  const cells = given.map((row) => ({
    ...row,
    text: shown(textOf(row)),
    place: shown(row.from.join(' and ')),
  }));
  const width = Math.min(
    48,
    Math.max(0, ...cells.filter(({ place }) => place !== '').map(({ text }) => text.length)),
  );
  const lines = [`Configuration file: ${file === null ? 'none' : shown(file)}`];
  for (const group of new Set(given.map((row) => row.group))) {
    lines.push('', group);
    for (const { name, text, place } of cells.filter((row) => row.group === group)) {
      lines.push(`  ${name.padEnd(22)}${place === '' ? text : `${text.padEnd(width)}  ${place}`}`);
    }
  }
  if (overridden.length > 0)
    lines.push('', `Replaced by selectors of higher precedence: ${shown(overridden.join(', '))}`);
  return `${lines.join('\n')}\n`;
}

const textOf = ({ value, default: otherwise }: Shown): string => {
  if (value === null) return otherwise === null || otherwise === 'false' ? '-' : `(${otherwise})`;
  return Array.isArray(value) ? value.join(', ') : String(value);
};
