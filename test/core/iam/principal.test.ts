import { describe, expect, it, test } from 'vitest';
import { lastingPrincipal, trustedOf } from '../../../src/core/iam/principal.ts';

const session = 'arn:aws:sts::111111111111:assumed-role';

test.each<[string, string, string | null, string]>([
  ['a session', `${session}/Admin/dhmc-1`, null, 'arn:aws:iam::111111111111:role/Admin'],
  [
    'a session of a role with a known path',
    `${session}/Admin/x`,
    'ops/Admin',
    'arn:aws:iam::111111111111:role/ops/Admin',
  ],
  [
    'a session of another role',
    `${session}/Other/x`,
    'ops/Admin',
    'arn:aws:iam::111111111111:role/Other',
  ],
  [
    'a session in China',
    'arn:aws-cn:sts::111111111111:assumed-role/A/x',
    null,
    'arn:aws-cn:iam::111111111111:role/A',
  ],
  [
    'a session of Identity Center',
    `${session}/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com`,
    null,
    'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin_????????????????',
  ],
  ['a user', 'arn:aws:iam::111111111111:user/ada', null, 'arn:aws:iam::111111111111:user/ada'],
  ['a role', 'arn:aws:iam::111111111111:role/ops/A', null, 'arn:aws:iam::111111111111:role/ops/A'],
  ['a text that is not an ARN', 'role Admin', null, 'role Admin'],
])('the lasting principal of %s is right', (_, arn, role, lasting) => {
  expect(lastingPrincipal(arn, role)).toBe(lasting);
});

describe('trustedOf', () => {
  it.each([
    ['arn:aws:iam::111122223333:role/a/b/Deploy', ['arn:aws:iam::111122223333:role/a/b/Deploy']],
    ['arn:aws:iam::111122223333:user/jo', ['arn:aws:iam::111122223333:user/jo']],
    ['arn:aws:iam::111122223333:root', null],
    [
      'arn:aws-cn:sts::111122223333:assumed-role/Deploy/s',
      ['arn:aws-cn:iam::111122223333:role/Deploy', 'arn:aws-cn:iam::111122223333:role/*/Deploy'],
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jo@example.com',
      [
        'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_????????????????',
        'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_????????????????',
      ],
    ],
  ])('gives the ARN patterns that %s matches', (arn, patterns) => {
    expect(trustedOf(arn)).toMatchObject({ arn, account: '111122223333', patterns });
  });
  it.each([
    '',
    '111122223333',
    'arn:aws:iam::111122223333:role/*',
    'arn:aws:iam::111122223333:role/a?',
    'arn:aws:iam::111122223333:role/',
    'arn:aws:iam::1:role/x',
    'arn:aws:s3:::x',
    'arn:aws:sts::111122223333:assumed-role/NoSession',
    'arn:aws:iam::111122223333:group/x',
  ])('rejects %j', (arn) => {
    expect(trustedOf(arn)).toBeNull();
  });
});
