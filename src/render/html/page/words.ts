/** The words of the page for states, verdicts and deeds, and how it formats times and values. */
import { escapeControls } from '../../escape.ts';

export const stateOrder = [
  'enabled',
  'pending',
  'disabled',
  'quick-setup',
  'foreign',
  'broken',
  'unknown',
];
export const verdictsInLegend = [
  'in-sync',
  'changed',
  'would-change',
  'skipped',
  'conflict',
  'not-attempted',
  'blocked',
  'failed',
];

export const stateTitles: Readonly<Record<string, string>> = {
  enabled: 'names our role, and the role is whole',
  disabled: "AWS's default: no role",
  foreign: 'names another role',
  'quick-setup': 'names a role of AWS Quick Setup',
  broken: 'names a role that is missing or cannot be assumed',
  pending: 'AWS says the update is pending',
  unknown: 'could not be read',
};

export const verdictTitles: Readonly<Record<string, string>> = {
  'in-sync': 'already in the desired state',
  changed: 'changed and verified',
  'would-change': 'differs from the desired state',
  conflict: 'set to another role, or changed by someone else',
  blocked: 'could not be tried: something it needs failed or is unknown',
  failed: 'tried, and AWS refused or did not answer',
  'not-attempted': 'the run stopped first',
  skipped: 'left out; not a failure',
};

/** The verdict, with the plan's deed, or with the note that the change was begun. */
export const verdictText = (
  verdict: string,
  { deed, isBegun }: { readonly deed: string | null; readonly isBegun: boolean },
): string =>
  deed !== null ? `${verdict} (${deed})` : isBegun ? `${verdict} (begun, result unknown)` : verdict;

export const titles: Readonly<Record<string, string>> = {
  enable: 'Enable',
  disable: 'Disable',
  rollback: 'Rollback',
  apply: 'Apply',
  resume: 'Resume',
  status: 'Status',
};

export const number = (count: number): string => count.toLocaleString('en-US');

export const share = (part: number, whole: number): string => {
  if (whole === 0) return '0%';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1
    ? '<1%'
    : percent > 99 && percent < 100
      ? '>99%'
      : `${Math.round(percent)}%`;
};

export const plural = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`;

/** An ISO time in readable form, in UTC; other texts unchanged. */
export const time = (iso: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso)
    ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
    : escapeControls(iso);

export const unitName = (path: string | null): string =>
  path === null ? 'OU unknown' : path === '' ? 'Root' : escapeControls(path);
