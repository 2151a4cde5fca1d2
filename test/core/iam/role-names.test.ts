import { describe, expect, it, test } from 'vitest';
import {
  actualSpelling,
  boundaryArn,
  createdByDhmc,
  isBoundary,
  isPolicyPath,
  isProofRole,
  isReserved,
  isRolePath,
  namesRole,
  parseRoleName,
  roleArn,
  settingValueOf,
  tagsOfNewRole,
} from '../../../src/core/iam/role-names.ts';

test.each([
  ['Dhmc', '/', 'Dhmc'],
  ['/Dhmc', '/', 'Dhmc'],
  ['service-role/Dhmc', '/service-role/', 'Dhmc'],
  ['/a/b/Dhmc', '/a/b/', 'Dhmc'],
])(
  '%s is the role with path %s and name %s, and its ARN gives the value back',
  (text, path, name) => {
    const role = parseRoleName(text);
    expect(role).toEqual({ path, name });
    expect(settingValueOf(roleArn('aws-cn', '111111111111', role))).toBe(text.replace(/^\//, ''));
  },
);

test.each([
  [null, false],
  ['service-role/Dhmc', true],
  ['x/dhmc', true],
  ['DHMC', true],
  ['Dhmc2', false],
  ['aws-reserved/ssm.amazonaws.com/Dhmc', false],
  ['AWS-Service-Role/Dhmc', false],
])('the value %j names the role Dhmc, whatever its path and case: %s', (value, names) => {
  expect(namesRole(value, parseRoleName('service-role/Dhmc'))).toBe(names);
});

describe('a role path', () => {
  it.each([
    ['Dhmc', true],
    ['service-role/Dhmc', true],
    ['a'.repeat(64), true],
    ['a'.repeat(65), false],
    ['a//Dhmc', false],
    ['a b', false],
    ['a*/Dhmc', false],
    ['$x/Dhmc', false],
    ['', false],
    ['a/', false],
  ])('%j is valid: %s', (text, can) => {
    expect(isRolePath(text)).toBe(can);
  });
  it('of a policy may be up to 128 characters long', () => {
    expect([isPolicyPath('a'.repeat(128)), isPolicyPath('a'.repeat(129))]).toEqual([true, false]);
  });
});

test.each([
  ['Boundary', true, 'arn:aws:iam::111111111111:policy/Boundary'],
  ['ops/Boundary', true, 'arn:aws:iam::111111111111:policy/ops/Boundary'],
  ['arn:aws:iam::aws:policy/ReadOnly', true, 'arn:aws:iam::aws:policy/ReadOnly'],
  ['arn:aws:iam::222222222222:policy/x', true, 'arn:aws:iam::222222222222:policy/x'],
  ['arn:aws:iam::aws:role/x', false, 'arn:aws:iam::aws:role/x'],
  ['arn:aws:s3:::x', false, 'arn:aws:s3:::x'],
])('%s is a valid boundary: %s', (text, can, arn) => {
  expect(isBoundary(text)).toBe(can);
  expect(boundaryArn('aws', '111111111111', text)).toBe(arn);
});

test.each([
  ['aws-reserved/sso/x', true],
  ['AWS-Service-Role/x', true],
  ['service-role/x', false],
  ['aws-reserved', false],
])('the value %s is reserved: %s', (value, reserved) => {
  expect(isReserved(value)).toBe(reserved);
});

test.each([
  ['dhmc-proof/DhmcProof-0123abcd', true],
  ['dhmc-proof/DhmcProof-0123ABCD', false],
  ['DhmcProof-0123abcd', false],
  ['dhmc-proof/DhmcProof-0123abcde', false],
])('%s names a role of a proof: %s', (text, is) => {
  expect(isProofRole(parseRoleName(text))).toBe(is);
});

test("a role name in another case is replaced by IAM's spelling", () => {
  const arn = 'arn:aws:iam::111111111111:role/service-role/DHMC';
  expect(actualSpelling({ arn }, 'service-role/Dhmc')).toBe('service-role/DHMC');
  expect(actualSpelling({ arn }, 'other/DHMC')).toBeUndefined();
  expect(actualSpelling(null, 'Dhmc')).toBeUndefined();
});

test("a user's tag cannot replace the tag that dhmc created the role", () => {
  const tags = tagsOfNewRole('r', 't', { team: 'a', 'dhmc:created-by': 'me' });
  expect(tags).toEqual({
    team: 'a',
    'dhmc:created-by': 'dhmc',
    'dhmc:run': 'r',
    'dhmc:created-at': 't',
  });
  expect([createdByDhmc({ tags }), createdByDhmc({ tags: { 'dhmc:created-by': 'x' } })]).toEqual([
    true,
    false,
  ]);
});
