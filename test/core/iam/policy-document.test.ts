import { describe, expect, it, test } from 'vitest';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';

const read = (document: unknown) => parsePolicy('p', JSON.stringify(document)).statements;
const allow = { Effect: 'Allow', Action: 'ssm:Get*', Resource: '*' };

test('a single statement is read like a list of one, with its actions in lower case', () => {
  const statement = {
    effect: 'Allow',
    actions: { patterns: ['ssm:get*'], except: false, written: ['ssm:Get*'] },
    resources: { patterns: ['*'], except: false },
    conditions: [],
  };
  expect(read({ Statement: allow })).toEqual([statement]);
  expect(read({ Statement: [allow, allow] })).toEqual([statement, statement]);
});

test.each([
  ['NotAction', { Effect: 'Deny', NotAction: ['iam:*'], Resource: '*' }, true, false],
  ['NotResource', { Effect: 'Deny', Action: '*', NotResource: ['a', 'b'] }, false, true],
])('%s covers everything that it does not name', (_, statement, actions, resources) => {
  expect(read({ Statement: statement })).toMatchObject([
    { actions: { except: actions }, resources: { except: resources } },
  ]);
});

describe('a condition', () => {
  it.each([
    ['StringEquals', { operator: 'stringequals', set: null, ifExists: false }],
    ['ForAnyValue:StringLike', { operator: 'stringlike', set: 'any', ifExists: false }],
    ['ForAllValues:ArnLikeIfExists', { operator: 'arnlike', set: 'all', ifExists: true }],
  ])('with %s is read with its prefix and suffix', (operator, parts) => {
    const Condition = { [operator]: { 'aws:SourceArn': ['x'], 'aws:Flag': true } };
    expect(read({ Statement: { ...allow, Condition } })?.[0]?.conditions).toEqual([
      { ...parts, key: 'aws:sourcearn', values: ['x'] },
      { ...parts, key: 'aws:flag', values: ['true'] },
    ]);
  });
});

test.each([
  ['another effect', { ...allow, Effect: 'Perhaps' }],
  ['no action', { Effect: 'Allow', Resource: '*' }],
  ['both Action and NotAction', { ...allow, NotAction: '*' }],
  ['no resource', { Effect: 'Allow', Action: '*' }],
  ['an empty list of actions', { ...allow, Action: [] }],
  ['a number as action', { ...allow, Action: 1 }],
  ['a condition that is not an object', { ...allow, Condition: 'x' }],
  ['an object as the value of a condition', { ...allow, Condition: { Bool: { k: {} } } }],
  ['text instead of a statement', 'x'],
])('the statements of a policy with %s are unknown', (_, statement) => {
  expect(read({ Statement: [allow, statement] })).toBeNull();
});

test.each([['{'], ['[]'], ['"x"'], [null]])('the text %j is not a policy', (text) => {
  expect(parsePolicy('p', text)).toEqual({ name: 'p', statements: null });
});
