import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/core/doctor/findings.ts';
import { statusOfFindings } from '../../../src/core/doctor/finding.ts';
import type { DoctorReadings } from '../../../src/core/doctor/readings.ts';
import { known, unknown, type Problem } from '../../../src/core/model/model.ts';
import { settingsOf } from '../../support/run-engine.ts';

const problem: Problem = { code: 'denied', message: 'no', hint: 'ask', requestId: null };
describe('findings', () => {
  const stateDir = {
    path: '/s',
    nearest: '/s',
    exists: true,
    isDirectory: true,
    writable: true,
    refused: null,
    free: 1e12,
  };
  const caller = known({
    caller: { account: '1', arn: 'arn:aws:iam::1:user/jo' },
    partition: 'aws' as const,
  });
  const readings = (more: Partial<DoctorReadings> = {}): DoctorReadings => ({
    caller,
    endpoint: null,
    clockAheadMs: 400,
    organization: known({ id: 'o-1', managementAccount: '1' }),
    listed: known([]),
    skipped: new Map(),
    examined: [],
    stateDir,
    ...more,
  });
  const found = (more: Partial<DoctorReadings>) =>
    findingsOf(readings(more), { partition: 'aws', settings: settingsOf() }, false);
  const levels = (more: Partial<DoctorReadings>) =>
    Object.fromEntries(found(more).map(({ check, level: its }) => [check, its]));

  it('are all ok where nothing is wrong', () => {
    expect(statusOfFindings(found({}))).toBe(0);
  });
  it.each([
    [
      'no credentials',
      { caller: unknown(problem), organization: null, listed: null },
      { credentials: 'error' },
    ],
    [
      'the root user',
      {
        caller: known({
          caller: { account: '1', arn: 'arn:aws:iam::1:root' },
          partition: 'aws' as const,
        }),
      },
      { credentials: 'error' },
    ],
    ['a clock two minutes ahead', { clockAheadMs: 120_000 }, { clock: 'warning' }],
    ['a clock six minutes behind', { clockAheadMs: -360_000 }, { clock: 'error' }],
    [
      'no organization',
      { organization: unknown(problem), listed: null },
      { organization: 'error' },
    ],
    ['accounts that may not be listed', { listed: unknown(problem) }, { accounts: 'error' }],
    [
      'a state directory that is not a directory',
      { stateDir: { ...stateDir, isDirectory: false } },
      { 'state-directory': 'error' },
    ],
    [
      'a state directory that cannot be written',
      { stateDir: { ...stateDir, writable: false } },
      { 'state-directory': 'error' },
    ],
    [
      'a state directory that others can write',
      { stateDir: { ...stateDir, refused: { message: 'It is another’s.', hint: 'Name one.' } } },
      { 'state-directory': 'error' },
    ],
    [
      'little free space',
      { stateDir: { ...stateDir, free: 50 * 1024 * 1024 } },
      { 'state-directory': 'warning' },
    ],
    ['no free space', { stateDir: { ...stateDir, free: 1000 } }, { 'state-directory': 'error' }],
  ] as const)('reports %s', (_, more, expected) => {
    expect(levels(more)).toMatchObject(expected);
    for (const finding of found(more))
      if (finding.level !== 'ok')
        expect([finding.message, finding.why, finding.hint]).not.toContain('');
  });
});
