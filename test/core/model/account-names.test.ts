import { describe, expect, it } from 'vitest';
import { nameAndId, namesOf } from '../../../src/core/model/account-names.ts';

describe('an account in a text', () => {
  const names = namesOf([
    { id: '111111111111', name: 'Shop Dev' },
    { id: '222222222222', name: '' },
  ]);

  it.each([
    ['111111111111', 'Shop Dev (111111111111)'],
    ['222222222222', '222222222222'],
    ['333333333333', '333333333333'],
  ])('%s is shown as %s', (id, text) => {
    expect(nameAndId(id, names)).toBe(text);
  });
});
