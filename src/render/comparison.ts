/** A comparison of two reports as text: for a terminal, for a pull request, as data (`dhmc.comparison/v1`). */
import { Chalk, type ChalkInstance } from 'chalk';
import { wrap } from './columns.ts';
import type { ComparedReport, Comparison, Difference, Seen } from './compare.ts';
import type { Style } from './index.ts';
import { forMarkdown, forMarkdownCode, forTerminal } from './neutralise.ts';
import { valueText } from './rows.ts';

export const comparisonFormats = ['table', 'markdown', 'json'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

/** Differences of one account that read the same, told once with their places. */
interface Line {
  readonly difference: Difference;
  readonly places: readonly string[];
  readonly text: string;
}

/** GitHub takes comments of 65,536 characters. */
const markdownLimit = 65_000;

const seenText = (seen: Seen): string => {
  const value = valueText(seen.value);
  return value === '' ? seen.state : `${seen.state} (${value})`;
};

const transition = ({ change, before, after }: Difference): string => {
  if (before === null || after === null) {
    const seen = after ?? before;
    return `${change}: ${seen === null ? 'unknown' : seenText(seen)}`;
  }
  const reason = after.problem === null ? '' : `, ${after.problem.code}`;
  const by = after.modifiedBy === null || after.modifiedBy === before.modifiedBy ? '' : `, by ${after.modifiedBy}`;
  return `${seenText(before)} → ${seenText(after)}${reason}${by}`;
};

const linesByAccount = (differences: readonly Difference[]): ReadonlyMap<string, readonly Line[]> => {
  const accounts = new Map<string, Map<string, { difference: Difference; places: string[]; text: string }>>();
  for (const difference of differences) {
    const lines = accounts.get(difference.account) ?? new Map<string, { difference: Difference; places: string[]; text: string }>();
    accounts.set(difference.account, lines);
    const text = transition(difference);
    const key = `${difference.change} ${difference.kind} ${text}`;
    const place = difference.region ?? (difference.kind === 'setting' ? 'all settings' : difference.kind);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { difference, places: [place], text });
    else line.places.push(place);
  }
  return new Map([...accounts].map(([account, lines]) => [account, [...lines.values()]]));
};

const told = (report: ComparedReport): string => `${report.run ?? report.action} of ${report.startedAt}`;

const counts = ({ summary }: Comparison): string =>
  `${summary.new} new, ${summary.gone} gone, ${summary.changed} changed, ${summary.same} the same`;

const signs: Readonly<Record<Difference['change'], string>> = { new: '+', gone: '-', changed: '~' };

const paints = (chalk: ChalkInstance): Readonly<Record<Difference['change'], (text: string) => string>> => ({
  new: chalk.green,
  gone: chalk.red,
  changed: chalk.yellow,
});

const goneNote = 'Gone: no longer in the report, because the account left, a region was disabled, or the scope was narrower.';

const asTable = (comparison: Comparison, style: Style): string => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const paint = paints(chalk);
  const sections = [
    [
      chalk.bold(`Since ${told(comparison.before)}: ${comparison.differences.length === 0 ? 'nothing is different' : counts(comparison)}`),
      ...(comparison.summary.gone > 0 ? wrap(goneNote, columns, '').map((line) => chalk.dim(line)) : []),
    ],
    ...[...linesByAccount(comparison.differences)].map(([account, lines]) => {
      const { accountName, accountPath } = lines[0]?.difference ?? { accountName: '', accountPath: null };
      return [
        `${chalk.bold(forTerminal(accountName))} ${account}${accountPath === null || accountPath === '' ? '' : chalk.dim(`  ${forTerminal(accountPath)}`)}`,
        ...lines.flatMap(({ difference, places, text }) => {
          const [first = '', ...rest] = wrap(`${places.join(', ')}: ${forTerminal(text)}`, columns, '    ');
          return [`  ${paint[difference.change](signs[difference.change])} ${first.slice(4)}`, ...rest];
        }),
      ];
    }),
  ];
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
};

const asMarkdown = (comparison: Comparison, most: number): string => {
  const head = [
    `## Since ${forMarkdown(told(comparison.before))}: ${comparison.differences.length === 0 ? 'nothing is different' : counts(comparison)}`,
    `${forMarkdownCode(comparison.organization.id)}, now ${forMarkdown(told(comparison.after))}.${comparison.summary.gone > 0 ? ` ${goneNote}` : ''}`,
  ].join('\n\n');
  if (comparison.differences.length === 0) return `${head}\n`;
  const rows = [...linesByAccount(comparison.differences)].flatMap(([account, lines]) =>
    lines.map(
      ({ difference, places, text }) =>
        `| ${forMarkdownCode(difference.accountName)} ${account} | ${difference.change} | ${places.map(forMarkdown).join(', ')} | ${forMarkdown(text)} |`,
    ),
  );
  const kept: string[] = [];
  let room = most - head.length - 200;
  for (const row of rows) {
    room -= row.length + 1;
    if (room < 0) break;
    kept.push(row);
  }
  if (kept.length < rows.length) kept.push(`| and ${rows.length - kept.length} more rows: see the JSON report | | | |`);
  return `${head}\n\n| Account | Change | Targets | What |\n| --- | --- | --- | --- |\n${kept.join('\n')}\n`;
};

/** `room` is how many characters Markdown may take. */
export const renderComparison = (comparison: Comparison, format: ComparisonFormat, style: Style, room = markdownLimit): string => {
  switch (format) {
    case 'table':
      return asTable(comparison, style);
    case 'markdown':
      return asMarkdown(comparison, room);
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`;
  }
};
