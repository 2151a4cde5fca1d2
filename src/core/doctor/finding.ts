/** A finding of the doctor: what it is about, what was found, why that matters, and what to do. */
import type { Facts, Problem } from '../model/model.ts';
import { caseOf } from '../problems/alike.ts';
import { withoutAccount } from '../problems/fill.ts';

export type Level = 'ok' | 'warning' | 'error';

export const checks = [
  'credentials',
  'clock',
  'organization',
  'accounts',
  'entry',
  'regions',
  'role',
  'permissions',
  'control-policies',
  'quick-setup',
  'state-directory',
] as const;
export type Check = (typeof checks)[number];

export interface Finding {
  readonly check: Check;
  readonly level: Level;
  /** What it is about: an account's id, a principal's ARN, a path. */
  readonly subject: string;
  /** The account's name, where it is about an account. */
  readonly name: string | null;
  /** What was found. AWS's own words in it are untrusted text, as they came. */
  readonly message: string;
  /** Why it matters; empty if all is well. */
  readonly why: string;
  /** What to do, in one sentence; empty if nothing is to be done. */
  readonly hint: string;
  /** What the hint was made from. In no public output, nor is what follows. */
  readonly problem: Problem | null;
  /** The same for findings that differ in the account alone. */
  readonly likeness: string;
  /** The message in words that fit every account. */
  readonly messageInGeneral: string;
}

/** The text of a finding. In its message, `{…}` is a fact. */
export interface FindingText {
  readonly message: string;
  readonly why: string;
  readonly hint: string;
  readonly facts?: Facts;
  /** The further subject of the finding, in a form that is the same for every account. */
  readonly about?: string;
}

/** The fact that holds the words of a problem or a note: a sentence, which tells nothing apart. */
const said = 'said';

const filled = (text: string, facts: Facts): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => facts[name] ?? whole);

const found = (
  head: Pick<Finding, 'check' | 'level' | 'subject'>,
  { message, why, hint, facts = {}, about = '' }: FindingText,
  problem: Problem | null = null,
): Finding => {
  const { check, level, subject } = head;
  const inGeneral = Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, withoutAccount(fact, subject)]),
  );
  return {
    ...{ check, level, subject, name: null },
    message: filled(message, facts),
    why,
    hint,
    problem,
    likeness: JSON.stringify([
      ...[check, level, message, why, about],
      ...Object.entries(inGeneral).filter(([name]) => name !== said),
    ]),
    messageInGeneral: filled(message, inGeneral),
  };
};

export const fine = (check: Check, subject: string, message: string, facts?: Facts): Finding =>
  found(
    { check, level: 'ok', subject },
    { message, why: '', hint: '', ...(facts === undefined ? {} : { facts }) },
  );

export const troubled = (
  check: Check,
  level: 'warning' | 'error',
  subject: string,
  text: FindingText,
): Finding => found({ check, level, subject }, text);

/** A finding in the words of a problem, and with its hint. `message`: with `{said}` for the words of the problem. */
export const ofProblem = (
  check: Check,
  level: 'warning' | 'error',
  subject: string,
  problem: Problem,
  {
    why,
    message = '{said}',
    facts = {},
  }: Omit<FindingText, 'hint' | 'message'> & { readonly message?: string },
): Finding =>
  found(
    { check, level, subject },
    {
      message,
      why,
      hint: problem.hint,
      facts: { ...facts, [said]: problem.message },
      about: caseOf(problem, subject),
    },
    problem,
  );

/** 1 where there is an error, 2 where there are warnings only. */
export const statusOfFindings = (findings: readonly Finding[]): 0 | 1 | 2 =>
  findings.some(({ level }) => level === 'error')
    ? 1
    : findings.some(({ level }) => level === 'warning')
      ? 2
      : 0;
