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

describe('the document with the remaining rights of a policy', () => {
  it('is null where the policy has agent rights only', () => {
    expect(documentOfRest(policy(allow(['ssm:UpdateInstanceInformation'])), place)).toBeNull();
  });
  it.each([
    ['ssm:GetParameters', 'arn:aws-cn:ssm:*:*:parameter/*'],
    ['logs:PutLogEvents', `arn:aws-cn:logs:*:${account}:*`],
    ['ds:CreateComputer', 'arn:aws-cn:ds:*:*:directory/*'],
    ['s3:GetObject', ['arn:aws-cn:s3:::*', 'arn:aws-cn:s3:*:*:accesspoint/*']],
    ['ec2:DescribeInstanceStatus', '*'],
  ])('narrows %s on every resource to the resources that it applies to', (action, Resource) => {
    const rest = documentOfRest(policy(allow(['ssm:UpdateInstanceInformation', action])), place);
    expect(rest?.Statement).toEqual([{ Effect: 'Allow', Action: [action], Resource }]);
  });
  it('keeps resources that the policy names', () => {
    const given = allow('s3:GetObject', { Resource: ['arn:aws:s3:::b/*'] });
    expect(documentOfRest(policy(given), place)?.Statement).toMatchObject([
      { Resource: 'arn:aws:s3:::b/*' },
    ]);
  });
});

it.each([
  ['Allow statements', allow('s3:*'), true],
  ['a Deny', deny('s3:*'), false],
  ['NotAction', { Statement: [{ Effect: 'Allow', NotAction: 'x', Resource: '*' }] }, false],
  ['a condition', allow('s3:*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }), false],
])('a policy with %s can be split: %s', (_, document, plain) => {
  expect(isPlain(policy(document))).toBe(plain);
});

it.each([
  ['the Deny of dhmc', asPolicy(handoverName, handoverDocument), true],
  ['the same Deny under another name', asPolicy('x', handoverDocument), false],
  ['a wider Deny', parsePolicy(`inline:${handoverName}`, JSON.stringify(deny('ssm:*'))), false],
  ['a policy that could not be read', parsePolicy(`inline:${handoverName}`, null), false],
])('a hand-over is recognized by name and content, for %s', (_, found, is) => {
  expect(isHandover(found)).toBe(is);
});
