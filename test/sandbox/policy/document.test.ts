import { expect, it } from 'vitest';
import { list, parsePolicyDocument } from '../../../src/sandbox/policy/document.ts';

it.each(['{', '', 'null', '[]', '"x"', '{}'])('a document that IAM refuses: %j', (text) => {
  expect(() => parsePolicyDocument(text)).toThrow(/invalid Json|Syntax errors/);
});

it('a document is taken as it is written', () => {
  expect(parsePolicyDocument('{"Statement":[],"Id":"x"}')).toEqual({ Statement: [], Id: 'x' });
});

it('one value is a list of one, and none is an empty one', () => {
  expect([list('a'), list(['a', 'b']), list<string>(undefined)]).toEqual([['a'], ['a', 'b'], []]);
});
