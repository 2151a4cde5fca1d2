/** Coverage as Markdown for a pull request or a job summary, limited in length; CSV and JSON have the rest. */
import { nameAndId, namesOf } from '../../core/model/account-names.ts';
import { managers } from '../../core/coverage/model.ts';
import { isUnmanaged } from '../../core/coverage/summary.ts';
import { forMarkdown, forMarkdownCode, forMarkdownProse } from '../escape.ts';
import { clip } from '../text-width.ts';
import type { CoverageParts } from './format.ts';
import { countPlaces, totalOf } from './places.ts';
import { changeLines, headline, managerWords } from './words.ts';
import { number, plural } from '../../core/model/counted.ts';

const maxRows = 200;

export async function* renderMarkdown(parts: CoverageParts): AsyncIterable<string> {
  const { report, reasons, choice } = parts;
  const { summary } = report;
  yield `## dhmc coverage: ${headline(parts)}\n\n`;
  yield [
    '| | |',
    '| --- | --- |',
    `| Organization | ${forMarkdownCode(report.organization.id)} |`,
    `| Started | ${report.startedAt} |`,
    `| Accounts, cells | ${number(summary.accounts)}, ${number(summary.cells)} |`,
    ...managers.map((who) => `| ${managerWords[who]} | ${number(summary.managedBy[who])} |`),
    `| Proven, likely | ${number(summary.confidence.proven)}, ${number(summary.confidence.likely)} |`,
    '',
    '',
  ].join('\n');
  const units = countPlaces(parts);
  yield '| Unit | Running | DHMC | Profile | Activation | Not managed | Unknown | Cells not read |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n';
  for (const { path, accounts } of units.slice(0, maxRows)) {
    const total = totalOf(accounts);
    const cells = managers.map((who) => number(total.managedBy[who])).join(' | ');
    yield `| ${forMarkdown(clip(path || 'root', 200))} | ${number(total.running)} | ${cells} | ${number(total.unread)} |\n`;
  }
  if (units.length > maxRows) yield `\n${plural(units.length - maxRows, 'more unit')}: see CSV.\n`;
  const names = namesOf(report.accounts);
  for (const { reason, count, accounts, hint, examples } of reasons) {
    yield `\n### ${reason}: ${plural(count, 'instance')} in ${plural(accounts, 'account')}\n\n`;
    if (hint !== '') yield `${forMarkdownProse(clip(hint, 600))}\n\n`;
    for (const { id, name, account, region } of examples)
      yield `* ${forMarkdownCode(id)}${name === null ? '' : ` ${forMarkdown(clip(name, 100))}`}, ${forMarkdown(nameAndId(account, names))}, ${region}\n`;
  }
  const problems = report.cells.filter(({ problem }) => problem !== null);
  if (problems.length > 0) {
    yield `\n### Not read, or skipped: ${plural(problems.length, 'cell')}\n\n`;
    for (const { account, region, problem } of problems.slice(0, 20))
      yield `* ${forMarkdown(nameAndId(account, names))}, ${region ?? 'all regions'}: ${problem?.code ?? ''}. ${forMarkdownProse(clip(problem?.hint ?? '', 300))}\n`;
  }
  for (const line of changeLines(report.changes)) yield `\n${forMarkdown(clip(line, 1000))}\n`;
  if (choice === 'none') return;
  let shown = 0;
  let left = 0;
  for await (const instance of parts.instances()) {
    if (choice === 'unmanaged' && !(isUnmanaged(instance) && instance.state === 'running'))
      continue;
    if (shown >= maxRows) {
      left += 1;
      continue;
    }
    if (shown === 0)
      yield '\n| Instance | Name | Account | Region | Managed by | Reason |\n| --- | --- | --- | --- | --- | --- |\n';
    shown += 1;
    yield `| ${forMarkdownCode(instance.id)} | ${forMarkdown(clip(instance.name ?? '', 100))} | ${forMarkdown(nameAndId(instance.account, names))} | ${instance.region} | ${managerWords[instance.managedBy]} | ${instance.reason ?? ''} |\n`;
  }
  if (left > 0) yield `\n${plural(left, 'more instance')}: see the CSV or JSON report.\n`;
}
