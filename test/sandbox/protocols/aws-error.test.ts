import { expect, it } from 'vitest';
import { AwsError, unsupported } from '../../../src/sandbox/protocols/aws-error.ts';

it('an error has the status 400 and no members, unless it says so', () => {
  expect(new AwsError('Code', 'Text.')).toMatchObject({
    code: 'Code',
    message: 'Text.',
    status: 400,
    members: {},
  });
  expect(new AwsError('Code', 'Text.', 403, { Reason: 'x' })).toMatchObject({
    status: 403,
    members: { Reason: 'x' },
  });
});

it('what the sandbox does not know has a code that AWS never gives', () => {
  expect(unsupported('the method GET')).toMatchObject({
    code: 'SandboxUnsupported',
    message: 'The sandbox does not know the method GET.',
  });
});
