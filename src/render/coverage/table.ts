/** Coverage for a terminal: how many instances each role manages, the reasons, and what could not be read. */
import { nameAndId, namesOf, type AccountNames } from '../../core/model/account-names.ts';
import { Chalk, type ChalkInstance } from 'chalk';
import { managers, type CoverageReport, type ManagedBy } from '../../core/coverage/model.ts';
import type { ReasonGroup } from '../../core/coverage/reason-groups.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import { escapeForTerminal, forTerminalProse } from '../escape.ts';
import { wrapCounts } from '../table-summary.ts';
import { clip, fit, wrap } from '../text-width.ts';
import { groupUnread } from '../unread.ts';
import type { CoverageParts } from './format.ts';
import { countPlaces, totalOf, type CoverageCounts } from './places.ts';
import { changeLines, headline, managerWords } from './words.ts';
import { number, plural } from '../../core/model/counted.ts';

const signs: Readonly<Record<ManagedBy, string>> = {
  dhmc: '█',
  profile: '▓',
  activation: '▒',
  none: '·',
  unknown: '?',
};

/** A report with more lines repeats its headline at the end. */
const maxScreenLines = 30;

export async function* renderTable(parts: CoverageParts): AsyncIterable<string> {
  const { report, reasons, style } = parts;
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const sections = [
    summary(parts, chalk, columns),
    bars(parts, chalk, columns),
    ...(reasons.length === 0
      ? []
      : [reasonLines(reasons, namesOf(parts.report.accounts), chalk, columns)]),
    unreadLines(report, chalk, columns),
    changeLines(report.changes).flatMap((line) => wrap(line, columns, '')),
  ].filter((section) => section.length > 0);
  const above = sections.map((section) => section.join('\n')).join('\n\n');
  yield `${above}\n`;
  let lines = above.split('\n').length;
  if (parts.choice !== 'none')
    for await (const line of instanceLines(parts, chalk, columns)) {
      lines += 1;
      yield line;
    }
  if (lines > maxScreenLines)
    yield `\n${headlines(parts, columns)
      .map((line) => chalk.bold(line))
      .join('\n')}\n`;
}

const headlines = (parts: CoverageParts, columns: number): readonly string[] =>
  wrapCounts(`dhmc coverage: ${headline(parts)}`, columns);

async function* instanceLines(
  parts: CoverageParts,
  chalk: ChalkInstance,
  columns: number,
): AsyncIterable<string> {
  const { choice, report } = parts;
  const names = namesOf(report.accounts);
  let first = true;
  for await (const instance of parts.instances()) {
    if (choice === 'unmanaged' && !(isUnmanaged(instance) && isListed(instance.state))) continue;
    if (first)
      yield `\n${chalk.bold(choice === 'all' ? 'Instances' : 'Instances that are not managed')}\n`;
    first = false;
    const what = [instance.managedBy, instance.reason].filter((word) => word !== null).join(', ');
    const name = instance.name === null ? '' : ` ${clip(escapeForTerminal(instance.name), 30)}`;
    const line = `${instance.id}${name} in ${escapeForTerminal(nameAndId(instance.account, names))}, ${instance.region}: ${isListed(instance.state) ? what : instance.state}`;
    yield `${wrap(line, columns, '    ')
      .map((text, index) => (index === 0 ? text.trimStart() : text))
      .join('\n')}\n`;
  }
}

const isListed = (state: string): boolean => state === 'running' || state === 'pending';

function summary(parts: CoverageParts, chalk: ChalkInstance, columns: number): readonly string[] {
  const { report } = parts;
  const { summary: counts, organization } = report;
  const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const facts = [
    plural(counts.accounts, 'account'),
    plural(counts.cells, 'cell'),
    `${number(counts.running)} running, ${number(counts.stopped)} stopped`,
    `${plural(counts.calls, 'call')} in ${Math.max(0, seconds).toFixed(1)} s`,
    counts.throttled > 0 ? `${number(counts.throttled)} throttled` : null,
    `organization ${organization.id}`,
  ].filter((fact) => fact !== null);
  const by = managers
    .filter((who) => counts.managedBy[who] > 0)
    .map((who) => `${number(counts.managedBy[who])} ${managerWords[who]}`);
  const sure = (['proven', 'likely', 'unknown'] as const)
    .filter((how) => how !== 'unknown' || counts.confidence[how] > 0)
    .map((how) => `${number(counts.confidence[how])} ${how}`);
  return [
    ...headlines(parts, columns).map((line) => chalk.bold(line)),
    ...wrapCounts(facts.join(' · '), columns).map((line) => chalk.dim(line)),
    '',
    ...wrapCounts(`Managed by: ${by.join(', ') || 'no running instance'}`, columns),
    ...wrapCounts(`Confidence: ${sure.join(', ')}`, columns),
  ];
}

const maxAccounts = 60;
/** How many accounts of a problem are named. */
const maxPlaces = 20;
const barWidth = 24;

