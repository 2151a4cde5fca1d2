import { describe, expect, it } from 'vitest';
import { problemOf, writtenOf, type FailedCall } from '../../../src/aws/responses/problems.ts';
import { redact } from '../../../src/aws/responses/redact.ts';

const from = (name: string, message: string, status = 400) =>
  Object.assign(new Error(message), {
    name,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
  });
const call: FailedCall = {
  service: 'ssm',
  operation: 'UpdateServiceSetting',
  region: 'eu-west-1',
  account: '111111111111',
  principal: 'role Admin',
};
const user =
  'User: arn:aws:sts::111111111111:assumed-role/Admin/dhmc is not authorized to perform: ssm:UpdateServiceSetting on resource: arn:aws:ssm:eu-west-1:111111111111:servicesetting/x';
const assume: FailedCall = {
  service: 'sts',
  operation: 'AssumeRole',
  region: 'us-east-1',
  account: '111111111111',
  role: 'role Admin',
  caller: 'arn:aws:iam::222222222222:user/me',
};

describe('an error of AWS becomes a problem with its own code', () => {
  const rows: readonly [string, Error, Partial<FailedCall>, string, RegExp?][] = [
    [
      'an SCP',
      from('AccessDeniedException', `${user} with an explicit deny in a service control policy`),
      {},
      'denied-by-scp',
      /service control policy/,
    ],
    [
      'an SCP whose ARN is in the message',
      from(
        'AccessDeniedException',
        `${user} with an explicit deny in a service control policy: arn:aws:organizations::222222222222:policy/o-abcdefghij/service_control_policy/p-12345678`,
      ),
      {},
      'denied-by-scp',
      /p-12345678, exempt arn:aws:iam::111111111111:role\/Admin from/,
    ],
    [
      'an SCP that does not allow the action',
      from(
        'AccessDeniedException',
        `${user} because no service control policy allows the ssm:UpdateServiceSetting action`,
      ),
      {},
      'denied-by-scp',
      /^Allow ssm:UpdateServiceSetting in a service control policy/,
    ],
    [
      'a resource control policy',
      from('AccessDenied', `${user} with an explicit deny in a resource control policy`, 403),
      {},
      'denied-by-rcp',
      /role\/Admin from the denial of ssm:UpdateServiceSetting/,
    ],
    [
      'a VPC endpoint policy',
      from(
        'AccessDeniedException',
        `${user} because no VPC endpoint policy allows the ssm:UpdateServiceSetting action`,
      ),
      {},
      'denied-by-endpoint-policy',
      /VPC endpoint for ssm/,
    ],
    [
      'a boundary with an explicit deny',
      from('AccessDenied', `${user} with an explicit deny in a permissions boundary`, 403),
      {},
      'denied-by-boundary',
      /^Remove the denial .* boundary of arn:aws:iam::111111111111:role\/Admin in/,
    ],
    [
      'an identity policy with an explicit deny',
      from('AccessDenied', `${user} with an explicit deny in an identity-based policy`, 403),
      {},
      'denied',
      /^Remove the denial of ssm:UpdateServiceSetting/,
    ],
    [
      'an SCP, for a role with a path',
      from('AccessDeniedException', `${user} with an explicit deny in a service control policy`),
      { principal: 'role ops/Admin', role: 'role ops/Admin' },
      'denied-by-scp',
      /exempt arn:aws:iam::111111111111:role\/ops\/Admin from/,
    ],
    [
      'a boundary',
      from(
        'AccessDenied',
        `${user} because no permissions boundary allows the iam:CreateRole action`,
        403,
      ),
      {},
      'denied-by-boundary',
      /iam:CreateRole|ssm:UpdateServiceSetting/,
    ],
    [
      'a session policy',
      from(
        'AccessDenied',
        `${user} because no session policy allows the iam:CreateRole action`,
        403,
      ),
      {},
      'denied-by-session-policy',
    ],
    [
      'the identity',
      from(
        'AccessDenied',
        `${user} because no identity-based policy allows the ssm:UpdateServiceSetting action`,
        403,
      ),
      {},
      'denied',
      /Grant ssm:UpdateServiceSetting to arn/,
    ],
    [
      'an identity policy, for a role named like another policy type',
      from(
        'AccessDenied',
        'User: arn:aws:sts::111111111111:assumed-role/session-policy-service-control-policy/x is not authorized to perform: ssm:UpdateServiceSetting on resource: y because no identity-based policy allows the ssm:UpdateServiceSetting action',
        403,
      ),
      {},
      'denied',
    ],
    [
      'a region that is not enabled',
      from('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      { region: 'eu-south-2' },
      'region-not-enabled',
    ],
    [
      'wrong credentials, in a region that is always enabled',
      from('UnrecognizedClientException', 'The security token included in the request is invalid.'),
      {},
      'credentials-invalid',
    ],
    [
      'an account without a subscription',
      from('SubscriptionRequiredException', 'The AWS Access Key Id needs a subscription'),
      {},
      'account-not-ready',
      /registration of account 111111111111/,
    ],
    [
      'an account that has not opted in',
      from('OptInRequired', 'The AWS Access Key Id needs a subscription for the service', 403),
      { service: 'iam' },
      'account-not-ready',
    ],
    [
      'a region without DHMC',
      from('ServiceSettingNotFound', 'not found'),
      {},
      'region-without-dhmc',
    ],
    ['throttling', from('ThrottlingException', 'Rate exceeded'), {}, 'throttled'],
    [
      'Organizations throttling',
      from('TooManyRequestsException', 'slow'),
      { service: 'organizations' },
      'throttled',
    ],
    ['IAM throttling', from('Throttling', 'Rate exceeded'), { service: 'iam' }, 'throttled'],
    ['TooManyUpdates at 429', from('TooManyUpdates', 'x', 429), {}, 'concurrent-update'],
    [
      'an expired session',
      from('ExpiredTokenException', 'The security token included in the request is expired'),
      {},
      'credentials-expired',
    ],
    ['an internal error', from('InternalServerError', 'x', 500), {}, 'aws-error'],
    [
      'an exceeded quota',
      from('LimitExceededException', 'Cannot exceed quota', 409),
      { service: 'iam', operation: 'CreateRole' },
      'quota-exceeded',
      /quota/,
    ],
    [
      'DNS',
      Object.assign(new Error('getaddrinfo ENOTFOUND ssm'), { code: 'ENOTFOUND' }),
      {},
      'network',
      /DNS/,
    ],
    [
      'DNS, in an unknown region',
      Object.assign(new Error('getaddrinfo ENOTFOUND ssm'), { code: 'ENOTFOUND' }),
      { region: 'eu-north-9' },
      'region-without-dhmc',
    ],
    [
      'a refused connection',
      Object.assign(
        new AggregateError([
          Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
        ]),
      ),
      {},
      'network',
      /firewall/,
    ],
    [
      'a reset',
      Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' }),
      {},
      'network',
      /cut|firewalls/,
    ],
    [
      'TLS',
      Object.assign(new Error('self-signed certificate in certificate chain'), {
        code: 'SELF_SIGNED_CERT_IN_CHAIN',
      }),
      {},
      'network',
      /AWS_CA_BUNDLE/,
    ],
    [
      'a time-out',
      Object.assign(new Error('slow'), { name: 'TimeoutError' }),
      {},
      'network',
      /connection/,
    ],
    [
      'a web page',
      Object.assign(new SyntaxError('Unexpected token < in JSON'), {
        $metadata: { httpStatusCode: 200 },
      }),
      {},
      'invalid-response',
      /proxy/,
    ],
    [
      'a proxy that requires a login',
      Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 407 } }),
      {},
      'network',
      /user name and password into HTTPS_PROXY/,
    ],
    [
      'a role that does not exist',
      from(
        'AccessDenied',
        'User: arn:aws:iam::222222222222:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111111111111:role/Admin',
        403,
      ),
      assume,
      'role-not-assumable',
      /Check role Admin in account 111111111111: if it does not exist, create it/,
    ],
    [
      'a role that does not allow session tags',
      from(
        'AccessDenied',
        'User: arn:aws:iam::222222222222:user/me is not authorized to perform: sts:TagSession on resource: x',
        403,
      ),
      assume,
      'role-not-assumable',
      /sts:TagSession/,
    ],
    [
      'an SCP on AssumeRole',
      from(
        'AccessDenied',
        'User: a is not authorized to perform: sts:AssumeRole on resource: b with an explicit deny in a service control policy',
        403,
      ),
      assume,
      'denied-by-scp',
    ],
    [
      'a session policy that is too large',
      from('PackedPolicyTooLargeException', 'x'),
      assume,
      'session-policy-too-large',
      /--no-session-policy/,
    ],
    [
      'STS deactivated',
      from('RegionDisabledException', 'x', 403),
      assume,
      'region-not-enabled',
      /--home-region/,
    ],
  ];
  it.each(rows)('%s', (_, error, more, code, hint = /\S/) => {
    const problem = problemOf(error, { ...call, ...more });
    expect(problem.code).toBe(code);
    expect(problem.hint).toMatch(hint);
    expect(problem.hint).not.toMatch(/[{}]/);
    expect(problem.message).not.toBe('');
  });

  it('keeps the message and request id of AWS unchanged', () => {
    const error = from('ValidationException', 'Invalid settingId : \u001b[31mx');
    expect(problemOf(error, call)).toMatchObject({
      message: 'Invalid settingId : \u001b[31mx',
      requestId: 'r-1',
    });
  });
});

