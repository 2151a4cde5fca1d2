/**
 * The report as GitHub-flavored Markdown for a pull request or a ticket: exceptions first, the rest folded, and never
 * longer than GitHub allows.
 */
import type { AccountRow, Report, Target, Verdict } from '../core/model/model.ts';
import { forMarkdown, forMarkdownCode, forMarkdownProse } from './escape.ts';
import { groupAccountProblems, groupReasons, type ProblemGroup } from './group-problems.ts';
import { areCallsKnown, headline, preflightText } from '../core/record/outcome.ts';
import { countOwners } from '../core/owners/words.ts';
import { durationBetween, plural } from '../core/model/counted.ts';
import { planText } from './plan.ts';
import { remarksOf, type Remark } from './remarks.ts';
import { groupBroken } from './broken.ts';
import { describeFilter, plainContext, type RenderContext } from './context.ts';
import {
  countCellStates,
  isException,
  targetsByAccount,
  verdictOrder,
  wouldBeDenied,
} from './targets.ts';

/** In characters. GitHub allows comments of 65,536; the rest leaves room for a line around the report. */
const limit = 65_000;

/** How many of these the exceptions may take, so that room is left for the list of accounts. */
const exceptionLimit = 45_000;

const marks: Readonly<Record<Verdict, string>> = {
  failed: '❌',
  blocked: '⛔',
  'not-attempted': '⏸️',
  conflict: '⚠️',
  'would-change': '🔷',
  changed: '✅',
  skipped: '⏭️',
  'in-sync': '✔️',
};

const clip = (text: string, length: number): string => {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters.slice(0, length).join('')}… (${characters.length - length} more characters)`;
};

const name = (account: AccountRow): string =>
  `${forMarkdownCode(clip(account.name, 100))} ${account.id}`.trim();

const unit = (account: AccountRow): string =>
  account.path === ''
    ? 'root'
    : account.path === null
      ? 'unknown'
      : forMarkdown(clip(account.path, 200));

const placesOf = (targets: readonly Target[], cells: number): string => {
  const regions = targets.flatMap((target) =>
    target.kind === 'setting' && target.region !== null ? [target.region] : [],
  );
  const others = targets
    .filter((target) => target.region === null)
    .map((target) => (target.kind === 'setting' ? 'all settings' : target.kind));
  if (regions.length > 8 && regions.length === cells)
    return [...others, `all ${cells} regions`].join(', ');
  const named =
    regions.length > 20 ? [...regions.slice(0, 20), `and ${regions.length - 20} more`] : regions;
  return [...others, ...named.map(forMarkdown)].join(', ');
};

/** As many rows as fit, then a line with the number of the others. */
const fitRows = (
  rows: readonly string[],
  room: number,
  more: (count: number) => string,
): string => {
  const kept: string[] = [];
  let used = more(rows.length).length;
  for (const row of rows) {
    if (used + row.length + 1 > room) break;
    kept.push(row);
    used += row.length + 1;
  }
  return kept.length === rows.length
    ? kept.join('\n')
    : [...kept, more(rows.length - kept.length)].join('\n');
};

/** Problems of whole accounts that no row shows, each once with its accounts. */
const accountProblems = (report: Report): string =>
  groupAccountProblems(report)
    .flatMap(({ problem, hint, accounts }) => {
      const names = accounts.slice(0, 20).map(name).join(', ');
      const more =
        accounts.length > 20 ? ` and ${plural(accounts.length - 20, 'more account')}` : '';
      return [
        `### ⚠️ ${problem.code}: ${plural(accounts.length, 'account')}`,
        `**${forMarkdownProse(clip(hint, 600))}**`,
        forMarkdownCode(clip(problem.message, 1000)),
        `${names}${more}`,
      ];
    })
    .join('\n\n');

const title = (report: Report): string => {
  const worst = verdictOrder.find((verdict) => (report.summary.accountVerdicts[verdict] ?? 0) > 0);
  const mark = worst === undefined ? '' : `${marks[worst]} `;
  return `## ${mark}${headline(report)}`;
};

