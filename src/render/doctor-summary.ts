/** The doctor's findings as one line, and in groups; used by every format. */
import { checks, type Finding, type Level } from '../core/doctor/finding.ts';
import type { Caller, Organization, Partition } from '../core/model/model.ts';
import { number, plural } from '../core/model/counted.ts';
import { sharedHint } from '../core/problems/alike.ts';
import { append } from './targets.ts';

export interface DoctorReport {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller | null;
  readonly organization: Organization | null;
  readonly partition: Partition | null;
  /** How many accounts are in scope, and how many were tried. */
  readonly accounts: { readonly inScope: number; readonly tried: number };
  readonly findings: readonly Finding[];
  readonly usage: { readonly calls: number; readonly throttled: number };
}

/** From worst to best. */
export const levels: readonly Level[] = ['error', 'warning', 'ok'];

export const countOf = (findings: readonly Finding[], level: Level): number =>
  findings.filter((finding) => finding.level === level).length;

/** How many accounts were tried and what was found, such as `5 of 43 accounts tried; nothing found in them`. */
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

/** Findings that differ only in the account, in words that fit all of them. */
export interface FindingGroup extends Pick<
  Finding,
  'check' | 'level' | 'message' | 'why' | 'hint'
> {
  /** Accounts by name and id, or other subjects of the findings. */
  readonly subjects: readonly string[];
}

/** The subject of a finding; an account by name and id. */
export const findingSubject = ({ subject, name }: Finding): string =>
  name === null || name === '' ? subject : `${name} ${subject}`;

/** Groups the findings of a level that differ only in the account. */
export function groupFindings(findings: readonly Finding[], level: Level): readonly FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings)
    if (finding.level === level) append(groups, finding.likeness, finding);
  const place = ({ check }: FindingGroup): number => checks.indexOf(check);
  return [...groups.values()]
    .flatMap((alike): readonly FindingGroup[] => {
      const [first] = alike;
      return first === undefined ? [] : [groupOf(first, alike)];
    })
    .sort((one, other) => place(one) - place(other));
}

function groupOf(first: Finding, alike: readonly Finding[]): FindingGroup {
  const cases = alike.flatMap(({ subject, problem, hint }) =>
    problem === null ? [] : [{ account: subject, region: null, problem: { ...problem, hint } }],
  );
  return {
    check: first.check,
    level: first.level,
    subjects: alike.map(findingSubject),
    message: alike.length === 1 ? first.message : first.messageInGeneral,
    why: first.why,
    hint: cases.length === 0 ? first.hint : sharedHint(cases),
  };
}
