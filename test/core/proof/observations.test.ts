import { expect, it } from 'vitest';
import {
  answerErrorText,
  lastAnswer,
  settingIn,
  type Answer,
  type Observations,
} from '../../../src/core/proof/observations.ts';

const answer = (output: Answer['output']): Answer => ({ output, error: null, ms: 1 });

it('lastAnswer gives the last answer of a step', () => {
  const seen: Observations = {
    account: '1',
    region: 'r',
    role: 'x',
    roleArn: 'arn',
    actor: 'arn',
    answers: { accepted: [answer({ n: 1 }), answer({ n: 2 })] },
    timings: {
      acceptedAfterMs: null,
      acceptedAfterTries: null,
      readAfterWriteMs: null,
      readAfterResetMs: null,
      clockAheadMs: null,
    },
    transport: { calls: 0, connections: 0, retryAfter: null },
  };
  expect(lastAnswer(seen, 'accepted')?.output).toEqual({ n: 2 });
  expect(lastAnswer(seen, 'reset')).toBeNull();
});

it.each([
  [null, null],
  [answer(null), null],
  [answer({}), null],
  [answer({ ServiceSetting: null }), null],
  [answer({ ServiceSetting: { SettingValue: 'x' } }), { SettingValue: 'x' }],
])('settingIn gives the setting of %j', (of, setting) => {
  expect(settingIn(of)).toEqual(setting);
});

it.each([
  [400, 'ValidationException (400): no'],
  [null, 'ValidationException: no'],
])('the text of an error with status %j is "%s"', (status, text) => {
  expect(answerErrorText({ code: 'ValidationException', message: 'no', status })).toBe(text);
});
