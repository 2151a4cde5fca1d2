/** Sets the setting with an Automation runbook, for regions where CloudFormation does not have a type for it. */
import { settingId } from '../model/model.ts';
import { roleValuePattern } from './setting.ts';
import {
  either,
  ref,
  settingValue,
  sub,
  templateVersion,
  type JsonObject,
  type Template,
  type TemplateChoices,
} from './template.ts';

const automationRole = 'DhmcAutomation';

const assumeRole = sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${automationRole}`);

const runbook: JsonObject = {
  schemaVersion: '0.3',
  description: 'Turns Default Host Management Configuration on unless another role is set',
  assumeRole: '{{ AutomationAssumeRole }}',
  parameters: {
    AutomationAssumeRole: { type: 'String', default: assumeRole },
    Role: { type: 'String', default: ref('Role') },
    Overwrite: { type: 'String', default: ref('Overwrite'), allowedValues: ['true', 'false'] },
  },
  mainSteps: [
    {
      name: 'get',
      action: 'aws:executeAwsApi',
      inputs: { Service: 'ssm', Api: 'GetServiceSetting', SettingId: settingId },
      outputs: [{ Name: 'Value', Selector: '$.ServiceSetting.SettingValue', Type: 'String' }],
      nextStep: 'decide',
    },
    {
      name: 'decide',
      action: 'aws:branch',
      inputs: {
        Choices: [
          { NextStep: 'check', Variable: '{{ get.Value }}', StringEquals: '{{ Role }}' },
          { NextStep: 'update', Variable: '{{ get.Value }}', StringEquals: '$None' },
          { NextStep: 'update', Variable: '{{ Overwrite }}', StringEquals: 'true' },
        ],
        Default: 'check',
      },
    },
    {
      name: 'update',
      action: 'aws:executeAwsApi',
      inputs: {
        Service: 'ssm',
        Api: 'UpdateServiceSetting',
        SettingId: settingId,
        SettingValue: '{{ Role }}',
      },
      nextStep: 'check',
    },
    {
      name: 'check',
      action: 'aws:assertAwsResourceProperty',
      isEnd: true,
      inputs: {
        Service: 'ssm',
        Api: 'GetServiceSetting',
        SettingId: settingId,
        PropertySelector: '$.ServiceSetting.SettingValue',
        DesiredValues: ['{{ Role }}'],
      },
    },
  ],
};

const permissions: JsonObject = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ssm:GetServiceSetting', 'ssm:UpdateServiceSetting'],
      Resource: sub(`arn:\${AWS::Partition}:ssm:*:\${AWS::AccountId}:servicesetting${settingId}`),
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}'),
      Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    },
  ],
};

export const automationTemplate = (choices: TemplateChoices): Template => ({
  comments: {
    '': [
      'The setting of Default Host Management Configuration (DHMC) by an Automation runbook, for',
      'regions where CloudFormation does not have AWS::SSM::ServiceSetting. Deploy after the role',
      'stack set, with CAPABILITY_NAMED_IAM and the regions one after the other, the main region first:',
      'the role of the runbook is made there alone.',
      'Deleting the stack resets nothing: DHMC stays on.',
    ],
    'Parameters/Schedule': [
      'With a schedule the runbook turns DHMC on again after someone turned it off.',
    ],
    'Parameters/Overwrite': [
      'Without it the runbook fails, and changes nothing, where another role is set.',
    ],
    'Resources/DhmcAssociation/Properties/WaitForSuccessTimeoutSeconds': [
      'Without it the stack would succeed even if the runbook fails.',
    ],
  },
  body: {
    AWSTemplateFormatVersion: templateVersion,
    Description: 'Turns AWS Systems Manager Default Host Management Configuration on by a runbook',
    Parameters: {
      Role: {
        Type: 'String',
        Default: settingValue(choices),
        AllowedPattern: roleValuePattern,
        Description: "What follows :role/ in the role's ARN",
      },
      MainRegion: {
        Type: 'String',
        Default: choices.mainRegion,
        AllowedPattern: '[a-z]{2,4}(-[a-z]+)+-[0-9]+',
        Description: 'The region in which the role of the runbook is made',
      },
      Overwrite: {
        Type: 'String',
        Default: 'false',
        AllowedValues: ['true', 'false'],
        Description: 'Whether to replace the value of another role',
      },
      Schedule: {
        Type: 'String',
        Default: '',
        AllowedPattern: '((rate|cron)\\(.+\\))?',
        Description:
          'When to run again, such as rate(1 day); empty: only when the stack is deployed',
      },
    },
    Conditions: {
      IsMainRegion: { 'Fn::Equals': [ref('AWS::Region'), ref('MainRegion')] },
      HasSchedule: { 'Fn::Not': [{ 'Fn::Equals': [ref('Schedule'), ''] }] },
    },
    Resources: {
      DhmcAutomationRole: {
        Type: 'AWS::IAM::Role',
        Condition: 'IsMainRegion',
        Properties: {
          RoleName: automationRole,
          Description: 'Assumed by the runbook that turns DHMC on',
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'ssm.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
              },
            ],
          },
          Policies: [{ PolicyName: 'dhmc', PolicyDocument: permissions }],
        },
      },
      DhmcRunbook: {
        Type: 'AWS::SSM::Document',
        Properties: {
          DocumentType: 'Automation',
          DocumentFormat: 'JSON',
          UpdateMethod: 'NewVersion',
          Content: runbook,
        },
      },
      DhmcAssociation: {
        Type: 'AWS::SSM::Association',
        Properties: {
          AssociationName: 'dhmc',
          Name: ref('DhmcRunbook'),
          Parameters: {
            // The reference makes the association wait for the role if this stack creates it.
            AutomationAssumeRole: [
              either('IsMainRegion', { 'Fn::GetAtt': ['DhmcAutomationRole', 'Arn'] }, assumeRole),
            ],
            Role: [ref('Role')],
            Overwrite: [ref('Overwrite')],
          },
          ScheduleExpression: either('HasSchedule', ref('Schedule'), ref('AWS::NoValue')),
          WaitForSuccessTimeoutSeconds: 600,
        },
      },
    },
  },
});