function bar(counts: Readonly<Record<ManagedBy, number>>, running: number): string {
  if (running === 0) return ''.padEnd(barWidth);
  let text = '';
  let before = 0;
  for (const who of managers) {
    before += counts[who];
    const end = Math.round((before / running) * barWidth);
    // Even the smallest share is visible.
    const least = counts[who] > 0 && end <= text.length ? text.length + 1 : end;
    text = text.padEnd(Math.min(least, barWidth), signs[who]);
  }
  return text;
}

function barLine(
  label: string,
  counts: Omit<CoverageCounts, 'account'>,
  {
    columns,
    indent,
    id = '',
  }: { readonly columns: number; readonly indent: string; readonly id?: string },
): string {
  const width = Math.max(12, columns - barWidth - 26);
  const end = id === '' ? '' : ` ${id}`;
  const room = Math.max(4, width - indent.length - end.length);
  const name = `${clip(escapeForTerminal(label), Number.isFinite(room) ? room : 40)}${end}`;
  // Text that is not wrapped has no width to fill.
  const head = Number.isFinite(width)
    ? fit(`${indent}${name}`, width)
    : `${indent}${name}`.padEnd(50);
  const { running, managedBy, unread } = counts;
  const managed = running - managedBy.none - managedBy.unknown;
  const figures = running === 0 ? '–' : `${number(managed)}/${number(running)}`;
  const rest = unread > 0 ? ` ${plural(unread, 'cell')} unread` : '';
  return `${head} ${bar(managedBy, running)} ${figures}${rest}`.trimEnd();
}

function bars(parts: CoverageParts, chalk: ChalkInstance, columns: number): readonly string[] {
  const { report } = parts;
  const legend = managers.map((who) => `${signs[who]} ${managerWords[who]}`).join('  ');
  const units = countPlaces(parts);
  const all = units.reduce((sum, { accounts }) => sum + accounts.length, 0);
  const lines: string[] = [];
  for (const { path, accounts } of units) {
    lines.push(chalk.bold(barLine(path || '(root)', totalOf(accounts), { columns, indent: '' })));
    if (all > maxAccounts) continue;
    for (const count of accounts) {
      const { account } = count;
      if (account.skipped !== null) continue;
      lines.push(barLine(account.name, count, { columns, indent: '  ', id: account.id }));
    }
  }
  const skipped = report.accounts.filter((account) => account.skipped !== null);
  const left = skipped
    .slice(0, 8)
    .flatMap((account) =>
      wrap(
        `Skipped: ${escapeForTerminal(account.name)} ${account.id}: ${account.skipped ?? ''}`,
        columns,
        '',
      ),
    );
  const more =
    skipped.length > 8
      ? [`… and ${plural(skipped.length - 8, 'more account')}; -o json lists all of them`]
      : [];
  return [...wrap(legend, columns, '').map((line) => chalk.dim(line)), ...lines, ...left, ...more];
}

function reasonLines(
  reasons: readonly ReasonGroup[],
  names: AccountNames,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  return reasons.flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    chalk.bold(
      `${group.reason} · ${plural(group.count, 'instance')} in ${plural(group.accounts, 'account')}`,
    ),
    ...(group.hint === ''
      ? []
      : wrap(
          `${group.varies ? 'Fix, for the first' : 'Fix'}: ${forTerminalProse(group.hint)}`,
          columns,
          '    ',
        )),
    ...group.examples.flatMap(({ id, name, account, region }) =>
      wrap(
        `${id}${name === null ? '' : ` ${clip(escapeForTerminal(name), 40)}`} in ${escapeForTerminal(nameAndId(account, names))}, ${region}`,
        columns,
        '    ',
      ).map((line) => chalk.dim(line)),
    ),
    ...(group.count > group.examples.length
      ? [
          chalk.dim(
            `    … and ${number(group.count - group.examples.length)} more; -o csv lists all of them`,
          ),
        ]
      : []),
  ]);
}

/** What could not be read, with each problem once. */
function unreadLines(
  { accounts, cells }: CoverageReport,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const ofCells = cells.flatMap(({ account, region, problem }) =>
    problem === null ? [] : [{ account, region, problem }],
  );
  const shown = new Set(ofCells.map(({ account }) => account));
  const ofAccounts = accounts.flatMap(({ id, problem }) =>
    problem === null || shown.has(id) ? [] : [{ account: id, region: null, problem }],
  );
  const groups = groupUnread([...ofCells, ...ofAccounts], accounts);
  if (groups.length === 0) return [];
  return [
    chalk.bold('Not read, or skipped'),
    ...groups.flatMap(({ text, hint, places }) => [
      ...wrap(escapeForTerminal(text), columns, '  '),
      ...wrap(`Fix: ${forTerminalProse(hint)}`, columns, '    '),
      ...(places.length > maxPlaces
        ? [
            ...places.slice(0, maxPlaces),
            `… and ${plural(places.length - maxPlaces, 'more account')}; -o csv lists all of them`,
          ]
        : places
      ).flatMap((place) =>
        wrap(escapeForTerminal(place), columns, '    ').map((line) => chalk.dim(line)),
      ),
    ]),
  ];
}
