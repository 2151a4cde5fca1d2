import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/core/problems/nearest.ts';

describe('nearest', () => {
  it('finds the name that was meant', () => {
    expect(nearest('Sandbx', ['Sandbox', 'Production'])).toBe('Sandbox');
    expect(nearest('zzz', ['Sandbox'])).toBeNull();
  });
});
