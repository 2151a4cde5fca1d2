/** Coverage for a person at a terminal: the share that is managed by whom, the reasons, what could not be read, the rest. */
import { Chalk, type ChalkInstance } from 'chalk';
import { managers, type CoverageReport, type ManagedBy } from '../../core/coverage/model.ts';
import type { ReasonGroup } from '../../core/coverage/reason-groups.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import type { Problem } from '../../core/model/model.ts';
import { escapeForTerminal } from '../escape.ts';
import { clip, fit, wrap } from '../text-width.ts';
import type { CoverageParts } from './format.ts';
import { countPlaces, totalOf, type AccountCounts } from './places.ts';
import { changeLines, headline, managerWords } from './words.ts';
import { number, plural } from '../../core/model/counted.ts';

const signs: Readonly<Record<ManagedBy, string>> = {
  dhmc: '█',
  profile: '▓',
  activation: '▒',
  none: '·',
  unknown: '?',
};

export async function* renderTable(parts: CoverageParts): AsyncIterable<string> {
  const { report, reasons, style, choice } = parts;
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const sections = [
    summary(parts, chalk, columns),
    bars(parts, chalk, columns),
    ...(reasons.length === 0 ? [] : [reasonLines(reasons, chalk, columns)]),
    unreadLines(report, chalk, columns),
    changeLines(report.changes).flatMap((line) => wrap(line, columns, '')),
  ].filter((section) => section.length > 0);
  yield `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
  if (choice === 'none') return;
  let first = true;
  for await (const instance of parts.instances()) {
    if (choice === 'unmanaged' && !(isUnmanaged(instance) && isListed(instance.state))) continue;
    if (first)
      yield `\n${chalk.bold(choice === 'all' ? 'Instances' : 'Instances that are not managed')}\n`;
    first = false;
    const what = [instance.managedBy, instance.reason].filter((word) => word !== null).join(', ');
    const name = instance.name === null ? '' : ` ${clip(escapeForTerminal(instance.name), 30)}`;
    const line = `${instance.id}${name} ${instance.account} ${instance.region}: ${isListed(instance.state) ? what : instance.state}`;
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
  const { proven, likely } = counts.confidence;
  return [
    ...wrap(`dhmc coverage: ${headline(parts)}`, columns, '').map((line) => chalk.bold(line)),
    ...wrap(facts.join(' · '), columns, '').map((line) => chalk.dim(line)),
    '',
    ...wrap(`Managed by: ${by.join(', ') || 'no running instance'}`, columns, ''),
    ...wrap(`Confidence: ${number(proven)} proven, ${number(likely)} likely`, columns, ''),
  ];
}

const mostAccounts = 60;
const barWidth = 24;

function bar(counts: Readonly<Record<ManagedBy, number>>, running: number): string {
  if (running === 0) return ''.padEnd(barWidth);
  let text = '';
  let before = 0;
  for (const who of managers) {
    before += counts[who];
    const end = Math.round((before / running) * barWidth);
    // A share is never so small that it does not show.
    const least = counts[who] > 0 && end <= text.length ? text.length + 1 : end;
    text = text.padEnd(Math.min(least, barWidth), signs[who]);
  }
  return text;
}

function barLine(
  label: string,
  counts: Omit<AccountCounts, 'account'>,
  { columns, indent }: { readonly columns: number; readonly indent: string },
): string {
  const width = Math.max(12, columns - barWidth - 26);
  const name = escapeForTerminal(label);
  // Text that is not folded has no width to fit into.
  const head = Number.isFinite(width)
    ? fit(`${indent}${clip(name, width - indent.length)}`, width)
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
    lines.push(chalk.bold(barLine(path || 'root', totalOf(accounts), { columns, indent: '' })));
    if (all > mostAccounts) continue;
    for (const count of accounts) {
      const { account } = count;
      if (account.skipped !== null) continue;
      const label = `${clip(escapeForTerminal(account.name), 24)} ${account.id}`;
      lines.push(barLine(label, count, { columns, indent: '  ' }));
    }
  }
  const skipped = report.accounts.filter((account) => account.skipped !== null);
  const left = skipped
    .slice(0, 8)
    .flatMap((account) =>
      wrap(
        `Left out: ${escapeForTerminal(account.name)} ${account.id}: ${account.skipped ?? ''}`,
        columns,
        '',
      ),
    );
  const more = skipped.length > 8 ? [`… and ${plural(skipped.length - 8, 'more account')}`] : [];
  return [...wrap(legend, columns, '').map((line) => chalk.dim(line)), ...lines, ...left, ...more];
}

function reasonLines(
  reasons: readonly ReasonGroup[],
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
          `${group.varies ? 'Fix, for the first' : 'Fix'}: ${escapeForTerminal(group.hint)}`,
          columns,
          '    ',
        )),
    ...group.examples.flatMap(({ id, name, account, region }) =>
      wrap(
        `${id}${name === null ? '' : ` ${clip(escapeForTerminal(name), 40)}`} (${account}, ${region})`,
        columns,
        '    ',
      ).map((line) => chalk.dim(line)),
    ),
    ...(group.count > group.examples.length
      ? [chalk.dim(`    … and ${number(group.count - group.examples.length)} more`)]
      : []),
  ]);
}

/** What could not be read, each problem once. */
function unreadLines(
  report: CoverageReport,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const groups = new Map<string, { problem: Problem; places: string[] }>();
  const add = (problem: Problem, place: string): void => {
    const key = `${problem.code} ${problem.hint}`;
    const group = groups.get(key) ?? { problem, places: [] };
    group.places.push(place);
    groups.set(key, group);
  };
  for (const { account, region, problem } of report.cells)
    if (problem !== null) add(problem, region === null ? account : `${account} ${region}`);
  const inCells = new Set(
    report.cells.filter((cell) => cell.problem !== null).map((cell) => cell.account),
  );
  for (const { id, problem } of report.accounts)
    if (problem !== null && !inCells.has(id)) add(problem, id);
  if (groups.size === 0) return [];
  return [
    chalk.bold('Not read, or left out'),
    ...[...groups.values()].flatMap(({ problem, places }) => [
      ...wrap(`${problem.code}: ${escapeForTerminal(problem.message)}`, columns, '  '),
      ...wrap(`Fix: ${escapeForTerminal(problem.hint)}`, columns, '    '),
      ...wrap(
        `${places.slice(0, 6).join(', ')}${places.length > 6 ? ` and ${number(places.length - 6)} more` : ''}`,
        columns,
        '    ',
      ).map((line) => chalk.dim(line)),
    ]),
  ];
}
