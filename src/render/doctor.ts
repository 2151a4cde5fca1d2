/** The doctor's findings: for a person at a terminal, worst first and alike ones together; and as JSON, `dhmc.doctor/v1`. */
import { Chalk } from 'chalk';
import { checks, type Finding, type Level } from '../core/doctor/finding.ts';
import type { Caller, Organization, Partition } from '../core/model/model.ts';
import { wrap } from './text-width.ts';
import type { Style } from './style.ts';
import { escapeForTerminal } from './escape.ts';

export interface DoctorReport {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller | null;
  readonly organization: Organization | null;
  readonly partition: Partition | null;
  /** In scope, and tried. */
  readonly accounts: { readonly inScope: number; readonly tried: number };
  readonly findings: readonly Finding[];
  readonly usage: { readonly calls: number; readonly throttled: number };
}

const levels: readonly Level[] = ['error', 'warning', 'ok'];

const countOf = (findings: readonly Finding[], level: Level): number =>
  findings.filter((finding) => finding.level === level).length;

/** See docs/doctor.md. */
export function renderDoctorJson({ usage, findings, ...head }: DoctorReport): string {
  const summary = {
    ok: countOf(findings, 'ok'),
    warning: countOf(findings, 'warning'),
    error: countOf(findings, 'error'),
    ...usage,
  };
  return `${JSON.stringify({ schema: 'dhmc.doctor/v1', ...head, summary, findings }, null, 2)}\n`;
}

interface Group {
  readonly finding: Finding;
  readonly subjects: string[];
}

const inWords = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

const mostSubjects = 10;

export function renderDoctor(report: DoctorReport, style: Style): string {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const columns = Math.max(40, style.columns);
  const { findings, accounts, usage } = report;
  const marks = {
    error: chalk.red('✗ error  '),
    warning: chalk.yellow('! warning'),
    ok: chalk.green('✓ ok     '),
  } as const;
  const lines = levels.flatMap((level) =>
    groupsOf(findings.filter((finding) => finding.level === level)).flatMap(
      ({ finding, subjects }) => {
        const about =
          subjects.length > mostSubjects
            ? `${subjects.slice(0, mostSubjects).join(', ')} and ${(subjects.length - mostSubjects).toLocaleString('en-US')} more`
            : subjects.join(', ');
        const told = wrap(escapeForTerminal(finding.message), columns, '           ');
        return [
          ...wrap(`${finding.check}: ${escapeForTerminal(about)}`, columns, '           ').map(
            (line, at) => (at === 0 ? `${marks[level]}  ${chalk.bold(line.trimStart())}` : line),
          ),
          ...(level === 'ok' ? told.map((line) => chalk.dim(line)) : told),
          ...(finding.why === ''
            ? []
            : wrap(`Why: ${escapeForTerminal(finding.why)}`, columns, '           ')),
          ...(finding.hint === ''
            ? []
            : wrap(`Fix: ${escapeForTerminal(finding.hint)}`, columns, '           ')),
        ];
      },
    ),
  );
  const verdict =
    countOf(findings, 'error') > 0
      ? `${inWords(countOf(findings, 'error'), 'error')} and ${inWords(countOf(findings, 'warning'), 'warning')}`
      : countOf(findings, 'warning') > 0
        ? inWords(countOf(findings, 'warning'), 'warning')
        : 'nothing stands in the way';
  const facts = `${accounts.tried.toLocaleString('en-US')} of ${inWords(accounts.inScope, 'account')} tried · ${inWords(usage.calls, 'call')}`;
  return `${[...wrap(`dhmc doctor: ${verdict}`, columns, '').map((line) => chalk.bold(line)), chalk.dim(facts), '', ...lines].join('\n')}\n`;
}

function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    // What differs in the account alone is told once, in the words of the first.
    const key = [finding.check, finding.message, finding.why, finding.hint]
      .join('\n')
      .replaceAll(finding.subject, '\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { finding, subjects: [finding.subject] });
    else group.subjects.push(finding.subject);
  }
  const place = ({ finding }: Group): number => checks.indexOf(finding.check);
  return [...groups.values()].sort((one, other) => place(one) - place(other));
}
