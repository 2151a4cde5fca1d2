import { describe, expect, it } from 'vitest';
import {
  asPolicy,
  documentOfRest,
  handoverDocument,
  handoverName,
  isHandover,
  isPlain,
} from '../../../../src/core/advice/rights/documents.ts';
import { parsePolicy } from '../../../../src/core/iam/policy-document.ts';
import { account, allow, deny } from '../facts.ts';

const place = { partition: 'aws-cn', account } as const;
const policy = (document: object) => parsePolicy('p', JSON.stringify(document));

describe('what stays of a policy', () => {
  it('is nothing where it holds the rights of the agent alone', () => {
    expect(documentOfRest(policy(allow(['ssm:UpdateInstanceInformation'])), place)).toBeNull();
  });
  it.each([
    ['ssm:GetParameters', 'arn:aws-cn:ssm:*:*:parameter/*'],
    ['logs:PutLogEvents', `arn:aws-cn:logs:*:${account}:*`],
    ['ds:CreateComputer', 'arn:aws-cn:ds:*:*:directory/*'],
    ['s3:GetObject', ['arn:aws-cn:s3:::*', 'arn:aws-cn:s3:*:*:accesspoint/*']],
    ['ec2:DescribeInstanceStatus', '*'],
  ])('of %s on everything is that right on what it can be used on', (action, Resource) => {
    const rest = documentOfRest(policy(allow(['ssm:UpdateInstanceInformation', action])), place);
    expect(rest?.Statement).toEqual([{ Effect: 'Allow', Action: [action], Resource }]);
  });
  it('keeps the resources that were given', () => {
    const given = allow('s3:GetObject', { Resource: ['arn:aws:s3:::b/*'] });
    expect(documentOfRest(policy(given), place)?.Statement).toMatchObject([
      { Resource: 'arn:aws:s3:::b/*' },
    ]);
  });
});

it.each([
  ['permissions', allow('s3:*'), true],
  ['a deny', deny('s3:*'), false],
  [
    'all but some actions',
    { Statement: [{ Effect: 'Allow', NotAction: 'x', Resource: '*' }] },
    false,
  ],
  ['a condition', allow('s3:*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), false],
])('a policy with %s can be taken apart: %s', (_, document, plain) => {
  expect(isPlain(policy(document))).toBe(plain);
});

it.each([
  ['the Deny as it is made', asPolicy(handoverName, handoverDocument), true],
  ['the same under another name', asPolicy('x', handoverDocument), false],
  ['a wider one', parsePolicy(`inline:${handoverName}`, JSON.stringify(deny('ssm:*'))), false],
  ['one that could not be read', parsePolicy(`inline:${handoverName}`, null), false],
])('a hand-over is known by name and content: %s', (_, found, is) => {
  expect(isHandover(found)).toBe(is);
});
