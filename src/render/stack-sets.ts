/** Stack sets as a table, Markdown, CSV or JSON: stack sets, operations, and each instance compared with its cell. */
import { caseOf, sharedHint, type Case } from '../core/problems/alike.ts';
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import { inWords } from '../core/problems/in-words.ts';
import { stringify } from 'csv-stringify/sync';
import { nameAndId, namesOf } from '../core/model/account-names.ts';
import type { ReportedSet, StackSetFormat, StackSetReport } from '../core/stack-sets/report.ts';
import {
  escapeForTerminal,
  forCsv,
  forJson,
  forMarkdown,
  forCsvProse,
  forMarkdownProse,
} from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './text-width.ts';
import { withPublicProblem } from './public-problem.ts';

export function renderStackSets(
  report: StackSetReport,
  format: StackSetFormat,
  style: Style,
): string {
  switch (format) {
    case 'table':
      return table(report, style);
    case 'json':
      return `${forJson(JSON.stringify(asPublic(report), null, 2))}\n`;
    case 'markdown':
      return markdown(report);
    case 'csv':
      return csv(report);
  }
}

const asPublic = (report: StackSetReport): StackSetReport => ({
  ...report,
  operations: report.operations.map(withPublicProblem),
  instances: report.instances.map(withPublicProblem),
});

const csv = (report: StackSetReport): string => {
  const { instances } = report;
  const names = namesOf(report.accounts);
  return stringify(
    [
      [
        'set',
        'account',
        'name',
        'region',
        'status',
        'detailedStatus',
        'drift',
        'cell',
        'code',
        'message',
        'hint',
      ],
      ...instances.map(({ set, account, region, status, detailedStatus, drift, cell, problem }) => [
        set,
        account,
        forCsv(names.get(account) ?? ''),
        region,
        forCsv(status),
        forCsv(detailedStatus ?? ''),
        forCsv(drift ?? ''),
        cell ?? '',
        problem?.code ?? '',
        forCsv(problem?.message ?? ''),
        forCsvProse(problem?.hint ?? ''),
      ]),
    ],
    { record_delimiter: 'windows' },
  );
};

