/** The role and the setting in one stack set, which depends on the order of regions. */
import { dhmcRole, roleComments, roleResource } from './role.ts';
import { dhmcSetting, roleValuePattern, settingComments, settingResource } from './setting.ts';
import {
  condition,
  either,
  ref,
  settingValue,
  sub,
  templateVersion,
  valuePath,
  type Template,
  type TemplateChoices,
} from './template.ts';

export function singleTemplate(choices: TemplateChoices): Template {
  // The reference to the role makes the setting wait for the role, and exists only if the role does.
  const value = either(
    'MakesRole',
    sub(`${valuePath(choices.rolePath)}\${${roleResource}}`),
    either('OwnsRole', settingValue(choices), ref('ExistingRole')),
  );
  return {
    comments: {
      '': [
        'Role and setting of Default Host Management Configuration (DHMC) in one template.',
        'Deploy with CAPABILITY_NAMED_IAM and the regions one after the other, the main region first: the',
        'role is made there alone. Automatic deployment to new accounts promises no order of regions;',
        'two stack sets (--set role, --set setting) with AutoDeployment.DependsOn do.',
        'Service-managed stack sets never deploy to the management account.',
      ],
      'Parameters/MainRegion': ['Never an opt-in region: it must be enabled in every account.'],
      ...roleComments(choices),
      ...settingComments(choices),
    },
    body: {
      AWSTemplateFormatVersion: templateVersion,
      Description:
        'AWS Systems Manager Default Host Management Configuration: its role, once per account, and its setting',
      Parameters: {
        MainRegion: {
          Type: 'String',
          Default: choices.mainRegion,
          AllowedPattern: '[a-z]{2,4}(-[a-z]+)+-[0-9]+',
          Description: 'The region in which the role is made',
        },
        ExistingRole: {
          Type: 'String',
          Default: '',
          AllowedPattern: `(${roleValuePattern})?`,
          Description:
            'What follows :role/ in the ARN of a role that is there already; empty: make one',
        },
      },
      Conditions: {
        OwnsRole: { 'Fn::Equals': [ref('ExistingRole'), ''] },
        MakesRole: {
          'Fn::And': [
            condition('OwnsRole'),
            { 'Fn::Equals': [ref('AWS::Region'), ref('MainRegion')] },
          ],
        },
      },
      Resources: {
        [roleResource]: { ...withCondition(dhmcRole(choices)) },
        [settingResource]: dhmcSetting(choices, value),
      },
      Outputs: {
        SettingValue: { Value: value },
        MadeRole: {
          Condition: 'MakesRole',
          Value: { 'Fn::GetAtt': [roleResource, 'Arn'] },
        },
      },
    },
  };
}

const withCondition = ({
  Type = '',
  ...rest
}: ReturnType<typeof dhmcRole>): ReturnType<typeof dhmcRole> => ({
  Type,
  Condition: 'MakesRole',
  ...rest,
});
