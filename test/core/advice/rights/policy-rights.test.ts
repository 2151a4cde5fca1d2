import { expect, it } from 'vitest';
import { rightsOfPolicy } from '../../../../src/core/advice/rights/policy-rights.ts';
import { parsePolicy } from '../../../../src/core/iam/policy-document.ts';
import { allow, deny } from '../facts.ts';

const rights = (document: object | null) =>
  rightsOfPolicy(parsePolicy('p', document === null ? null : JSON.stringify(document)));

it.each<[string, object | null, object]>([
  [
    'the heartbeat',
    allow('ssm:UpdateInstanceInformation'),
    { agent: ['ssm:UpdateInstanceInformation'], others: [], ofSsm: true, readable: true },
  ],
  ['all channels', allow('ssmmessages:*'), { others: [], ofSsm: true }],
  ['rights of a client', allow('ssm:SendCommand'), { agent: [], othersOfSsm: ['ssm:SendCommand'] }],
  [
    'everything of Systems Manager',
    allow('ssm:*'),
    { others: ['ssm:*'], othersOfSsm: ['ssm:*'], ofSsm: true },
  ],
  [
    'something else',
    allow('ec2:DescribeTags'),
    { agent: [], others: ['ec2:DescribeTags'], ofSsm: false },
  ],
  [
    'NotAction',
    { Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] },
    { others: ['*'], ofSsm: true },
  ],
  ['a deny', deny('ssm:*'), { agent: [], others: [] }],
  ['a document that could not be read', null, { agent: [], others: [], readable: false }],
])('sorts the rights of a policy with %s', (_, document, expected) => {
  expect(rights(document)).toMatchObject(expected);
});