/** The texts of dhmc's own statuses, which CloudFormation does not have. */
const ownStatuses: Readonly<Record<string, string>> = {
  PLANNED: 'planned',
  HANDED_OVER: 'set by the stack set',
  TAKEN_BACK: 'removed from the stack sets',
};

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${count.toLocaleString('en')} ${ownStatuses[name] ?? name}`)
    .join(', ');

/** One sentence: how many instances there are, their statuses, and how many have a problem. */
function headline(report: StackSetReport): string {
  const { dryRun, summary, stopped } = report;
  const { instances, statuses, cells, problems } = summary;
  const after = dryRun ? ' Nothing was changed.' : '';
  if (instances === 0 && problems === 0) return ending(`No stack instance.${after}`, stopped);
  const parts = [
    `${instances.toLocaleString('en')} stack ${instances === 1 ? 'instance' : 'instances'} in ${whereOf(report)}`,
    ...(instances === 0 ? [] : [counts(statuses)]),
    ...(Object.keys(cells).length === 0 ? [] : [`now: ${counts(cells)}`]),
    problems === 0 ? 'no problem' : `${problems.toLocaleString('en')} with a problem`,
  ];
  const text = `${dryRun ? 'Planned: ' : ''}${parts.join('; ')}.${after}`;
  return ending(text, stopped);
}

const maxNamed = 3;

/** The accounts, by name if there are few. */
function whereOf(report: StackSetReport): string {
  const ids = [...new Set(report.instances.map(({ account }) => account))];
  const names = namesOf(report.accounts);
  return ids.length <= maxNamed
    ? ids.map((id) => nameAndId(id, names)).join(', ')
    : `${ids.length.toLocaleString('en')} accounts`;
}

const ending = (text: string, stopped: StackSetReport['stopped']): string =>
  stopped === null ? text : `${text} Ended early: ${inWords(stopped)}`;

interface InstanceGroup {
  readonly message: string;
  readonly hint: string;
  readonly places: readonly string[];
}

/** Instances with a problem, grouped by case and stack set. */
function groups({ instances, accounts }: StackSetReport): readonly InstanceGroup[] {
  const names = namesOf(accounts);
  const found = new Map<string, { cases: Case[]; places: string[] }>();
  for (const { set, account, region, problem } of instances) {
    if (problem === null) continue;
    const key = `${set} ${caseOf(problem, account)}`;
    const group = found.get(key) ?? { cases: [], places: [] };
    group.cases.push({ account, region, problem });
    group.places.push(`${set}: ${nameAndId(account, names)}, ${region}`);
    found.set(key, group);
  }
  return [...found.values()].map(({ cases, places }) => {
    const [message = '', ...others] = new Set(cases.map(({ problem }) => problem.message));
    return {
      message: others.length === 0 ? message : `For example: ${message}`,
      hint: sharedHint(cases),
      places,
    };
  });
}

/** Wraps a line to the terminal's width; continuation lines are indented by two more columns. */
function hanging(line: string, width: number): readonly string[] {
  const start = /^ */.exec(line)?.[0] ?? '';
  const [first = '', ...rest] = wrap(line.slice(start.length), width, `${start}  `);
  return [start + first.trimStart(), ...rest];
}

const maxPlaces = 20;

/** A unit by its id; the root as the whole organization. */
const targetText = (id: string): string =>
  id.startsWith('r-') ? `the whole organization (${id})` : id;

/** What a stack set does for new accounts, or would do after a planned deployment. */
function coverageText(
  { targets, regions, autoDeployment }: Omit<ReportedSet, 'name' | 'arn'>,
  { isPlanned }: { readonly isPlanned: boolean },
): string {
  const where = `${targets.map(targetText).join(', ')} in ${regions.length === 0 ? 'no region' : regions.join(', ')}`;
  if (!autoDeployment)
    return `automatic deployment off${targets.length === 0 ? '' : `; stack instances of ${where}`}`;
  const covers = isPlanned ? 'would cover' : 'covers';
  return targets.length === 0 ? `${covers} no new accounts` : `${covers} new accounts of ${where}`;
}

function table(report: StackSetReport, style: Style): string {
  const { sets, operations } = report;
  const width = style.columns - 1;
  const lines = [
    ...sets.map(
      ({ name, targets, regions, autoDeployment }) =>
        `${name.padEnd(20)} ${coverageText({ targets, regions, autoDeployment }, { isPlanned: report.dryRun && report.action === 'deploy' })}`,
    ),
    ...(operations.length === 0 ? [] : ['']),
    ...operations.map(
      ({ call, set, id, status, failed, problem }) =>
        `${call.padEnd(21)} ${set.padEnd(20)} ${status.padEnd(10)}${failed > 0 ? ` ${String(failed)} failed` : ''}${id === null ? '' : ` ${id}`}${problem === null ? '' : `: ${problem.message}`}`,
    ),
    ...groups(report).flatMap(({ message, hint, places }) => [
      '',
      message,
      ...(hint === '' ? [] : [`  ${withoutCodeMarks(hint)}`]),
      ...places.slice(0, maxPlaces).map((place) => `  ${place}`),
      ...(places.length > maxPlaces
        ? [`  and ${String(places.length - maxPlaces)} more: -o json lists all.`]
        : []),
    ]),
    '',
    withoutCodeMarks(headline(report)),
  ];
  return `${lines
    .flatMap((line) => hanging(escapeForTerminal(line), width))
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

function markdown(report: StackSetReport): string {
  const { sets, operations, instances } = report;
  const row = (cells: readonly string[], ...prose: readonly string[]): string =>
    `| ${[...cells.map(forMarkdown), ...prose].join(' | ')} |`;
  const rule = (count: number): string => `|${' --- |'.repeat(count)}`;
  const names = namesOf(report.accounts);
  const wrong = instances.filter(({ problem }) => problem !== null);
  return [
    `**${forMarkdownProse(headline(report))}**`,
    '',
    row(['stack set', 'new accounts of', 'regions', 'automatic deployment']),
    rule(4),
    ...sets.map(({ name, targets, regions, autoDeployment }) =>
      row([
        name,
        targets.map(targetText).join(', '),
        regions.join(', '),
        autoDeployment ? 'on' : 'off',
      ]),
    ),
    ...(operations.length === 0
      ? []
      : [
          '',
          row(['call', 'stack set', 'operation', 'status', 'failed']),
          rule(5),
          ...operations.map(({ call, set, id, status, failed }) =>
            row([call, set, id ?? '', status, String(failed)]),
          ),
        ]),
    ...(wrong.length === 0
      ? []
      : [
          '',
          row(['stack set', 'account', 'name', 'region', 'status', 'cell', 'why', 'what to do']),
          rule(8),
          ...wrong.map(({ set, account, region, status, cell, problem }) =>
            row(
              [
                set,
                account,
                names.get(account) ?? '',
                region,
                status,
                cell ?? '',
                problem?.message ?? '',
              ],
              forMarkdownProse(problem?.hint ?? ''),
            ),
          ),
        ]),
    '',
  ].join('\n');
}
