import { describe, expect, it } from 'vitest';
import {
  anonymousText,
  proofStatus,
  type Fact,
  type Proof,
} from '../../../src/core/proof/proof.ts';

const fact = (agrees: boolean | null): Fact => ({
  id: 'writer',
  expected: 'a',
  observed: 'b',
  agrees,
  note: null,
});
const problem = { code: 'aws-error', message: 'm', hint: 'h' };

describe('proofStatus', () => {
  it.each([
    ['everything agrees', [true, null], true, null, 0],
    ['nothing was expected', [null], true, null, 0],
    ['something differs', [true, false], true, null, 2],
    ['it was not put back', [true], false, null, 1],
    ['it was not put back and differs', [false], false, problem, 1],
    ['it ended early', [true], true, problem, 1],
  ] as const)('is right where %s', (_, agrees, restored, ended, expected) => {
    const proof = { facts: agrees.map(fact), restored, problem: ended } as unknown as Proof;
    expect(proofStatus(proof)).toBe(expected);
  });
});

describe('anonymousText', () => {
  it.each([
    ['arn:aws:sts::123456789012:assumed-role/Admin/dhmc-1', '<sts ARN>'],
    [
      'User: arn:aws:iam::123456789012:user/ann is not authorized',
      'User: <iam ARN> is not authorized',
    ],
    ['account 123456789012 of o-abcdefghij', 'account <account> of <organization>'],
    ['the account Shop Dev', 'the account <name>'],
    ['role dhmc-proof/DhmcProof-00aa11bb', 'role dhmc-proof/DhmcProof-00aa11bb'],
    ['arn:aws-us-gov:ssm:us-gov-west-1:123456789012:servicesetting/x, and', '<ssm ARN>, and'],
  ])('hides identifiers of the organization in %j', (text, expected) => {
    expect(anonymousText(text, ['Shop Dev', ''])).toBe(expected);
  });
});