/** The last line of a plan that was checked with `--preflight`. */
const preflightLine = ({ preflight }: Report): readonly string[] =>
  preflight === null
    ? []
    : ['', `${preflight.denied > 0 ? '⛔ ' : ''}**${forMarkdown(preflightText(preflight))}**`];

/** What the plan will do, or the run did; deletions come last and are marked. */
const planList = (report: Report): readonly string[] => {
  const { title: heading, sentences, leftUnchanged, waves, nothing } = planText(report);
  const left = [...waves, ...leftUnchanged].flatMap(({ title: head, text }) => [
    '',
    `${head}: ${forMarkdown(clip(text, 600))}`,
  ]);
  const none = nothing === '' ? [] : ['', `**${heading}**: ${nothing}`];
  return sentences.length === 0
    ? [...none, ...left]
    : [
        '',
        `**${heading}**`,
        '',
        ...sentences.map(({ deed, text }) => {
          const shown = forMarkdown(clip(text, 600));
          return deed === 'delete' ? `- 🗑️ **${shown}**` : `- ${shown}`;
        }),
        ...left,
      ];
};

/** The plan's warnings and notes. */
const remarkList = (report: Report): readonly string[] => {
  const remarks = remarksOf(report);
  const linesOf = (kind: Remark['kind'], most: number, room: number): string =>
    fitRows(
      remarks
        .filter((remark) => remark.kind === kind)
        .map(({ text }) => {
          const shown = forMarkdown(clip(text, most));
          return kind === 'warning' ? `> ⚠️ **Warning:** ${shown}\n>` : `- Note: ${shown}`;
        }),
      room,
      (count) =>
        `${kind === 'warning' ? '> ' : '- '}And ${plural(count, `more ${kind}`)}: see the JSON report.`,
    ).replace(/\n>$/, '');
  return [linesOf('warning', 1500, 12_000), linesOf('note', 600, 8000)].flatMap((lines) =>
    lines === '' ? [] : ['', lines],
  );
};

/** Why the run stopped, and how to continue. */
const stop = ({ stopped }: Report): readonly string[] =>
  stopped === null
    ? []
    : [
        '',
        `> ⏹️ **Stopped:** ${forMarkdown(clip(stopped.message, 600))} ${forMarkdownProse(clip(stopped.hint, 600))}`,
      ];

const head = (report: Report, context: RenderContext): string => {
  const filter = describeFilter(report, context);
  const counts = (of: Readonly<Record<string, number>>, order: readonly string[]): string =>
    [
      ...order.filter((key) => (of[key] ?? 0) > 0),
      ...Object.keys(of).filter((key) => !order.includes(key)),
    ]
      .map((key) => `${forMarkdown(key)} **${(of[key] ?? 0).toLocaleString('en-US')}**`)
      .join(' · ');
  const owners = countOwners(context.whole.targets)
    .map(({ name: kind, count }) => `${kind} **${count.toLocaleString('en-US')}**`)
    .join(' · ');
  return [
    title(report),
    ...planList(context.whole),
    ...remarkList(report),
    ...preflightLine(report),
    ...stop(report),
    '',
    `| | |\n| --- | --- |`,
    `| Organization | ${forMarkdownCode(report.organization.id)} (${forMarkdown(report.partition)}) |`,
    `| Run | ${report.run === null ? 'none, nothing was changed' : forMarkdownCode(report.run)} |`,
    `| Started | ${forMarkdown(report.startedAt)}, ${report.run === null ? `took ${durationBetween(report.startedAt, report.finishedAt)}` : `ended ${durationBetween(report.startedAt, report.finishedAt)} later`} |`,
    `| Caller | ${forMarkdownCode(clip(report.caller.arn, 200))} |`,
    `| Accounts, cells | ${report.summary.accounts.toLocaleString('en-US')}, ${report.summary.cells.toLocaleString('en-US')} |`,
    `| Verdicts | ${counts(report.summary.verdicts, verdictOrder) || 'none'} |`,
    `| Settings | ${counts(countCellStates(context.whole.targets), []) || 'none'} |`,
    ...(owners === '' ? [] : [`| Owners | ${owners} |`]),
    `| Calls | ${areCallsKnown(report) ? `${report.summary.calls.toLocaleString('en-US')}, of them ${report.summary.throttled.toLocaleString('en-US')} throttled` : 'not recorded'} |`,
    ...(filter === null ? [] : [`| Rows | ${filter} |`]),
  ].join('\n');
};

