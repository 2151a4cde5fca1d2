import { describe, expect, it } from 'vitest';
import { singleTemplate } from '../../../src/core/templates/single.ts';
import { choices } from './choices.ts';

type Value = { readonly 'Fn::If': readonly [string, unknown, unknown] };

/** What CloudFormation makes of nested conditions. */
function resolve(value: unknown, holds: Readonly<Record<string, boolean>>): unknown {
  if (typeof value !== 'object' || value === null || !('Fn::If' in value)) return value;
  const [name, yes, no] = (value as Value)['Fn::If'];
  return resolve(holds[name] === true ? yes : no, holds);
}

describe('role and setting in one template', () => {
  const { body } = singleTemplate(choices);
  const resources = body['Resources'] as Readonly<Record<string, Readonly<Record<string, object>>>>;

  it('makes the role in the main region alone, unless another is named', () => {
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
      'by a reference that waits for the role',
      { MakesRole: true, OwnsRole: true },
      { 'Fn::Sub': 'service-role/${DhmcRole}' },
    ],
    ['by its name in other regions', { OwnsRole: true }, 'service-role/Dhmc'],
    ['as the parameter says', {}, { Ref: 'ExistingRole' }],
  ])('names the role in the setting %s', (_, holds, value) => {
    const set = (resources['DhmcSetting']?.['Properties'] as { SettingValue: unknown })
      .SettingValue;
    expect(resolve(set, holds)).toEqual(value);
  });
});
