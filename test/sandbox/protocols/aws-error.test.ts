import { expect, it } from 'vitest';
import { AwsError, unsupported } from '../../../src/sandbox/protocols/aws-error.ts';

it('an error has status 400 and no members by default', () => {
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

it('an unsupported request has a code that AWS never uses', () => {
  expect(unsupported('the method GET')).toMatchObject({
    code: 'SandboxUnsupported',
    message: 'The sandbox does not know the method GET.',
  });
});
