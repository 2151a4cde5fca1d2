import { describe, expect, it } from 'vitest';
import { resolveTemplate } from '../../../src/sandbox/services/cloudformation/resolve.ts';
import {
  resourceTypes,
  typeOf,
} from '../../../src/sandbox/services/cloudformation/resource-types.ts';
import {
  parameterValues,
  parseTemplate,
} from '../../../src/sandbox/services/cloudformation/template.ts';

const place = {
  partition: 'aws',
  dnsSuffix: 'amazonaws.com',
  account: '111122223333',
  region: 'eu-west-1',
  stackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/one/2',
  stackName: 'one',
};

/** The setting's value that a YAML expression resolves to. */
function valueOf(expression: string, more = ''): unknown {
  const template = parseTemplate(
    `
Parameters:
  Name: { Type: String, Default: a-b }
  Empty: { Type: String, Default: '' }
Conditions:
  IsHere: !Equals [!Ref AWS::Region, eu-west-1]
  IsEmpty: !Equals [!Ref Empty, '']
  Both: !And [{ Condition: IsHere }, !Condition IsEmpty]
  Neither: !Not [!Or [!Condition IsHere, !Condition IsEmpty]]
Resources:
  Setting:
    Type: AWS::SSM::ServiceSetting
    Properties: { SettingId: /x, SettingValue: ${expression} }
  Role:
    Type: AWS::IAM::Role
    Properties: { RoleName: R, Path: /p/, AssumeRolePolicyDocument: {} }
${more}`,
    new Set(Object.keys(resourceTypes)),
  );
  const { resources } = resolveTemplate(
    template,
    parameterValues(template, new Map()),
    place,
    (resource, name, at) => typeOf(resource).attribute(resource, name, at),
  );
  return resources.find(({ id }) => id === 'Setting')?.properties['SettingValue'];
}

describe('a template', () => {
  it.each([
    ['!Ref Name', 'a-b'],
    ['{ Ref: Name }', 'a-b'],
    ['!Ref AWS::AccountId', '111122223333'],
    ['!Ref Role', 'R'],
    ['!GetAtt Role.Arn', 'arn:aws:iam::111122223333:role/p/R'],
    ['!GetAtt [Role, Arn]', 'arn:aws:iam::111122223333:role/p/R'],
    ['!Sub "x/${Role}/${AWS::Region}/${!Name}"', 'x/R/eu-west-1/${Name}'],
    ['!Sub ["${A}-${Role.Arn}", { A: !Ref Name }]', 'a-b-arn:aws:iam::111122223333:role/p/R'],
    ['!If [IsHere, yes, no]', 'yes'],
    ['!If [Both, !Ref Name, no]', 'a-b'],
    ['!If [Neither, yes, !If [IsEmpty, inner, no]]', 'inner'],
    ['!Join ["/", [a, !Ref Name]]', 'a/a-b'],
    ['!Select [1, !Split ["-", !Ref Name]]', 'b'],
    ['"012"', '012'],
    ['!If [IsHere, !Ref AWS::NoValue, x]', undefined],
  ])('resolves %s to %s', (expression, expected) => {
    expect(valueOf(expression)).toEqual(expected);
  });

  it('orders resources after those that they refer to', () => {
    const template = parseTemplate(
      `
Resources:
  Setting:
    Type: AWS::SSM::ServiceSetting
    Properties: { SettingId: /x, SettingValue: !Ref Role }
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: {} }`,
      new Set(Object.keys(resourceTypes)),
    );
    const { resources } = resolveTemplate(template, new Map(), place, (resource, name, at) =>
      typeOf(resource).attribute(resource, name, at),
    );
    expect(resources.map(({ id }) => id)).toEqual(['Role', 'Setting']);
  });

  it.each([
    ['!Ref Missing', 'Unresolved resource dependencies [Missing]'],
    ['!GetAtt Role.No', 'does not support attribute type No'],
    ['!ImportValue x', 'ImportValue'],
    ['{ "Fn::FindInMap": [a, b, c] }', 'Fn::FindInMap'],
    ['!Ref Setting', 'Circular dependency'],
  ])('refuses %s', (expression, message) => {
    expect(() => valueOf(expression)).toThrow(message);
  });

  it('leaves out resources whose condition is false, and refuses references to them', () => {
    const more = `
  Not:
    Type: AWS::IAM::Role
    Condition: Neither
    Properties: { AssumeRolePolicyDocument: {} }`;
    expect(valueOf('!If [Neither, !Ref Not, other]', more)).toBe('other');
    expect(() => valueOf('!Ref Not', more)).toThrow('Unresolved resource dependencies [Not]');
  });
});
