import { expect, test } from 'vitest';
import { lastingPrincipal } from '../../../src/core/iam/principal.ts';

const session = 'arn:aws:sts::111111111111:assumed-role';

test.each<[string, string, string | null, string]>([
  ['a session', `${session}/Admin/dhmc-1`, null, 'arn:aws:iam::111111111111:role/Admin'],
  [
    'a session of a role at a known path',
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
    'in China',
    'arn:aws-cn:sts::111111111111:assumed-role/A/x',
    null,
    'arn:aws-cn:iam::111111111111:role/A',
  ],
  [
    'of Identity Center',
    `${session}/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com`,
    null,
    'arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin_????????????????',
  ],
  ['a user', 'arn:aws:iam::111111111111:user/ada', null, 'arn:aws:iam::111111111111:user/ada'],
  ['a role', 'arn:aws:iam::111111111111:role/ops/A', null, 'arn:aws:iam::111111111111:role/ops/A'],
  ['no ARN', 'role Admin', null, 'role Admin'],
])('%s lasts as its role', (_, arn, role, lasting) => {
  expect(lastingPrincipal(arn, role)).toBe(lasting);
});
