/** What the doctor found, summed up in one line, and its findings grouped: what every format of them begins with. */
import { checks, type Finding, type Level } from '../core/doctor/finding.ts';
import type { Caller, Organization, Partition } from '../core/model/model.ts';
import { number, plural } from '../core/model/counted.ts';

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

/** From worst to best. */
export const levels: readonly Level[] = ['error', 'warning', 'ok'];

export const countOf = (findings: readonly Finding[], level: Level): number =>
  findings.filter((finding) => finding.level === level).length;

/** How many accounts were tried, and what was found: `5 of 43 accounts tried; nothing found in them`. */
export function doctorHeadline({ accounts, findings }: DoctorReport): string {
  const tried = `${number(accounts.tried)} of ${plural(accounts.inScope, 'account')} tried`;
  const counts = (['error', 'warning'] as const).flatMap((level) => {
    const count = countOf(findings, level);
    return count === 0 ? [] : [plural(count, level)];
  });
  if (counts.length > 0) return `dhmc doctor: ${counts.join(', ')}; ${tried}`;
  return accounts.tried === 0
    ? `dhmc doctor: no account tried`
    : `dhmc doctor: ${tried}; nothing found in ${accounts.tried === 1 ? 'it' : 'them'}`;
}

export interface FindingGroup {
  readonly finding: Finding;
  /** An account's name and id, or what else the finding is about. */
  readonly subjects: string[];
}

/** What a finding is about: an account by name and id. */
export const subjectOf = ({ subject, name }: Finding): string =>
  name === null || name === '' ? subject : `${name} ${subject}`;

/** Findings of a level that differ in the account alone are one group, in the words of the first. */
export function groupFindings(findings: readonly Finding[], level: Level): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    if (finding.level !== level) continue;
    const key = [finding.check, finding.message, finding.why, finding.hint]
      .join('\n')
      .replaceAll(finding.subject, '\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { finding, subjects: [subjectOf(finding)] });
    else group.subjects.push(subjectOf(finding));
  }
  const place = ({ finding }: FindingGroup): number => checks.indexOf(finding.check);
  return [...groups.values()].sort((one, other) => place(one) - place(other));
}

/** A text of a group's finding, for all of its accounts. */
export const forGroup = ({ finding, subjects }: FindingGroup, text: string): string =>
  subjects.length === 1
    ? text
    : text
        .replaceAll(`account ${finding.subject}`, 'each of these accounts')
        .replaceAll(finding.subject, '<account>');