describe('the kind of a failed write', () => {
  const role = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
  it.each([
    [from('TooManyUpdates', 'x'), 'busy'],
    [from('ConcurrentModificationException', 'x', 409), 'busy'],
    [from('EntityAlreadyExistsException', 'x', 409), 'exists'],
    [from('NoSuchEntityException', 'x', 404), 'gone'],
    [from('ValidationException', 'whatever its text'), 'not-visible'],
    [
      from(
        'AccessDeniedException',
        `not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/${role}`,
      ),
      'not-visible',
    ],
    [from('AccessDeniedException', user), 'refused'],
    [from('InternalServerError', 'x', 500), 'lost'],
    [Object.assign(new SyntaxError('x'), { $metadata: { httpStatusCode: 200 } }), 'lost'],
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'lost'],
    [Object.assign(new Error('x'), { name: 'TimeoutError' }), 'lost'],
    [from('ThrottlingException', 'x'), 'refused'],
  ])('is, after %s, %s', (error, kind) => {
    expect(writtenOf(error, call, role)).toMatchObject({ ok: false, kind });
  });
});

describe('redact', () => {
  it('removes keys, tokens, signatures and external ids', () => {
    const secrets = ['wJalrXUtnFEMI/K7MDENG', 'IQoJb3JpZ2luX2Vj', 'my-external-id'];
    const text = [
      'Credential=AKIAIOSFODNN7EXAMPLE/20261101, Signature=abcdef0123 for my-external-id',
      'x-amz-security-token:IQoJb3JpZ2luX2VjOTHER and wJalrXUtnFEMI/K7MDENG',
      "Value 'ab' at 'externalId' failed",
    ].join('\n');
    const safe = redact(text, secrets);
    for (const secret of [...secrets, 'AKIAIOSFODNN7EXAMPLE', 'abcdef0123', "'ab'", 'OTHER'])
      expect(safe).not.toContain(secret);
  });
});
