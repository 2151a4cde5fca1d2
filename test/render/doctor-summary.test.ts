import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/doctor/finding.ts';
import {
  countOf,
  doctorHeadline,
  forGroup,
  groupFindings,
  subjectOf,
} from '../../src/render/doctor-summary.ts';

const finding = (account: string, over: Partial<Finding> = {}): Finding =>
  ({
    level: 'error',
    check: 'access',
    subject: account,
    name: `n${account}`,
    message: `The account ${account} cannot be entered.`,
    why: '',
    hint: `Look at account ${account}: ${account}.`,
    ...over,
  }) as Finding;
const report = (inScope: number, tried: number, findings: readonly Finding[] = []) => ({
  ...{ startedAt: '', finishedAt: '', caller: null, organization: null, partition: null },
  accounts: { inScope, tried },
  findings,
  usage: { calls: 0, throttled: 0 },
});

describe('the doctor in one line', () => {
  it.each([
    [report(43, 5), 'dhmc doctor: 5 of 43 accounts tried; nothing found in them'],
    [report(1, 1), 'dhmc doctor: 1 of 1 account tried; nothing found in it'],
    [report(0, 0), 'dhmc doctor: no account tried'],
    [
      report(2, 2, [finding('1'), finding('2'), finding('2', { level: 'warning' })]),
      'dhmc doctor: 2 errors, 1 warning; 2 of 2 accounts tried',
    ],
    [
      report(2, 0, [finding('1', { level: 'warning' })]),
      'dhmc doctor: 1 warning; 0 of 2 accounts tried',
    ],
  ])('%#: %s', (of, text) => {
    expect(doctorHeadline(of)).toBe(text);
  });
});

describe('findings that differ in the account alone', () => {
  const groups = groupFindings(
    [
      finding('1'),
      finding('2'),
      finding('3', { message: 'Something else.' }),
      finding('4', { level: 'ok' }),
    ],
    'error',
  );

  it('are one group', () => {
    expect(groups.map(({ subjects }) => subjects)).toEqual([['n1 1', 'n2 2'], ['n3 3']]);
    expect(countOf([finding('1'), finding('2', { level: 'ok' })], 'ok')).toBe(1);
  });

  it('have one text, which names no account of many', () => {
    const [many, one] = groups;
    expect(many && forGroup(many, many.finding.hint)).toBe(
      'Look at each of these accounts: <account>.',
    );
    expect(one && forGroup(one, one.finding.hint)).toBe('Look at account 3: 3.');
  });

  it('are about an account by name and id, or about what they name', () => {
    expect(subjectOf(finding('1', { name: null }))).toBe('1');
    expect(subjectOf(finding('1', { name: '' }))).toBe('1');
  });
});
