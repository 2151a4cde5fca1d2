import { describe, expect, it } from 'vitest';
import { fine, ofProblem, troubled } from '../../src/core/doctor/finding.ts';
import { problemFor } from '../../src/core/problems/hints.ts';
import { renderDoctor, type DoctorFormat, type DoctorReport } from '../../src/render/doctor.ts';

const [one, two] = ['111111111111', '222222222222'] as const;
const denied = (account: string) => ({
  ...ofProblem(
    'entry',
    'error',
    account,
    problemFor('denied', `No, ${account}.`, { account, action: 'a:b', principal: 'p' }),
    { why: 'It is blocked.' },
  ),
  name: `n-${account.slice(0, 1)}`,
});
const report: DoctorReport = {
  startedAt: '2026-11-22T10:00:00.000Z',
  finishedAt: '2026-11-22T10:00:01.000Z',
  caller: { account: one, arn: `arn:aws:iam::${one}:user/jo` },
  organization: { id: 'o-abcdefghij', managementAccount: one },
  partition: 'aws',
  accounts: { inScope: 2, tried: 2 },
  findings: [
    fine('credentials', 'arn', 'The caller is <b>&\u001B[2J.'),
    troubled('clock', 'warning', 'this machine', { message: 'Late.', why: 'W.', hint: 'H.' }),
    denied(one),
    denied(two),
  ],
  usage: { calls: 7, throttled: 1 },
};
const style = { color: false, columns: 100 };
const rendered = (format: DoctorFormat, of: DoctorReport = report) =>
  renderDoctor(format, of, style);

describe("the doctor's table", () => {
  it('lists the worst findings first, groups equal ones, and starts with the headline', async () => {
    const text = await rendered('table');
    expect(text.split('\n')).toEqual([
      'dhmc doctor: 2 errors, 1 warning; 2 of 2 accounts tried',
      '7 calls',
      '',
      `✗ error    entry: n-1 ${one}, n-2 ${two}`,
      '           No, <account>.',
      '           Why: It is blocked.',
      '           Fix: Grant a:b to p in each of these accounts.',
      '! warning  clock: this machine',
      '           Late.',
      '           Why: W.',
      '           Fix: H.',
      '✓ ok       credentials: arn',
      '           The caller is <b>&\\u{1b}[2J.',
      '',
    ]);
  });

  it('names ten of many accounts, and repeats the headline below a long list', async () => {
    const findings = Array.from({ length: 30 }, (_, at) =>
      at < 12
        ? denied(`1000000000${String(10 + at)}`)
        : troubled('role', 'warning', String(at), { message: `${String(at)}.`, why: '', hint: '' }),
    );
    const text = await rendered('table', { ...report, findings });
    expect(text).toContain(' and 2 more');
    expect(text.match(/^dhmc doctor: /gm)).toHaveLength(2);
  });
});

it("the doctor's JSON has the public members of findings and no others", async () => {
  const json = JSON.parse(await rendered('json')) as Record<string, unknown>;
  expect(json).toMatchObject({
    schema: 'dhmc.doctor/v1',
    summary: { ok: 1, warning: 1, error: 2, calls: 7, throttled: 1 },
  });
  const findings = json['findings'] as Readonly<Record<string, unknown>>[];
  for (const finding of findings)
    expect(Object.keys(finding)).toEqual([
      ...['check', 'level', 'subject', 'name', 'message', 'why', 'hint'],
    ]);
});
