/** The doctor's findings as Markdown for a pull request or a ticket: errors and warnings first, the rest folded. */
import { plural } from '../core/model/counted.ts';
import {
  doctorHeadline,
  groupFindings,
  type DoctorReport,
  type FindingGroup,
} from './doctor-summary.ts';
import { forMarkdown, forMarkdownCode, forMarkdownProse } from './escape.ts';

/** In characters. GitHub allows comments of 65,536. */
const limit = 65_000;
const maxSubjects = 20;

const marks = { error: '❌', warning: '⚠️', ok: '✅' } as const;

const subjectsOf = ({ subjects }: FindingGroup): string => {
  const named = subjects.slice(0, maxSubjects).map(forMarkdownCode).join(', ');
  const more = subjects.length - maxSubjects;
  return more > 0 ? `${named} and ${plural(more, 'more account')}` : named;
};

const section = (group: FindingGroup): string => {
  const { check, level, message, why, hint } = group;
  const text = (said: string): string => forMarkdown(said.slice(0, 2000));
  return [
    `### ${marks[level]} ${level} · ${check}`,
    subjectsOf(group),
    text(message),
    ...(why === '' ? [] : [`Why: ${text(why)}`]),
    ...(hint === '' ? [] : [`**${forMarkdownProse(hint.slice(0, 2000))}**`]),
  ].join('\n\n');
};

export function renderDoctorMarkdown(report: DoctorReport): string {
  const { findings } = report;
  const worst = (['error', 'warning', 'ok'] as const).find((level) =>
    findings.some((finding) => finding.level === level),
  );
  const parts = [`## ${worst === undefined ? '' : `${marks[worst]} `}${doctorHeadline(report)}`];
  const loud = [...groupFindings(findings, 'error'), ...groupFindings(findings, 'warning')];
  let room = limit - 10_000;
  for (const [index, group] of loud.entries()) {
    const text = section(group);
    room -= text.length;
    if (room < 0) {
      parts.push(`**And ${plural(loud.length - index, 'more finding')}**: see the JSON report.`);
      break;
    }
    parts.push(text);
  }
  const fine = groupFindings(findings, 'ok')
    .map((group) => `| ${group.check} | ${subjectsOf(group)} | ${forMarkdown(group.message)} |`)
    .join('\n')
    .slice(0, 9000);
  const end =
    fine.lastIndexOf('|\n') > 0 && fine.length === 9000 ? fine.lastIndexOf('|\n') + 1 : undefined;
  parts.push(
    `<details><summary>Checks that found nothing</summary>\n\n| Check | About | Found |\n| --- | --- | --- |\n${fine.slice(0, end)}\n\n</details>`,
  );
  return `${parts.join('\n\n')}\n`;
}
