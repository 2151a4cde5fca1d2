import { describe, expect, it } from 'vitest';
import { asRole, asText, isRole } from '../../../src/core/model/values.ts';

const role = { arn: 'arn:aws:iam::222222222222:role/team-role', trust: '{}' };

describe('the value of a target', () => {
  it.each([
    ['a text', 'team-role', 'team-role', null, false],
    ['a role', role, null, role, true],
    ['nothing', null, null, null, false],
  ])('is recognized as %s', (_, value, text, roleValue, isOne) => {
    expect([asText(value), asRole(value), isRole(value)]).toEqual([text, roleValue, isOne]);
  });
});
