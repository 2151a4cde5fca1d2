/** The doctor's findings: for a terminal, worst first and grouped; and as JSON, `dhmc.doctor/v1`. */
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import { Chalk } from 'chalk';
import { firstOf, plural } from '../core/model/counted.ts';
import {
  countOf,
  doctorHeadline,
  groupFindings,
  levels,
  type DoctorReport,
} from './doctor-summary.ts';
import { wrap } from './text-width.ts';
import type { doctorFormats } from './index.ts';
import type { Style } from './style.ts';
import { escapeForTerminal } from './escape.ts';

export type { DoctorReport } from './doctor-summary.ts';

export type DoctorFormat = (typeof doctorFormats)[number];

/** See docs/doctor.md. */
export function renderDoctorJson({ usage, findings, ...head }: DoctorReport): string {
  const summary = {
    ok: countOf(findings, 'ok'),
    warning: countOf(findings, 'warning'),
    error: countOf(findings, 'error'),
    ...usage,
  };
  const shown = findings.map(({ check, level, subject, name, message, why, hint }) => ({
    ...{ check, level, subject, name, message, why, hint },
  }));
  return `${JSON.stringify({ schema: 'dhmc.doctor/v1', ...head, summary, findings: shown }, null, 2)}\n`;
}

const maxSubjects = 10;

export function renderDoctorTable(report: DoctorReport, style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const { findings, usage } = report;
  const marks = {
    error: chalk.red('✗ error  '),
    warning: chalk.yellow('! warning'),
    ok: chalk.green('✓ ok     '),
  } as const;
  const indent = '           ';
  const lines = levels.flatMap((level) =>
    groupFindings(findings, level).flatMap((group) => {
      const { check, subjects, message, why, hint } = group;
      const text = (label: string, said: string): readonly string[] =>
        said === '' ? [] : wrap(`${label}${escapeForTerminal(said)}`, columns, indent);
      const about = firstOf(subjects, maxSubjects);
      const found = text('', message);
      return [
        ...wrap(`${check}: ${escapeForTerminal(about)}`, columns, indent).map((line, at) =>
          at === 0 ? `${marks[level]}  ${chalk.bold(line.trimStart())}` : line,
        ),
        ...(level === 'ok' ? found.map((line) => chalk.dim(line)) : found),
        ...text('Why: ', why),
        ...text('Fix: ', withoutCodeMarks(hint)),
      ];
    }),
  );
  const headline = wrap(doctorHeadline(report), columns, '').map((line) => chalk.bold(line));
  const closing = lines.length > 30 ? ['', ...headline] : [];
  return `${[...headline, chalk.dim(plural(usage.calls, 'call')), '', ...lines, ...closing].join('\n')}\n`;
}

/** Renders the findings in the format. */
export async function renderDoctor(
  format: DoctorFormat,
  report: DoctorReport,
  style: Style,
): Promise<string> {
  switch (format) {
    case 'table':
      return renderDoctorTable(report, style);
    case 'json':
      return renderDoctorJson(report);
    case 'markdown':
      return (await import('./doctor-markdown.ts')).renderDoctorMarkdown(report);
    case 'junit':
      return (await import('./doctor-junit.ts')).renderDoctorJunit(report);
  }
}
