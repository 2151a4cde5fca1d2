/** The report for a terminal: a summary, the map, then every exception with its reason and fix. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { AccountRow, Report, Target, Verdict } from '../core/model/model.ts';
import { regionsToExclude } from '../core/record/exclusions.ts';
import { clip, wrap } from './text-width.ts';
import type { Style } from './style.ts';
import { drawMap } from './map.ts';
import { deniedMark, markedBy, markOfVerdict } from './marks.ts';
import { escapeForTerminal, forTerminalProse } from './escape.ts';
import { groupAccountProblems, groupReasons, type ProblemGroup } from './group-problems.ts';
import { accountDetails } from './account-details.ts';
import { groupBroken } from './broken.ts';
import { plainContext, whereListed, type RenderContext } from './context.ts';
import { firstOf, number, plural } from '../core/model/counted.ts';
import { outcome, planLines, preflightLines, remarkLines, summary } from './table-summary.ts';
import { append, isException, valueText, wouldBeDenied } from './targets.ts';

/** A report with more lines repeats its headline at the end. */
const maxScreenLines = 30;

export function renderTable(
  report: Report,
  style: Style,
  context: RenderContext = plainContext(report),
): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const by = markedBy(report);
  // A plan starts with what it will do, a run with its result.
  const deeds = planLines(context.whole, chalk, columns);
  const figures = summary(report, context, chalk, columns);
  const details = accountDetails(report, by, chalk, columns);
  const screen = { chalk, columns, listed: whereListed(report, context, 'problems') };
  const sections = [
    ...(report.dryRun ? [deeds, figures] : [figures, deeds]),
    context.notesFollow === true ? [] : remarkLines(report, chalk, columns),
    details.length > 0
      ? details
      : drawMap(report, { by, chalk, columns, listed: whereListed(report, context, 'all') }),
    exceptions(report, screen),
    broken(report, { ...screen, listed: whereListed(report, context, 'all') }),
    skipped(report, context.whole, screen),
    accountTroubles(report, chalk, columns),
  ].filter((section) => section.length > 0);
  const lines = sections.flatMap((section, index) => (index > 0 ? ['', ...section] : section));
  const closing =
    lines.length > maxScreenLines ? ['', ...outcome(report, context, chalk, columns)] : [];
  const last = preflightLines(report, chalk, columns);
  return `${[...lines, ...closing, ...last].join('\n')}\n`;
}

/** The terminal, and how to list what it has no room for. */
interface Screen {
  readonly chalk: ChalkInstance;
  readonly columns: number;
  readonly listed: string;
}

/** Targets that need attention, and warnings about targets in the desired state. */
function exceptions(report: Report, screen: Screen): readonly string[] {
  const reasons = groupReasons(
    report,
    (target, problem) =>
      isException(target.verdict) || (problem !== null && target.verdict !== 'skipped'),
  );
  return describeReasons(reasons, screen);
}

/** How many reasons are shown: more would be too many to read one by one. */
const maxReasons = 50;

const describeReasons = (reasons: readonly ProblemGroup[], screen: Screen): readonly string[] => [
  ...reasons
    .slice(0, maxReasons)
    .flatMap((reason, index) => [...(index > 0 ? [''] : []), ...describeReason(reason, screen)]),
  ...(reasons.length > maxReasons
    ? [
        '',
        ...wrap(
          `… and ${plural(reasons.length - maxReasons, 'more reason')}: ${screen.listed}.`,
          screen.columns,
          '',
        ),
      ]
    : []),
];

function skipped(report: Report, whole: Report, screen: Screen): readonly string[] {
  const reasons = groupReasons(report, (target) => target.verdict === 'skipped');
  return [...describeReasons(reasons, screen), ...excludeHint(whole, screen.columns)];
}

/** The option that excludes regions which no account of the report can use. */
function excludeHint(report: Report, columns: number): readonly string[] {
  const regions = regionsToExclude(report);
  if (regions.length === 0) return [];
  const text = 'No account of this report can use these regions. To leave them out:';
  return ['', ...wrap(text, columns, ''), `  --exclude-region ${regions.join(',')}`];
}

/**
 * How many accounts of a reason are named. Up to `maxLines` have a line each; beyond that, accounts with the same
 * targets share a line.
 */
const maxAccounts = 40;
const maxLines = 8;

