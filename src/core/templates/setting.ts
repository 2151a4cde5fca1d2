/** The stack set that turns DHMC on in every region, by the setting. */
import { settingId } from '../model/model.ts';
import {
  ref,
  settingValue,
  templateVersion,
  type Json,
  type JsonObject,
  type Template,
  type TemplateChoices,
} from './template.ts';

export const settingResource = 'DhmcSetting';
export const roleValuePattern = '[a-zA-Z0-9_+=,.@/-]+';

export const dhmcSetting = (choices: TemplateChoices, value: Json): JsonObject => ({
  Type: 'AWS::SSM::ServiceSetting',
  DeletionPolicy: choices.onDelete === 'retain' ? 'Retain' : 'Delete',
  UpdateReplacePolicy: 'Retain',
  Properties: { SettingId: settingId, SettingValue: value },
});

/** Comments on the setting, for every template that has it. */
export const settingComments = ({ onDelete }: TemplateChoices): Template['comments'] => ({
  [`Resources/${settingResource}/DeletionPolicy`]:
    onDelete === 'retain'
      ? [
          'Kept when the stack is deleted. CloudFormation never restores a previous value: without',
          "this it would reset the setting to AWS's default, also when a failed creation is rolled back.",
        ]
      : [
          "Reset to AWS's default when the stack is deleted: DHMC is off then. CloudFormation never",
          'restores a previous value.',
        ],
});

export const settingTemplate = (choices: TemplateChoices): Template => ({
  comments: {
    '': [
      'The setting that turns Default Host Management Configuration (DHMC) on, per account and region.',
      'Deploy in every region after the role stack set; set AutoDeployment.DependsOn to its ARN, so that',
      'new accounts get the role first.',
      'Service-managed stack sets never deploy to the management account.',
    ],
    'Parameters/Role': [
      'Accounts with another role: override this parameter. An account added later gets the default.',
    ],
    ...settingComments(choices),
  },
  body: {
    AWSTemplateFormatVersion: templateVersion,
    Description:
      'Turns AWS Systems Manager Default Host Management Configuration on in this region',
    Parameters: {
      Role: {
        Type: 'String',
        Default: settingValue(choices),
        AllowedPattern: roleValuePattern,
        Description: "What follows :role/ in the role's ARN",
      },
    },
    Resources: { [settingResource]: dhmcSetting(choices, ref('Role')) },
  },
});
