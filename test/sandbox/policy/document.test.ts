import { expect, it } from 'vitest';
import { list, parsePolicyDocument } from '../../../src/sandbox/policy/document.ts';

it.each(['{', '', 'null', '[]', '"x"', '{}'])('refuses a document as IAM does: %j', (text) => {
  expect(() => parsePolicyDocument(text)).toThrow(/invalid Json|Syntax errors/);
});

it('reads a document unchanged', () => {
  expect(parsePolicyDocument('{"Statement":[],"Id":"x"}')).toEqual({ Statement: [], Id: 'x' });
});

it('wraps one value in a list, and gives an empty list for none', () => {
  expect([list('a'), list(['a', 'b']), list<string>(undefined)]).toEqual([['a'], ['a', 'b'], []]);
});
