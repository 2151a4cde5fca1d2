import { describe, expect, it } from 'vitest';
import {
  flag,
  integer,
  list,
  structure,
  text,
  validationText,
  violations,
  type Members,
} from '../../../src/sandbox/protocols/shape.ts';

const members: Members = {
  Name: text({ required: true, min: 2, max: 4, pattern: '[a-z]+' }),
  Kind: text({ oneOf: ['A', 'B'] }),
  Count: integer({ min: 1, max: 3 }),
  Dry: flag({}),
  Tags: list(structure({ Key: text({ required: true }) }), { min: 1, max: 2 }),
};
const found = (value: Readonly<Record<string, unknown>>) =>
  violations(members, { Name: 'ab', ...value }).map(({ kind, path }) => `${kind} ${path}`);

describe('a request', () => {
  it.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
    [{}, []],
    [{ Kind: 'A', Count: 3, Dry: false, Tags: [{ Key: 'k' }] }, []],
    [{ Name: undefined }, ['missing name']],
    [{ Name: null }, ['missing name']],
    [{ Name: 'a' }, ['min-length name']],
    [{ Name: 'abcde' }, ['max-length name']],
    [{ Name: 'aB' }, ['pattern name']],
    [{ Name: 'ab\n' }, ['pattern name']],
    [{ Name: 5 }, ['type name']],
    [{ Kind: 'C' }, ['enum kind']],
    [{ Count: 0 }, ['min-value count']],
    [{ Count: 4 }, ['max-value count']],
    [{ Count: 1.5 }, ['type count']],
    [{ Dry: 'true' }, ['type dry']],
    [{ Tags: [] }, ['min-length tags']],
    [{ Tags: {} }, ['type tags']],
    [{ Tags: [{ Key: 'a' }, { Key: 'b' }, {}] }, ['max-length tags', 'missing tags.3.member.key']],
    [{ Tags: ['a'] }, ['type tags.1.member']],
    [{ Other: 1 }, ['unknown Other']],
    [{ Tags: [{ Key: 'a', Other: 1 }] }, ['unknown tags.1.member.Other']],
  ])('%j has the violations %j', (value, faults) => {
    expect(found(value)).toEqual(faults);
  });

  it("is refused with AWS's message, which lists all violations", () => {
    expect(validationText(violations(members, { Name: 'a', Kind: 'C' }))).toBe(
      "2 validation errors detected: Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2; Value 'C' at 'kind' failed to satisfy constraint: Member must satisfy enum value set: [A, B]",
    );
    expect(validationText(violations(members, {}))).toBe(
      "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
    );
  });
});
