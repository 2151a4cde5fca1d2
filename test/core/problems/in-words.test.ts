import { describe, expect, it } from 'vitest';
import { inWords } from '../../../src/core/problems/in-words.ts';

describe('inWords', () => {
  it.each([
    ['Access denied', 'Ask for it.', 'Access denied. Ask for it.'],
    ['Access denied.', 'Ask for it.', 'Access denied. Ask for it.'],
    ['Denied by "p".', 'Ask for it.', 'Denied by "p". Ask for it.'],
    ['It said "no."', 'Ask for it.', 'It said "no." Ask for it.'],
    ['Why?', '', 'Why?'],
    ['Access denied', '', 'Access denied.'],
  ])('joins %j and %j as sentences', (message, hint, text) => {
    expect(inWords({ message, hint })).toBe(text);
  });
});
