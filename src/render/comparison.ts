/** A comparison of two reports: as text for a terminal or a pull request, or as data (`dhmc.comparison/v1`). */
import { Chalk, type ChalkInstance } from 'chalk';
import { wrap } from './text-width.ts';
import type { ComparedReport, Comparison, Difference, SeenTarget } from './compare.ts';
import type { Style } from './style.ts';
import { forMarkdown, forMarkdownCode, escapeForTerminal } from './escape.ts';
import { withoutPlace } from '../core/problems/alike.ts';
import { append, valueText } from './targets.ts';

export const comparisonFormats = ['table', 'markdown', 'json'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

/** Differences of one account with the same text, reported once with their places. */
interface Line {
  readonly difference: Difference;
  readonly places: readonly string[];
  readonly text: string;
}

/** In characters. GitHub allows comments of 65,536. */
const markdownLimit = 65_000;

/** Formats a value or a name. */
type Shown = (text: string) => string;

const asItIs: Shown = (text) => text;

const seenText = (seen: SeenTarget, shown: Shown): string => {
  const value = valueText(seen.value);
  return value === '' ? seen.state : `${seen.state} (${shown(value)})`;
};

const transition = ({ change, before, after }: Difference, shown: Shown): string => {
  if (before === null || after === null) {
    const seen = after ?? before;
    return `${change}: ${seen === null ? 'unknown' : seenText(seen, shown)}`;
  }
  const reason = after.problem === null ? '' : `, ${after.problem.code}`;
  const by =
    after.modifiedBy === null || after.modifiedBy === before.modifiedBy
      ? ''
      : `, by ${shown(after.modifiedBy)}`;
  return `${seenText(before, shown)} → ${seenText(after, shown)}${reason}${by}`;
};

/** Accounts with the same differences. */
interface Alike {
  /** One difference of each account, for the account's name. */
  readonly accounts: readonly Difference[];
  readonly lines: readonly Line[];
}

const linesOf = (differences: readonly Difference[]): readonly Line[] => {
  const lines = new Map<string, { difference: Difference; places: string[]; text: string }>();
  for (const difference of differences) {
    const text = transition(difference, asItIs);
    const key = `${difference.change} ${difference.kind} ${text}`;
    const place =
      difference.region ?? (difference.kind === 'setting' ? 'all settings' : difference.kind);
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { difference, places: [place], text });
    else line.places.push(place);
  }
  return [...lines.values()];
};

/** Keeps the order of the report. Accounts whose lines differ only in the account become one group. */
const groupAccounts = (differences: readonly Difference[]): readonly Alike[] => {
  const accounts = new Map<string, Difference[]>();
  for (const difference of differences) append(accounts, difference.account, difference);
  const groups = new Map<
    string,
    { accounts: Difference[]; lines: readonly Line[]; general: readonly Line[] }
  >();
  for (const [account, own] of accounts) {
    const [first] = own;
    if (first === undefined) continue;
    const lines = linesOf(own);
    const inEvery: Shown = (text) => withoutPlace(text, account);
    const inGeneral = lines.map((line) => ({
      ...line,
      text: transition(line.difference, inEvery),
    }));
    const key = JSON.stringify(
      inGeneral.map(({ difference, places, text }) => [difference.change, places, text]),
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { accounts: [first], lines, general: inGeneral });
    else group.accounts.push(first);
  }
  return [...groups.values()].map((group) => ({
    accounts: group.accounts,
    lines: group.accounts.length === 1 ? group.lines : group.general,
  }));
};

const maxAccounts = 8;

const inWords = (report: ComparedReport): string =>
  `${report.run ?? report.action} of ${report.startedAt}`;

const counts = ({ summary }: Comparison): string =>
  `${summary.new} new, ${summary.gone} gone, ${summary.changed} changed, ${summary.same} the same`;

const signs: Readonly<Record<Difference['change'], string>> = { new: '+', gone: '-', changed: '~' };

const paints = (
  chalk: ChalkInstance,
): Readonly<Record<Difference['change'], (text: string) => string>> => ({
  new: chalk.green,
  gone: chalk.red,
  changed: chalk.yellow,
});

