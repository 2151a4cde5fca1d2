/** The report for a person at a terminal: a summary, the map, then every exception with its reason and fix. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { AccountRow, Report, Target, Verdict } from '../core/model/model.ts';
import { regionsToExclude } from '../core/record/exclusions.ts';
import { clip, wrap } from './text-width.ts';
import type { Style } from './style.ts';
import { drawMap } from './map.ts';
import { markOfVerdict, type MarkedBy } from './marks.ts';
import { escapeForTerminal } from './escape.ts';
import { groupReasons, type ProblemGroup } from './group-problems.ts';
import { append, isException, valueText, verdictOrder } from './targets.ts';

const number = (count: number): string => count.toLocaleString('en-US');
const plural = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

export function renderTable(report: Report, style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const by: MarkedBy = report.action === 'status' ? 'state' : 'verdict';
  const sections = [
    summary(report, chalk, columns),
    drawMap(report, by, chalk, columns),
    exceptions(report, chalk, columns),
    leftOut(report, chalk, columns),
    accountTroubles(report, chalk, columns),
  ].filter((section) => section.length > 0);
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
}

function summary(report: Report, chalk: ChalkInstance, columns: number): readonly string[] {
  const { summary: counts } = report;
  const seconds = Math.max(
    0,
    (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000,
  );
  const facts = [
    plural(counts.accounts, 'account'),
    plural(counts.cells, 'cell'),
    report.run === null ? null : `run ${report.run}`,
    `${plural(counts.calls, 'call')} in ${seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`}`,
    counts.throttled > 0 ? `${number(counts.throttled)} throttled` : null,
    `organization ${report.organization.id}`,
  ].filter((fact) => fact !== null);
  return [
    ...wrap(`dhmc ${report.action}${stage(report)}: ${headline(report)}`, columns, '').map((line) =>
      chalk.bold(line),
    ),
    ...wrap(facts.join(' · '), columns, '').map((line) => chalk.dim(line)),
    '',
    ...wrap(`Settings: ${stateCounts(report)}`, columns, ''),
    ...wrap(`Verdicts: ${verdictCounts(report)} (settings, roles and grants)`, columns, ''),
  ];
}

const stage = ({ dryRun, action }: Report): string =>
  !dryRun ? '' : action === 'resume' ? ' (nothing more changed yet)' : ' (nothing changed yet)';

function headline(report: Report): string {
  const accountsWith = (...verdicts: readonly Verdict[]): number =>
    new Set(
      report.targets
        .filter((target) => verdicts.includes(target.verdict))
        .map((target) => target.account),
    ).size;
  const parts = [
    { count: accountsWith('changed'), text: report.dryRun ? 'changed before' : 'changed' },
    {
      count: accountsWith('would-change'),
      text: report.action === 'status' ? 'not enabled everywhere' : 'to change',
    },
    { count: accountsWith('conflict'), text: 'in conflict' },
    { count: accountsWith('failed', 'blocked'), text: 'failed or blocked' },
    { count: accountsWith('not-attempted'), text: 'not attempted' },
  ].filter((part) => part.count > 0);
  if (parts.length === 0)
    return accountsWith('in-sync') > 0 ? 'all as asked' : 'nothing in scope could be looked at';
  return `${parts.map((part) => `${number(part.count)} ${part.text}`).join(', ')} of ${plural(report.summary.accounts, 'account')}`;
}

const stateNames = [
  'enabled',
  'disabled',
  'foreign',
  'quick-setup',
  'broken',
  'pending',
  'unknown',
] as const;

/** Cells by state; cells that were left out are told apart, since their state is nobody's concern. */
function stateCounts(report: Report): string {
  const cells = report.targets.filter(
    (target) => target.kind === 'setting' && target.region !== null,
  );
  const counts = stateNames.map((state) => ({
    name: state,
    count: cells.filter((cell) => cell.state === state && cell.verdict !== 'skipped').length,
  }));
  const out = {
    name: 'left out',
    count: cells.filter((cell) => cell.verdict === 'skipped').length,
  };
  const shown = [...counts, out]
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${number(count)} ${name}`);
  return shown.length === 0 ? 'none' : shown.join(', ');
}

function verdictCounts(report: Report): string {
  const shown = verdictOrder
    .filter((verdict) => (report.summary.verdicts[verdict] ?? 0) > 0)
    .map(
      (verdict) =>
        `${number(report.summary.verdicts[verdict] ?? 0)} ${markOfVerdict(verdict).meaning}`,
    );
  return shown.length === 0 ? 'none' : shown.join(', ');
}

/** What needs a hand, and warnings about what is as asked. */
function exceptions(report: Report, chalk: ChalkInstance, columns: number): readonly string[] {
  const reasons = groupReasons(
    report,
    (target, problem) =>
      isException(target.verdict) || (problem !== null && target.verdict !== 'skipped'),
  );
  return describeReasons(reasons, chalk, columns);
}

/** More are no longer read one by one. */
const mostReasons = 50;

const describeReasons = (
  reasons: readonly ProblemGroup[],
  chalk: ChalkInstance,
  columns: number,
): readonly string[] => [
  ...reasons
    .slice(0, mostReasons)
    .flatMap((reason, index) => [
      ...(index > 0 ? [''] : []),
      ...describeReason(reason, chalk, columns),
    ]),
  ...(reasons.length > mostReasons
    ? [
        '',
        ...wrap(
          `… and ${plural(reasons.length - mostReasons, 'more reason')}: the HTML, CSV and JSON reports have all of them.`,
          columns,
          '',
        ),
      ]
    : []),
];

function leftOut(report: Report, chalk: ChalkInstance, columns: number): readonly string[] {
  const reasons = groupReasons(report, (target) => target.verdict === 'skipped');
  return [...describeReasons(reasons, chalk, columns), ...excludeHint(report, columns)];
}

/** The option that spares the next run the closed regions, where it leaves out nothing else. */
function excludeHint(report: Report, columns: number): readonly string[] {
  const regions = regionsToExclude(report);
  if (regions.length === 0) return [];
  const text = 'In no account of this report can these regions be used. To leave them out:';
  return ['', ...wrap(text, columns, ''), `  --exclude-region ${regions.join(',')}`];
}

const mostAccounts = 8;

function describeReason(
  reason: ProblemGroup,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const { verdict, verdicts, problem, varies, targets, accounts } = reason;
  const mark = markOfVerdict(verdict);
  const warning = verdict === 'in-sync' || verdict === 'changed';
  const title = [
    warning ? 'warning' : verdicts.map((one) => markOfVerdict(one).meaning).join(' and '),
    problem?.code,
    `${plural(targets.length, 'target')} in ${plural(accounts.length, 'account')}`,
  ];
  const message =
    problem?.message ?? accounts.find((account) => account.skipped !== null)?.skipped ?? '';
  const byAccount = new Map<string, Target[]>();
  for (const target of targets) append(byAccount, target.account, target);
  return [
    `${mark.paint(chalk)(warning ? '!' : mark.shape)} ${chalk.bold(title.filter((part) => part !== undefined).join(' · '))}`,
    ...(message === ''
      ? []
      : wrap(escapeForTerminal(`${varies ? 'For one: ' : ''}${message}`), columns, '    ')),
    ...(problem === null || problem.hint === ''
      ? []
      : wrap(`Fix: ${escapeForTerminal(problem.hint)}`, columns, '    ')),
    ...accounts
      .slice(0, mostAccounts)
      .flatMap((account) =>
        wrap(
          `${describeAccount(account)}: ${placesOf(byAccount.get(account.id) ?? [], verdict)}`,
          columns,
          '    ',
        ).map((line) => chalk.dim(line)),
      ),
    ...(accounts.length > mostAccounts
      ? [chalk.dim(`    … and ${plural(accounts.length - mostAccounts, 'more account')}`)]
      : []),
  ];
}

const describeAccount = (account: AccountRow): string =>
  `${clip(escapeForTerminal(account.name), 40)} ${account.id}`.trim();

const mostRegions = 6;

function placesOf(targets: readonly Target[], verdict: Verdict): string {
  const regions = targets.flatMap((target) =>
    target.kind === 'setting' && target.region !== null ? [target.region] : [],
  );
  const others = targets
    .filter((target) => target.region === null)
    .map((target) => (target.kind === 'setting' ? 'all settings' : target.kind));
  const named =
    regions.length > mostRegions
      ? `${number(regions.length)} regions (${regions.slice(0, 3).join(', ')}, …)`
      : regions.join(', ');
  const values =
    verdict === 'conflict'
      ? [
          ...new Set(
            targets.map((target) => valueText(target.from)).filter((value) => value !== ''),
          ),
        ]
      : [];
  const naming =
    values.length === 0
      ? ''
      : ` (now ${clip(escapeForTerminal(values.slice(0, 2).join(', ')), 80)}${values.length > 2 ? ', …' : ''})`;
  return [...others, ...(named === '' ? [] : [named])].join(', ') + naming;
}

/** Troubles of accounts as a whole that no row tells of, such as a list of regions that nobody could prove. */
function accountTroubles(report: Report, chalk: ChalkInstance, columns: number): readonly string[] {
  const told = new Set(
    report.targets
      .filter((target) => target.problem !== null || isException(target.verdict))
      .map((target) => target.account),
  );
  const groups = new Map<string, AccountRow[]>();
  for (const account of report.accounts) {
    if (account.problem === null || told.has(account.id)) continue;
    const key = `${account.problem.code}\n${account.problem.hint.replaceAll(account.id, '')}`;
    append(groups, key, account);
  }
  return [...groups.values()].flatMap((accounts) => {
    const problem = accounts[0]?.problem;
    if (problem === null || problem === undefined) return [];
    return [
      `${chalk.yellow('!')} ${chalk.bold(`${problem.code} · ${plural(accounts.length, 'account')}`)}`,
      ...wrap(escapeForTerminal(problem.message), columns, '    '),
      ...wrap(`Fix: ${escapeForTerminal(problem.hint)}`, columns, '    '),
      ...wrap(accounts.slice(0, mostAccounts).map(describeAccount).join(', '), columns, '    ').map(
        (line) => chalk.dim(line),
      ),
    ];
  });
}