function describeReason(reason: ProblemGroup, screen: Screen): readonly string[] {
  const { chalk, columns } = screen;
  const { verdict, verdicts, problem, hint, varies, targets, accounts } = reason;
  const denied = targets.every(wouldBeDenied);
  const mark = denied ? deniedMark : markOfVerdict(verdict);
  const warning = verdict === 'in-sync' || verdict === 'changed';
  const title = [
    denied
      ? mark.meaning
      : warning
        ? 'warning'
        : verdicts.map((one) => markOfVerdict(one).meaning).join(' and '),
    problem?.code,
    `${plural(targets.length, 'target')} in ${plural(accounts.length, 'account')}`,
  ];
  const message =
    problem?.message ?? accounts.find((account) => account.skipped !== null)?.skipped ?? '';
  return [
    `${mark.paint(chalk)(warning ? '!' : mark.shape)} ${chalk.bold(title.filter((part) => part !== undefined).join(' · '))}`,
    ...(message === ''
      ? []
      : wrap(escapeForTerminal(`${varies ? 'For example: ' : ''}${message}`), columns, '    ')),
    ...(hint === '' ? [] : wrap(`Fix: ${forTerminalProse(hint)}`, columns, '    ')),
    ...placeLines(reason, verdict, screen),
  ];
}

/** The accounts of a group, with their targets. */
function placeLines(
  { targets, accounts }: Pick<ProblemGroup, 'targets' | 'accounts'>,
  verdict: Verdict,
  { chalk, columns, listed }: Screen,
): readonly string[] {
  const byAccount = new Map<string, Target[]>();
  for (const target of targets) append(byAccount, target.account, target);
  const ofAccount = ({ id }: AccountRow): readonly Target[] => byAccount.get(id) ?? [];
  const lines = new Map<string, AccountRow[]>();
  for (const account of accounts.slice(0, maxAccounts))
    append(
      lines,
      accounts.length > maxLines ? placesOf(ofAccount(account), verdict) : account.id,
      account,
    );
  const left = accounts.length - maxAccounts;
  return [
    ...[...lines.values()].map(
      (same) =>
        `${same.map(describeAccount).join(', ')}: ${placesOf(same.slice(0, 1).flatMap(ofAccount), verdict)}`,
    ),
    ...(left > 0 ? [`… and ${plural(left, 'more account')}: ${listed}`] : []),
  ].flatMap((text) => wrap(text, columns, '    ').map((line) => chalk.dim(line)));
}

/** Settings that are broken without a problem that says so; a plan repairs those of dhmc. */
function broken(report: Report, screen: Screen): readonly string[] {
  const { chalk, columns } = screen;
  return groupBroken(report).flatMap((group, index) => [
    ...(index > 0 ? [''] : []),
    `${chalk.red('✗')} ${chalk.bold(`broken · ${plural(group.targets.length, 'cell')} in ${plural(group.accounts.length, 'account')}`)}`,
    ...wrap(group.why, columns, '    '),
    ...placeLines(group, 'would-change', screen),
  ]);
}

const describeAccount = (account: AccountRow): string =>
  `${clip(escapeForTerminal(account.name), 40)} ${account.id}`.trim();

const maxRegions = 6;

function placesOf(targets: readonly Target[], verdict: Verdict): string {
  const regions = targets.flatMap((target) =>
    target.kind === 'setting' && target.region !== null ? [target.region] : [],
  );
  const others = targets
    .filter((target) => target.region === null)
    .map((target) => (target.kind === 'setting' ? 'all settings' : target.kind));
  const named =
    regions.length > maxRegions
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

/** Problems of whole accounts that no row shows, such as an unverified list of regions. */
const accountTroubles = (
  report: Report,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] =>
  groupAccountProblems(report).flatMap(({ problem, hint, accounts }) => [
    `${chalk.yellow('!')} ${chalk.bold(`${problem.code} · ${plural(accounts.length, 'account')}`)}`,
    ...wrap(escapeForTerminal(problem.message), columns, '    '),
    ...wrap(`Fix: ${forTerminalProse(hint)}`, columns, '    '),
    ...wrap(namesOf(accounts), columns, '    ').map((line) => chalk.dim(line)),
  ]);

function namesOf(accounts: readonly AccountRow[]): string {
  const names = accounts.slice(0, maxAccounts).map(describeAccount);
  const isCut = accounts.length > maxAccounts;
  return `${firstOf(names, maxAccounts, accounts.length)}${isCut ? ': the JSON report names all of them' : ''}`;
}
