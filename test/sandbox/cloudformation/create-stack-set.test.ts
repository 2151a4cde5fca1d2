import {
  DescribeStackSetCommand,
  ListStackSetsCommand,
  UpdateStackSetCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../support/sdk-clients.ts';
import { body, openStage, type Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ behavior: { withoutServiceSettingType: ['eu-west-1'] } });
});
afterAll(() => stage.stop());

const withParameter = JSON.stringify({
  Parameters: { Name: { Type: 'String', AllowedPattern: '[a-z]+' } },
  Resources: { Nothing: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
});

describe('CreateStackSet', () => {
  it('creates a stack set with all requested properties', async () => {
    const id = await stage.createSet({
      StackSetName: 'described',
      Description: 'Something',
      Tags: [{ Key: 'dhmc:set', Value: 'setting' }],
      ManagedExecution: { Active: true },
      AutoDeployment: {
        Enabled: true,
        RetainStacksOnAccountRemoval: false,
        DependsOn: ['arn:aws:cloudformation:us-east-1:000000000001:stackset/other:1'],
      },
    });
    expect(id).toMatch(/^described:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const { StackSet } = await stage.cloudformation.send(
      new DescribeStackSetCommand({ StackSetName: id }),
    );
    expect(StackSet).toMatchObject({
      StackSetName: 'described',
      StackSetId: id,
      StackSetARN: `arn:aws:cloudformation:us-east-1:000000000001:stackset/${id}`,
      Status: 'ACTIVE',
      Description: 'Something',
      Tags: [{ Key: 'dhmc:set', Value: 'setting' }],
      PermissionModel: 'SERVICE_MANAGED',
      ManagedExecution: { Active: true },
      AutoDeployment: {
        Enabled: true,
        RetainStacksOnAccountRemoval: false,
        DependsOn: ['arn:aws:cloudformation:us-east-1:000000000001:stackset/other:1'],
      },
      TemplateBody: body('setting'),
    });
  });

  it('creates the stack set in one region only', async () => {
    await stage.createSet({ StackSetName: 'here' });
    const elsewhere = stage.as(
      {
        accessKeyId: stage.sandbox.env['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: stage.sandbox.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
      'eu-west-1',
    );
    expect((await elsewhere.send(new ListStackSetsCommand({}))).Summaries).toEqual([]);
  });

  it.each([
    ['a name with a dot', { StackSetName: 'a.b' }, 'ValidationError', 'regular expression'],
    ['a name with an underscore', { StackSetName: 'a_b' }, 'ValidationError', 'regular expression'],
    [
      'no capability',
      { Capabilities: [], TemplateBody: body('role') },
      'InsufficientCapabilitiesException',
      'CAPABILITY_NAMED_IAM',
    ],
    [
      'no automatic deployment',
      { AutoDeployment: undefined },
      'ValidationError',
      'AutoDeployment must be specified',
    ],
    [
      'retention without automatic deployment',
      { AutoDeployment: { Enabled: false, RetainStacksOnAccountRemoval: true } },
      'ValidationError',
      'can only be specified',
    ],
    [
      'more than ten dependencies',
      {
        AutoDeployment: {
          Enabled: true,
          RetainStacksOnAccountRemoval: true,
          DependsOn: Array<string>(11).fill('arn:x'),
        },
      },
      'LimitExceededException',
      'at most 10',
    ],
    [
      'a parameter that is not in the template',
      { Parameters: [{ ParameterKey: 'No', ParameterValue: '1' }] },
      'ValidationError',
      'do not exist in the template',
    ],
    [
      'a parameter without a value',
      { TemplateBody: withParameter },
      'ValidationError',
      'must have values',
    ],
    [
      'a parameter that does not match its pattern',
      { TemplateBody: withParameter, Parameters: [{ ParameterKey: 'Name', ParameterValue: '1' }] },
      'ValidationError',
      'must match pattern',
    ],
    ['no template', { TemplateBody: undefined }, 'ValidationError', 'must be specified'],
    [
      'text that is not a template',
      { TemplateBody: '{ "Resources": ' },
      'ValidationError',
      'JSON not well-formed',
    ],
    [
      'a template without resources',
      { TemplateBody: '{ "Resources": {} }' },
      'ValidationError',
      'At least one Resources member',
    ],
    [
      'a transform',
      {
        TemplateBody: JSON.stringify({
          Transform: 'AWS::LanguageExtensions',
          Resources: { A: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
        }),
      },
      'ValidationError',
      'do not support transforms',
    ],
    [
      'a nested stack',
      {
        TemplateBody: JSON.stringify({ Resources: { A: { Type: 'AWS::CloudFormation::Stack' } } }),
      },
      'ValidationError',
      'do not support nested stacks',
    ],
    [
      'a registration whose role Systems Manager would create',
      { TemplateBody: body('registered') },
      'SandboxUnsupported',
      'SERVICE_MANAGED',
    ],
    [
      'an unsupported resource type',
      { TemplateBody: JSON.stringify({ Resources: { A: { Type: 'AWS::S3::Bucket' } } }) },
      'SandboxUnsupported',
      'AWS::S3::Bucket',
    ],
    [
      'a reference to a missing resource',
      {
        TemplateBody: JSON.stringify({
          Resources: {
            A: {
              Type: 'AWS::SSM::ServiceSetting',
              Properties: { SettingId: { Ref: 'No' }, SettingValue: 'x' },
            },
          },
        }),
      },
      'ValidationError',
      'Unresolved resource dependencies [No]',
    ],
    [
      'a template that is too long',
      { TemplateBody: body('setting') + ' '.repeat(51_200) },
      'ValidationError',
      '51200',
    ],
  ])('refuses %s', async (_, input, name, message) => {
    const refused = await refusal(stage.createSet({ StackSetName: 'refused', ...input }));
    expect(refused).toMatchObject({ name });
    expect(refused.message).toContain(message);
  });

  it('refuses a name that is already used', async () => {
    await stage.createSet({ StackSetName: 'taken' });
    expect(await refusal(stage.createSet({ StackSetName: 'taken' }))).toMatchObject({
      name: 'NameAlreadyExistsException',
      status: 409,
    });
  });

  it('returns the same set for the same token, unless the set was changed', async () => {
    const input = { StackSetName: 'token', ClientRequestToken: 'once' };
    const id = await stage.createSet(input);
    expect(await stage.createSet(input)).toBe(id);
    await stage.cloudformation.send(
      new UpdateStackSetCommand({ StackSetName: 'token', UsePreviousTemplate: true }),
    );
    expect(await refusal(stage.createSet(input))).toMatchObject({
      name: 'CreatedButModifiedException',
      status: 409,
    });
  });

  it('creates self-managed sets by default', async () => {
    await stage.createSet({
      StackSetName: 'own',
      PermissionModel: undefined,
      AutoDeployment: undefined,
    });
    const { StackSet } = await stage.cloudformation.send(
      new DescribeStackSetCommand({ StackSetName: 'own' }),
    );
    expect(StackSet).toMatchObject({
      PermissionModel: 'SELF_MANAGED',
      ExecutionRoleName: 'AWSCloudFormationStackSetExecutionRole',
    });
    const id = await stage.deploy('own', {
      DeploymentTargets: undefined,
      Accounts: ['000000000101'],
      Regions: ['us-east-1'],
    });
    await stage.settled('own', id);
    expect(await stage.results('own', id)).toEqual(['101 us-east-1 FAILED']);
  });
});
