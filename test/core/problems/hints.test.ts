import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/core/model/model.ts';
import { hintFor, problemFor, withFacts } from '../../../src/core/problems/hints.ts';

const session = 'arn:aws:sts::111111111111:assumed-role/Admin/jo';

describe('a hint', () => {
  it.each([
    [
      'in general, where nothing is known',
      {},
      'Allow the action that AWS names to the principal that AWS names in account in question.',
    ],
    [
      'with its facts, a session as its role',
      { action: 'iam:GetRole', principal: session, account: '111111111111' },
      'Allow iam:GetRole to arn:aws:iam::111111111111:role/Admin in account 111111111111.',
    ],
    [
      'with the other rights that are missing',
      { action: 'a', principal: 'p', account: '1', also: 'b, c' },
      "Allow a to p in account 1. IAM's simulator denies b, c there too.",
    ],
  ])('is made %s', (_, facts, hint) => {
    expect(hintFor('denied', facts)).toBe(hint);
  });
});

describe('a problem', () => {
  it('has the code and hint of its reason, and what is known of the case', () => {
    expect(problemFor('later-run', 'm', { run: 'r', other: undefined })).toEqual({
      code: 'superseded',
      message: 'm',
      hint: 'Roll back r first, with `dhmc disable rollback r`.',
      requestId: null,
      reason: 'later-run',
      facts: { run: 'r' },
    });
  });

  it('has the code of its cause where the reason has none', () => {
    const found = problemFor('answer-in-proof', 'm', {}, { code: 'aws-error', requestId: 'q' });
    expect([found.code, found.requestId]).toEqual(['aws-error', 'q']);
  });

  it('says more with more facts, and stays as it is without a reason', () => {
    const denied = problemFor('denied', 'm', { action: 'a', principal: 'p', account: '1' });
    expect(withFacts(denied, { also: 'b' }).hint).toMatch(/denies b there too\.$/);
    const plain: Problem = { code: 'denied', message: 'm', hint: 'h', requestId: null };
    expect(withFacts(plain, { also: 'b' })).toBe(plain);
  });
});
