/** A finding of the doctor: its subject, the fact, why it matters, and the fix. */
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
  /** The subject: an account's id, a principal's ARN, or a path. */
  readonly subject: string;
  /** The account's name, if the subject is an account. */
  readonly name: string | null;
  /** The fact. AWS's words in it are untrusted text and not escaped. */
  readonly message: string;
  /** Why it matters; empty for `ok`. */
  readonly why: string;
  /** The fix, in one sentence; empty if there is nothing to do. */
  readonly hint: string;
  /** The problem behind the hint. No public output has this member or those below. */
  readonly problem: Problem | null;
  /** A key that is equal for findings that differ only in the account. */
  readonly likeness: string;
  /** The message without the account, for a group of findings. */
  readonly messageInGeneral: string;
}

/** The text of a finding. `{…}` in the message stands for a fact. */
export interface FindingText {
  readonly message: string;
  readonly why: string;
  readonly hint: string;
  readonly facts?: Facts;
  /** A second subject, in a form that is the same for every account. */
  readonly about?: string;
}

/** The fact with a problem's or note's message. It is not part of `likeness`, since the wording varies. */
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

/** A finding with the hint of a problem. In `message`, `{said}` stands for the problem's message. */
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

/** 1 if there is an error, 2 if there are only warnings, else 0. */
export const statusOfFindings = (findings: readonly Finding[]): 0 | 1 | 2 =>
  findings.some(({ level }) => level === 'error')
    ? 1
    : findings.some(({ level }) => level === 'warning')
      ? 2
      : 0;
