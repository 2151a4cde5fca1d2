import { describe, expect, it } from 'vitest';
import { fine, ofProblem, type Finding } from '../../src/core/doctor/finding.ts';
import { problemFor } from '../../src/core/problems/hints.ts';
import {
  countOf,
  doctorHeadline,
  groupFindings,
  findingSubject,
} from '../../src/render/doctor-summary.ts';

const finding = (
  account: string,
  level: Finding['level'] = 'error',
  reason?: 'denied',
): Finding => {
  const why = 'It matters.';
  const problem = problemFor(reason ?? 'account-not-ready', `No ${account}.`, { account });
  const found =
    level === 'ok'
      ? fine('entry', account, 'Entered with {role}.', { role: `arn:${account}` })
      : ofProblem('entry', level, account, problem, { why });
  return { ...found, name: `n${account}` };
};
const report = (inScope: number, tried: number, findings: readonly Finding[] = []) => ({
  ...{ startedAt: '', finishedAt: '', caller: null, organization: null, partition: null },
  accounts: { inScope, tried },
  findings,
  usage: { calls: 0, throttled: 0 },
});

describe("the doctor's headline", () => {
  it.each([
    [report(43, 5), 'dhmc doctor: 5 of 43 accounts tried; nothing found in them'],
    [report(1, 1), 'dhmc doctor: 1 of 1 account tried; nothing found in it'],
    [report(0, 0), 'dhmc doctor: no account tried'],
    [
      report(2, 2, [finding('1'), finding('2'), finding('2', 'warning')]),
      'dhmc doctor: 2 errors, 1 warning; 2 of 2 accounts tried',
    ],
    [report(2, 0, [finding('1', 'warning')]), 'dhmc doctor: 1 warning; 0 of 2 accounts tried'],
  ])('of row %# is: %s', (of, text) => {
    expect(doctorHeadline(of)).toBe(text);
  });
});

describe('findings that differ only in the account', () => {
  const [one, two, three] = ['111111111111', '222222222222', '333333333333'] as const;
  const all = [
    finding(one),
    finding(two),
    finding(three, 'error', 'denied'),
    finding(one, 'ok'),
    finding(two, 'ok'),
  ];
  const errors = groupFindings(all, 'error');

  it('are grouped', () => {
    expect(errors.map(({ subjects }) => subjects)).toEqual([
      [`n${one} ${one}`, `n${two} ${two}`],
      [`n${three} ${three}`],
    ]);
    expect(countOf(all, 'ok')).toBe(2);
  });

  it('share a message and a hint without the ids of the accounts', () => {
    const [many, alone] = errors;
    expect(many?.message).toBe('No <account>.');
    expect(many?.hint).toMatch(/^Complete the registration of each of these accounts /);
    expect(alone?.message).toBe(`No ${three}.`);
    expect(alone?.hint).toContain(`in account ${three}`);
    expect(groupFindings(all, 'ok').map(({ message }) => message)).toEqual([
      'Entered with arn:<account>.',
    ]);
  });

  it('have a subject without a name if the name is missing or empty', () => {
    expect(findingSubject({ ...finding('1'), name: null })).toBe('1');
    expect(findingSubject({ ...finding('1'), name: '' })).toBe('1');
  });
});
