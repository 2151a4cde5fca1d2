import { describe, expect, it } from 'vitest';
import { formInput, formPairs } from '../../../src/sandbox/protocols/form.ts';
import { flag, integer, list, structure, text } from '../../../src/sandbox/protocols/shape.ts';

const members = {
  Name: text({}),
  Max: integer({}),
  Dry: flag({}),
  Ids: list(text({}), {}),
  Tags: list(structure({ Key: text({}), Value: text({}) }), {}),
};
const read = (body: string, lists: 'member' | 'flat' = 'member') =>
  formInput(formPairs(body), members, lists);

describe('a form', () => {
  it.each([
    ['Action=X&Version=1&Name=a+b%2Fc', { Name: 'a b/c' }],
    ['Max=5&Dry=true', { Max: 5, Dry: true }],
    ['Max=five&Dry=yes', { Max: 'five', Dry: 'yes' }],
    ['Ids.member.2=b&Ids.member.10=c&Ids.member.1=a', { Ids: ['a', 'b', 'c'] }],
    ['Ids=', { Ids: [] }],
    [
      'Tags.member.1.Key=k&Tags.member.1.Value=&Tags.member.2.Key=l',
      { Tags: [{ Key: 'k', Value: '' }, { Key: 'l' }] },
    ],
    ['Other=x', { Other: 'x' }],
    ['Name', { Name: '' }],
    ['', {}],
  ])('%j is read as %j', (body, value) => {
    expect(read(body)).toEqual(value);
  });

  it('of EC2 numbers its lists without the word member', () => {
    expect(read('Ids.1=a&Ids.2=b', 'flat')).toEqual({ Ids: ['a', 'b'] });
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => formPairs('a=%ff')).toThrow('not form-encoded UTF-8');
  });
});
