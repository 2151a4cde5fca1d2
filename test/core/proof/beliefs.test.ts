import { describe, expect, it } from 'vitest';
import { beliefs, clockNote } from '../../../src/core/proof/beliefs.ts';
import type { Answer, Observations, ProofStep } from '../../../src/core/proof/observations.ts';

const account = '111111111111';
const role = 'dhmc-proof/DhmcProof-00000000';
const none: Observations['timings'] = {
  acceptedAfterMs: null,
  acceptedAfterTries: null,
  readAfterWriteMs: null,
  readAfterResetMs: null,
  clockAheadMs: null,
};
const seen = (answers: Partial<Record<ProofStep, readonly Answer[]>>): Observations => ({
  account,
  region: 'eu-west-1',
  role,
  roleArn: `arn:aws:iam::${account}:role/${role}`,
  actor: 'arn:aws:sts::111111111111:assumed-role/R/dhmc-run',
  answers,
  timings: none,
  transport: { calls: 3, connections: 1, retryAfter: null },
});
const setting = (members: Readonly<Record<string, unknown>>): readonly Answer[] => [
  { output: { ServiceSetting: members }, error: null, ms: 1 },
];
const refused = (code: string, message: string, status = 400): readonly Answer[] => [
  { output: null, error: { code, message, status }, ms: 1 },
];
const verdict = (
  id: string,
  answers: Partial<Record<ProofStep, readonly Answer[]>>,
): boolean | null =>
  beliefs.find((belief) => belief.id === id)?.judge?.(seen(answers)).agrees ?? null;

const missing = 'Nonexistent role or missing ssm service principal in trust policy: arn';

describe('beliefs', () => {
  it('have unique ids and a source, and expect nothing where they cannot be judged', () => {
    expect(new Set(beliefs.map(({ id }) => id)).size).toBe(beliefs.length);
    for (const { source, judge, expected } of beliefs) {
      expect(source).not.toBe('');
      if (judge === null) expect(expected).toBeNull();
    }
  });

  it('are not judged where their step was not reached', () => {
    for (const { id, judge } of beliefs)
      if (judge !== null && !['clock', 'keep-alive'].includes(id))
        expect(judge(seen({})), id).toMatchObject({ observed: null, agrees: null });
  });

  it.each([
    ['default-value', { default: setting({ SettingValue: '$None' }) }, true],
    ['default-value', { default: setting({}) }, false],
    ['default-value', { default: refused('ServiceSettingNotFound', 'x') }, false],
    ['default-status', { default: setting({ Status: 'Default' }) }, true],
    ['default-status', { default: setting({ Status: 'Customized' }) }, false],
    ['missing-role', { 'missing-role': refused('ValidationException', missing) }, true],
    ['missing-role', { 'missing-role': refused('ValidationException', 'other') }, false],
    ['missing-role', { 'missing-role': refused('InternalServerError', missing, 500) }, false],
    ['missing-role', { 'missing-role': setting({}) }, false],
    ['value-kept', { 'accepted-read': setting({ SettingValue: role }) }, true],
    ['value-kept', { 'accepted-read': setting({ SettingValue: 'DhmcProof-00000000' }) }, false],
    [
      'reset-answer',
      { default: setting({ SettingValue: '$None' }), reset: setting({ SettingValue: role }) },
      false,
    ],
    ['reset-answer', { default: setting({}), reset: setting({}) }, true],
    ['region-listed', { regions: refused('AccessDeniedException', 'no') }, null],
    [
      'region-listed',
      {
        regions: [
          {
            output: { Regions: [{ RegionName: 'eu-west-1', RegionOptStatus: 'DISABLED' }] },
            error: null,
            ms: 1,
          },
        ],
      },
      false,
    ],
    [
      'equal-write',
      {
        'accepted-read': setting({ LastModifiedDate: 'a' }),
        'equal-read': setting({ LastModifiedDate: 'a' }),
      },
      false,
    ],
    [
      'equal-write',
      {
        'accepted-read': setting({ LastModifiedDate: 'a' }),
        'equal-read': setting({ LastModifiedDate: 'b' }),
      },
      true,
    ],
  ] as const)('judge %s with %j as %s', (id, answers, expected) => {
    expect(verdict(id, answers)).toBe(expected);
  });
});

it.each([
  [424.4, 'This machine is about 424 ms ahead of AWS.'],
  [-1424, 'This machine is about 1,424 ms behind AWS.'],
  [-0.4, "This machine's clock agrees with AWS's."],
])('the note on a clock that is %d ms ahead is "%s"', (aheadMs, words) => {
  expect(clockNote(aheadMs)).toBe(words);
});
