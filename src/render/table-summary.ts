/** The first and last lines of a table: the result, and how to continue if a run stopped. */
import type { ChalkInstance } from 'chalk';
import { settingStates, type Report } from '../core/model/model.ts';
import {
  areCallsKnown,
  countBegun,
  headline,
  planHeadline,
  preflightText,
  verdictOrder,
} from '../core/record/outcome.ts';
import { countOwners } from '../core/owners/words.ts';
import { describeFilter, type RenderContext } from './context.ts';
import { durationBetween, number, plural } from '../core/model/counted.ts';
import { escapeForTerminal, forTerminalProse } from './escape.ts';
import { planText } from './plan.ts';
import { remarksOf, remarkTitle } from './remarks.ts';
import { wrap, wrapHanging } from './text-width.ts';

export function summary(
  report: Report,
  context: RenderContext,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const { summary: counts } = report;
  const facts = [
    plural(counts.accounts, 'account'),
    plural(counts.cells, 'cell'),
    report.run === null ? null : `run ${report.run}`,
    ...callsAndTime(report),
    counts.throttled > 0 ? `${number(counts.throttled)} throttled` : null,
    `organization ${report.organization.id}`,
  ].filter((fact) => fact !== null);
  const filter = describeFilter(report, context);
  return [
    ...outcome(report, context, chalk, columns),
    ...wrapCounts(facts.join(' · '), columns).map((line) => chalk.dim(line)),
    '',
    ...wrapCounts(`Settings: ${stateCounts(context.whole)}`, columns),
    ...owners(context.whole, columns),
    ...wrapCounts(`Verdicts: ${verdictCounts(report)} (settings, roles and grants)`, columns),
    ...(filter === null ? [] : wrap(`Rows:     ${filter}`, columns, '')),
  ];
}

/** Lines with the number of settings of each owner; none if nobody owns a setting. */
function owners({ targets }: Report, columns: number): readonly string[] {
  const counts = countOwners(targets);
  return counts.length === 0 ? [] : wrapCounts(`Owners:   ${listOf(counts)}`, columns);
}

/** What a plan will do, or a run did; deletions come last and are marked. Empty for a status. */
export function planLines(
  report: Report,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const { title, sentences, leftUnchanged, nothing } = planText(report);
  const lines = sentences.flatMap(({ deed, text }, index) => [
    ...(index === 0 ? [chalk.bold(`${title}:`)] : []),
    ...wrap(escapeForTerminal(text), columns, '    ')
      .map((line, part) => (part === 0 ? line.replace('    ', '  - ') : line))
      .map((line) => (deed === 'delete' ? chalk.red.bold(line) : line)),
  ]);
  const left = leftUnchanged.flatMap(({ title: head, text }) =>
    wrap(escapeForTerminal(`${head}: ${text}`), columns, '    ').map((line, part) =>
      part === 0 ? line.replace('    ', '  ') : line,
    ),
  );
  const none = nothing === '' ? [] : [`${chalk.bold(`${title}:`)} ${nothing}`];
  return [...none, ...lines, ...left];
}

/** The plan's warnings and notes. */
export const remarkLines = (
  report: Report,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] =>
  remarksOf(report).flatMap(({ kind, text }) =>
    wrapHanging(escapeForTerminal(text), {
      columns,
      start: `${remarkTitle[kind]}: `,
      indent: '         ',
    })
      .split('\n')
      .map((line) => (kind === 'warning' ? chalk.yellow(line) : line)),
  );

/** The last line of a plan that was checked with `--preflight`. */
export const preflightLines = (
  { preflight }: Report,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] =>
  preflight === null
    ? []
    : [
        '',
        ...wrap(preflightText(preflight), columns, '').map((line) =>
          preflight.denied > 0 ? chalk.red.bold(line) : chalk.bold(line),
        ),
      ];

/** The headline, and why the run stopped. */
export function outcome(
  report: Report,
  { isPreview = false, stepsFollow = false }: Pick<RenderContext, 'isPreview' | 'stepsFollow'>,
  chalk: ChalkInstance,
  columns: number,
): readonly string[] {
  const { stopped } = report;
  return [
    ...wrapCounts(isPreview ? planHeadline(report) : headline(report), columns).map((line) =>
      chalk.bold(line),
    ),
    ...(stopped === null
      ? []
      : wrap(
          `Stopped: ${escapeForTerminal(stopped.message)}${stepsFollow ? '' : ` ${forTerminalProse(stopped.hint)}`}`,
          columns,
          '',
        ).map((line) => chalk.yellow(line))),
  ];
}

/** Wraps text without separating a number from its noun. */
export const wrapCounts = (text: string, columns: number): readonly string[] =>
  wrap(text.replaceAll(/(?<=\d) (?=[a-z])/g, '\u00A0'), columns, '').map((line) =>
    line.replaceAll('\u00A0', ' '),
  );

/** The time of a run includes prompts and the pauses before it was resumed, so it must not read as a rate. */
const callsAndTime = (report: Report): readonly string[] => {
  if (!areCallsKnown(report)) return [`${elapsed(report)} until its last record`];
  const calls = plural(report.summary.calls, 'call');
  return report.run === null
    ? [`${calls} in ${elapsed(report)}`]
    : [calls, `${elapsed(report)} from start to end`];
};

const elapsed = ({ startedAt, finishedAt }: Report): string =>
  durationBetween(startedAt, finishedAt, { tenths: true });

/** Cells by state, as in every format; for unknown ones, also how many were skipped. */
function stateCounts(report: Report): string {
  const cells = report.targets.filter(({ kind, region }) => kind === 'setting' && region !== null);
  return listOf(
    settingStates.map((state) => {
      const group = cells.filter((cell) => cell.state === state);
      const skipped = group.filter(({ verdict }) => verdict === 'skipped').length;
      const part = skipped === group.length ? 'all' : number(skipped);
      return {
        name: state === 'unknown' && skipped > 0 ? `${state} (${part} skipped)` : state,
        count: group.length,
      };
    }),
  );
}

/** Targets by verdict. Changes that were begun are part of those that were not attempted. */
function verdictCounts(report: Report): string {
  const begun = countBegun(report);
  const part = begun === 0 ? '' : `, ${number(begun)} of them begun`;
  return listOf(
    verdictOrder.map((name) => ({
      name: name === 'not-attempted' ? `${name}${part}` : name,
      count: report.summary.verdicts[name] ?? 0,
    })),
  );
}

const listOf = (counts: readonly { readonly name: string; readonly count: number }[]): string =>
  counts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${number(count)} ${name}`)
    .join(', ') || 'none';
