import { describe, expect, it } from 'vitest';
import {
  failedSource,
  isNetworkError,
  type FailedSource,
} from '../../../src/aws/credentials/failure.ts';
import { CommandError } from '../../../src/core/model/errors.ts';
import { problemFor } from '../../../src/core/problems/hints.ts';

const failed: FailedSource = {
  place: 'profile "p"',
  setting: 'role_arn arn:r',
  call: { service: 'sts', operation: 'AssumeRole', region: 'us-east-1', secrets: ['hush!'] },
  refusal: { reason: 'source-role-refused', facts: { from: 'profile "base"' } },
};
const answer = (name: string, message: string, status = 403): Error =>
  Object.assign(new Error(message), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: status, requestId: 'q-1' },
  });

describe('a failed credential source', () => {
  it('names the profile and says what to check when AWS refuses the role', () => {
    const { problem } = failedSource(answer('AccessDenied', 'Not for hush! you.'), failed);
    expect(problem).toMatchObject({
      code: 'role-not-assumable',
      reason: 'source-role-refused',
      message: 'profile "p": role_arn arn:r: Not for … you.',
      requestId: 'q-1',
    });
    expect(problem.hint).toContain('allows the credentials of profile "base".');
  });

  it('keeps the reason that AWS gives', () => {
    const { problem } = failedSource(answer('ExpiredToken', 'Late.', 400), failed);
    expect(problem).toMatchObject({
      code: 'credentials-expired',
      reason: 'credentials-expired',
      message: 'profile "p": role_arn arn:r: Late.',
    });
  });

  it('keeps an error that already names its cause', () => {
    const known = new CommandError(problemFor('source-code-missing', 'No code.'));
    expect(failedSource(known, failed)).toBe(known);
  });

  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), true],
    [answer('AccessDenied', 'No.'), false],
  ])('knows a network error from a response of AWS', (error, isNetwork) => {
    expect(isNetworkError(error)).toBe(isNetwork);
  });
});
