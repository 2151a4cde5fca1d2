import { describe, expect, it } from 'vitest';
import { singleTemplate } from '../../../src/core/templates/single.ts';
import { choices } from './choices.ts';

type Value = { readonly 'Fn::If': readonly [string, unknown, unknown] };

/** The value that CloudFormation gives nested `Fn::If` conditions. */
function resolve(value: unknown, holds: Readonly<Record<string, boolean>>): unknown {
  if (typeof value !== 'object' || value === null || !('Fn::If' in value)) return value;
  const [name, yes, no] = (value as Value)['Fn::If'];
  return resolve(holds[name] === true ? yes : no, holds);
}

describe('role and setting in one template', () => {
  const { body } = singleTemplate(choices);
  const resources = body['Resources'] as Readonly<Record<string, Readonly<Record<string, object>>>>;

  it('creates the role only in the main region, unless another role is named', () => {
    expect(resources['DhmcRole']).toMatchObject({ Condition: 'MakesRole' });
    expect(body['Conditions']).toEqual({
      OwnsRole: { 'Fn::Equals': [{ Ref: 'ExistingRole' }, ''] },
      MakesRole: {
        'Fn::And': [
          { Condition: 'OwnsRole' },
          { 'Fn::Equals': [{ Ref: 'AWS::Region' }, { Ref: 'MainRegion' }] },
        ],
      },
    });
  });

  it.each([
    [
      'by a reference, which waits for the role, in the main region',
      { MakesRole: true, OwnsRole: true },
      { 'Fn::Sub': 'service-role/${DhmcRole}' },
    ],
    ['by its name in other regions', { OwnsRole: true }, 'service-role/Dhmc'],
    ['by the parameter, if another role is named', {}, { Ref: 'ExistingRole' }],
  ])('names the role %s', (_, holds, value) => {
    const set = (resources['DhmcSetting']?.['Properties'] as { SettingValue: unknown })
      .SettingValue;
    expect(resolve(set, holds)).toEqual(value);
  });
});
