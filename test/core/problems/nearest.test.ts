import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/core/problems/nearest.ts';

describe('nearest', () => {
  it('finds the most similar name', () => {
    expect(nearest('Sandbx', ['Sandbox', 'Production'])).toBe('Sandbox');
    expect(nearest('zzz', ['Sandbox'])).toBeNull();
  });
});
