import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/core/model/model.ts';
import {
  combined,
  hintFor,
  problemFor,
  withFacts,
  withNextStep,
} from '../../../src/core/problems/hints.ts';

const session = 'arn:aws:sts::111111111111:assumed-role/Admin/jo';

describe('a hint', () => {
  it.each([
    [
      'general where no fact is known',
      {},
      'Grant the action that AWS names to the principal that AWS names in account in question.',
    ],
    [
      'with its facts, and a session as its role',
      { action: 'iam:GetRole', principal: session, account: '111111111111' },
      'Grant iam:GetRole to arn:aws:iam::111111111111:role/Admin in account 111111111111.',
    ],
    [
      'with a first step',
      { action: 'a', principal: 'p', account: '1', first: 'sign-in' },
      'Sign in again. Grant a to p in account 1.',
    ],
    [
      'without an unknown step',
      { action: 'a', principal: 'p', account: '1', first: 'toString', then: 'dance' },
      'Grant a to p in account 1.',
    ],
    [
      'with further missing rights',
      { action: 'a', principal: 'p', account: '1', also: 'b, c' },
      "Grant a to p in account 1. IAM's simulator denies b, c there too.",
    ],
  ])('is %s', (_, facts, hint) => {
    expect(hintFor('denied', facts)).toBe(hint);
  });
});

describe('a problem', () => {
  it('has the code and hint of its reason, and the facts of the case', () => {
    expect(problemFor('later-run', 'm', { run: 'r', other: undefined })).toEqual({
      code: 'superseded',
      message: 'm',
      hint: 'Roll back r first, with `dhmc disable rollback r`.',
      requestId: null,
      reason: 'later-run',
      facts: { run: 'r' },
    });
  });

  it('has the code of its cause where its reason has no code', () => {
    const found = problemFor('answer-in-proof', 'm', {}, { code: 'aws-error', requestId: 'q' });
    expect([found.code, found.requestId]).toEqual(['aws-error', 'q']);
  });

  it('keeps a next step as a fact, or appends it to its hint if it has no reason', () => {
    const found = problemFor('role-keeps-tag', 'm');
    expect(withNextStep(found, 'tag-again')).toMatchObject({
      hint: 'Nothing needs to be done. Then run `dhmc stackset remove` again: it tags the role.',
      reason: 'role-keeps-tag',
      facts: { then: 'tag-again' },
    });
    const plain: Problem = { code: 'denied', message: 'm', hint: '', requestId: null };
    expect(withNextStep(plain, 'tag-again').hint).toBe(
      'Then run `dhmc stackset remove` again: it tags the role.',
    );
  });

  it('with several reasons has the fix of each with its own facts', () => {
    const one = problemFor('later-run', 'One.', { run: 'r1' }, { requestId: 'q' });
    const other = problemFor('denied', 'Two.', { action: 'a', principal: session, account: '1' });
    expect(combined([])).toBe(null);
    expect(combined([one])).toBe(one);
    const both = combined([one, other]);
    expect(both).toMatchObject({
      code: 'superseded',
      message: 'One. Two.',
      hint: `${one.hint} ${other.hint}`,
      facts: { '1_run': 'r1', '2_action': 'a', reasons: 'later-run denied' },
    });
  });

  it('takes more facts into its hint only if it has a reason', () => {
    const denied = problemFor('denied', 'm', { action: 'a', principal: 'p', account: '1' });
    expect(withFacts(denied, { also: 'b' }).hint).toMatch(/denies b there too\.$/);
    const plain: Problem = { code: 'denied', message: 'm', hint: 'h', requestId: null };
    expect(withFacts(plain, { also: 'b' })).toBe(plain);
  });
});