const reasonHead = ({
  verdict,
  verdicts,
  problem,
  hint,
  varies,
  targets,
  accounts,
}: ProblemGroup): string => {
  const what = problem === null ? '' : ` · ${problem.code}`;
  return [
    `### ${marks[verdict]} ${verdicts.join(' and ')}${what}: ${plural(targets.length, 'target')} in ${plural(accounts.length, 'account')}`,
    '',
    ...(problem === null
      ? [
          ...new Set(
            accounts.flatMap((account) => (account.skipped === null ? [] : [account.skipped])),
          ),
        ]
          .slice(0, 1)
          .map((text) => forMarkdown(clip(text, 600)))
      : [
          `**${forMarkdownProse(clip(hint, 900))}**`,
          '',
          `${varies ? 'For example: ' : ''}${forMarkdownCode(clip(problem.message, 1000))}`,
        ]),
  ].join('\n');
};

const reasonText = (
  reason: ProblemGroup,
  cells: ReadonlyMap<string, number>,
  room: number,
): string => {
  const struck = new Map<string, Target[]>(reason.accounts.map((account) => [account.id, []]));
  for (const target of reason.targets) struck.get(target.account)?.push(target);
  const rows = reason.accounts.map(
    (account) =>
      `| ${name(account)} | ${unit(account)} | ${placesOf(struck.get(account.id) ?? [], cells.get(account.id) ?? 0)} |`,
  );
  const table = (content: string): string =>
    `<details><summary>Where</summary>\n\n| Account | OU | Targets |\n| --- | --- | --- |\n${content}\n\n</details>`;
  const start = reasonHead(reason);
  const left = room - start.length - table('').length - 4;
  return `${start}\n\n${table(fitRows(rows, left, (count) => `| and ${plural(count, 'more account')} | | |`))}`;
};

/** A section for each reason, with at least its head while there is room, and a last line for the other reasons. */
const reasonSections = (
  reasons: readonly ProblemGroup[],
  cells: ReadonlyMap<string, number>,
  room: number,
): string => {
  const sections: string[] = [];
  let left = room - 200;
  for (const [index, reason] of reasons.entries()) {
    const share = Math.max(3000, Math.floor(left / (reasons.length - index)));
    if (left < 3000) {
      const rest = reasons.slice(index);
      const targets = rest.reduce((sum, { targets: struck }) => sum + struck.length, 0);
      sections.push(
        `**And ${plural(rest.length, 'more reason')} for ${plural(targets, 'target')}**: see the JSON or CSV report.`,
      );
      break;
    }
    const text = reasonText(reason, cells, Math.min(share, left));
    sections.push(text);
    left -= text.length + 2;
  }
  return sections.join('\n\n');
};

/** Counts by verdict. For changes also the places; exceptions have sections that name theirs. */
const verdictsOf = (targets: readonly Target[], action: Report['action']): string => {
  const cells = targets.filter(({ kind, region }) => kind === 'setting' && region !== null).length;
  return verdictOrder
    .map((verdict) => ({
      verdict,
      rows: targets.filter((target) => target.verdict === verdict),
    }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ verdict, rows }) => {
      const counted = `${marks[verdict]} ${verdict} ${rows.length}`;
      return action !== 'status' && (verdict === 'would-change' || verdict === 'changed')
        ? `${counted} (${placesOf(rows, cells)})`
        : counted;
    })
    .join(', ');
};