/** Why some targets are in only one report. A comparison does not know the scope of the reports. */
const oneSided = ({ summary }: Comparison): readonly string[] => [
  ...(summary.new > 0
    ? [
        'New: not in the earlier report, because the account joined, a region was enabled, or the scope was narrower then.',
      ]
    : []),
  ...(summary.gone > 0
    ? [
        'Gone: no longer in the report, because the account left, a region was disabled, or the scope was narrower.',
      ]
    : []),
];

const asTable = (comparison: Comparison, style: Style): string => {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const paint = paints(chalk);
  const nameOf = ({ account, accountName }: Difference): string =>
    `${escapeForTerminal(accountName)} ${account}`.trim();
  const heading = (difference: Difference): string => {
    const { account, accountName, accountPath } = difference;
    const path =
      accountPath === null || accountPath === ''
        ? ''
        : chalk.dim(`  ${escapeForTerminal(accountPath)}`);
    return `${chalk.bold(escapeForTerminal(accountName))} ${account}${path}`;
  };
  const alike = (accounts: readonly Difference[]): readonly string[] => {
    const more =
      accounts.length > maxAccounts ? `, … and ${accounts.length - maxAccounts} more` : '';
    const names = `${accounts.slice(0, maxAccounts).map(nameOf).join(', ')}${more}`;
    return [
      chalk.bold(`${accounts.length} accounts alike`),
      ...wrap(names, columns, '    ').map((line) => chalk.dim(line)),
    ];
  };
  const sections = [
    [
      chalk.bold(
        `Since ${inWords(comparison.before)}: ${comparison.differences.length === 0 ? 'nothing is different' : counts(comparison)}`,
      ),
      ...oneSided(comparison).flatMap((note) =>
        wrap(note, columns, '').map((line) => chalk.dim(line)),
      ),
    ],
    ...groupAccounts(comparison.differences).map(({ accounts, lines }) => [
      ...(accounts.length === 1 ? accounts.map(heading) : alike(accounts)),
      ...lines.flatMap(({ difference, places, text }) => {
        const [first = '', ...rest] = wrap(
          `${places.join(', ')}: ${escapeForTerminal(text)}`,
          columns,
          '    ',
        );
        return [
          `  ${paint[difference.change](signs[difference.change])} ${first.slice(4)}`,
          ...rest,
        ];
      }),
    ]),
  ];
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
};

const asMarkdown = (comparison: Comparison, most: number): string => {
  const head = [
    `## Since ${forMarkdown(inWords(comparison.before))}: ${comparison.differences.length === 0 ? 'nothing is different' : counts(comparison)}`,
    `${forMarkdownCode(comparison.organization.id)}, now ${forMarkdown(inWords(comparison.after))}.${oneSided(
      comparison,
    )
      .map((note) => ` ${note}`)
      .join('')}`,
  ].join('\n\n');
  if (comparison.differences.length === 0) return `${head}\n`;
  const nameOf = ({ account, accountName }: Difference): string =>
    `${forMarkdownCode(accountName)} ${account}`.trim();
  const rows = groupAccounts(comparison.differences).flatMap(({ accounts, lines }) => {
    const more = accounts.length > maxAccounts ? `, and ${accounts.length - maxAccounts} more` : '';
    const count = accounts.length === 1 ? '' : `${accounts.length} accounts: `;
    const who = `${count}${accounts.slice(0, maxAccounts).map(nameOf).join(', ')}${more}`;
    return lines.map(
      ({ difference, places, text }) =>
        `| ${who} | ${difference.change} | ${places.map(forMarkdown).join(', ')} | ${forMarkdown(text)} |`,
    );
  });
  const kept: string[] = [];
  let room = most - head.length - 200;
  for (const row of rows) {
    room -= row.length + 1;
    if (room < 0) break;
    kept.push(row);
  }
  if (kept.length < rows.length)
    kept.push(`| and ${rows.length - kept.length} more rows: see the JSON report | | | |`);
  return `${head}\n\n| Account | Change | Targets | What |\n| --- | --- | --- | --- |\n${kept.join('\n')}\n`;
};

/** `room`: how many characters Markdown may have. */
export const renderComparison = (
  comparison: Comparison,
  format: ComparisonFormat,
  style: Style,
  room = markdownLimit,
): string => {
  switch (format) {
    case 'table':
      return asTable(comparison, style);
    case 'markdown':
      return asMarkdown(comparison, room);
    case 'json':
      return `${JSON.stringify(comparison, null, 2)}\n`;
  }
};
