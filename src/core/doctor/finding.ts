/** A finding of the doctor: what it is about, what was found, why that matters, and what to do. */
import type { Problem } from '../model/model.ts';

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
  /** Why it matters; empty where all is well. */
  readonly why: string;
  /** What to do, in one sentence; empty where nothing is to be done. */
  readonly hint: string;
}

export const fine = (check: Check, subject: string, message: string): Finding => ({
  check,
  level: 'ok',
  subject,
  name: null,
  message,
  why: '',
  hint: '',
});

export const troubled = (
  check: Check,
  level: 'warning' | 'error',
  subject: string,
  said: { readonly message: string; readonly why: string; readonly hint: string },
): Finding => ({ check, level, subject, name: null, ...said });

export const ofProblem = (
  check: Check,
  level: 'warning' | 'error',
  subject: string,
  { message, hint }: Problem,
  why: string,
): Finding => troubled(check, level, subject, { message, why, hint });

/** 1 where there is an error, 2 where there are warnings only. */
export const statusOfFindings = (findings: readonly Finding[]): 0 | 1 | 2 =>
  findings.some(({ level }) => level === 'error')
    ? 1
    : findings.some(({ level }) => level === 'warning')
      ? 2
      : 0;