const maxOwners = 5;

/** The owners of an account's settings, each with the number of settings. */
const ownersOf = (targets: readonly Target[]): string => {
  const counts = new Map<string, number>();
  for (const { owner } of targets)
    if (owner !== undefined && owner !== null) {
      const text = `${owner.kind} ${forMarkdownCode(clip(owner.name, 100))}`;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  const owners = [...counts].map(([text, count]) => `${text} ${count}`);
  const more = owners.length - maxOwners;
  return [...owners.slice(0, maxOwners), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
};

const accountSection = (report: Report, room: number): string => {
  const byAccount = targetsByAccount(report);
  const inSync = (account: AccountRow): boolean =>
    (byAccount.get(account.id) ?? []).every((target) => target.verdict === 'in-sync');
  const worst = (account: AccountRow): number =>
    Math.min(
      ...(byAccount.get(account.id) ?? []).map((target) => verdictOrder.indexOf(target.verdict)),
      verdictOrder.length,
    );
  const others = report.accounts
    .filter((account) => !inSync(account))
    .sort((one, other) => worst(one) - worst(other));
  const quiet = report.accounts.length - others.length;
  const rows = others.map(
    (account) =>
      `| ${name(account)} | ${unit(account)} | ${verdictsOf(byAccount.get(account.id) ?? [], report.action)} | ${ownersOf(byAccount.get(account.id) ?? [])} |`,
  );
  if (quiet > 0)
    rows.push(
      `| ${plural(quiet, others.length > 0 ? 'other account' : 'account')} | | ${marks['in-sync']} all in-sync | |`,
    );
  const table = (content: string): string =>
    `<details><summary>Accounts (${report.accounts.length.toLocaleString('en-US')})</summary>\n\n| Account | OU | Targets | Owners |\n| --- | --- | --- | --- |\n${content}\n\n</details>`;
  return table(
    fitRows(
      rows,
      room - table('').length,
      (count) => `| and ${plural(count, 'more row')}: see the JSON or CSV report | | | |`,
    ),
  );
};

/** Settings that are broken without a problem that says so; a plan repairs those of dhmc. */
const brokenSection = (report: Report): string =>
  groupBroken(report)
    .map(({ why, targets, accounts }) =>
      [
        `### ✗ broken: ${plural(targets.length, 'cell')} in ${plural(accounts.length, 'account')}`,
        '',
        `${forMarkdown(why)} ${accounts.slice(0, 20).map(name).join(', ')}${accounts.length > 20 ? `, and ${plural(accounts.length - 20, 'more account')}` : ''}`,
      ].join('\n'),
    )
    .join('\n\n');

/** The report in at most `room` characters. */
export const renderMarkdown = (
  report: Report,
  context: RenderContext = plainContext(report),
  room: number = limit,
): string => {
  const parts = [head(report, context)];
  const left = (): number => room - parts.join('\n\n').length - 2;
  const cells = new Map<string, number>();
  for (const { kind, region, account } of report.targets) {
    if (kind === 'setting' && region !== null) cells.set(account, (cells.get(account) ?? 0) + 1);
  }
  const bad = groupReasons(
    report,
    (target) => isException(target.verdict) || wouldBeDenied(target),
  );
  if (bad.length > 0) parts.push(reasonSections(bad, cells, Math.min(exceptionLimit, left())));
  const troubles = accountProblems(report);
  if (troubles !== '' && troubles.length < left() - 8000) parts.push(troubles);
  const broken = brokenSection(report);
  if (broken !== '' && broken.length < left() - 8000) parts.push(broken);
  const remarks = groupReasons(
    report,
    (target, problem) =>
      target.verdict === 'skipped' ||
      (!isException(target.verdict) && !wouldBeDenied(target) && problem !== null),
  );
  if (remarks.length > 0 && left() > 8000)
    parts.push(reasonSections(remarks, cells, Math.floor(left() / 2)));
  parts.push(accountSection(report, left()));
  return `${parts.join('\n\n')}\n`;
};
