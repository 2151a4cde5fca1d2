import {
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  DescribeTypeCommand,
  GetTemplateSummaryCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId } from '../../support/simple-world.ts';
import { enter, refusal } from '../../support/sdk-clients.ts';
import { body, openStage, roleName, value, type Stage } from './support.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ behavior: { withoutServiceSettingType: ['us-east-1'] } });
  await stage.withRoles();
});
afterAll(() => stage.stop());

describe('a stack in its own account', () => {
  it('has outputs and resources', async () => {
    const inside = stage.as(await enter(stage.sandbox, accountId(1)));
    const { Stacks = [] } = await inside.send(new DescribeStacksCommand({}));
    expect(Stacks).toMatchObject([
      {
        StackName: expect.stringMatching(/^StackSet-roles-[0-9a-f-]{36}$/) as string,
        StackStatus: 'CREATE_COMPLETE',
        EnableTerminationProtection: false,
      },
    ]);
    expect(Stacks[0]?.Outputs).toContainEqual({ OutputKey: 'SettingValue', OutputValue: value });
    const { StackResources } = await inside.send(
      new DescribeStackResourcesCommand({ StackName: Stacks[0]?.StackName }),
    );
    expect(StackResources).toMatchObject([
      {
        LogicalResourceId: 'DhmcRole',
        PhysicalResourceId: roleName,
        ResourceType: 'AWS::IAM::Role',
      },
    ]);
  });

  it('cannot be seen from another account', async () => {
    expect(
      await refusal(stage.cloudformation.send(new DescribeStacksCommand({ StackName: 'No' }))),
    ).toMatchObject({ name: 'ValidationError', message: 'Stack with id No does not exist' });
  });
});

describe('GetTemplateSummary', () => {
  const summaryOf = (TemplateBody: string): GetTemplateSummaryCommand =>
    new GetTemplateSummaryCommand({ TemplateBody });

  it('lists the capabilities and resource types of a template', async () => {
    const found = await stage.cloudformation.send(summaryOf(body('role')));
    expect(found).toMatchObject({
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      ResourceTypes: ['AWS::IAM::Role'],
      ResourceIdentifierSummaries: [{ ResourceIdentifiers: ['RoleName'] }],
    });
  });

  it('refuses types that the region does not have', async () => {
    const refused = await refusal(stage.cloudformation.send(summaryOf(body('setting'))));
    expect(refused.message).toContain('Unrecognized resource types: [AWS::SSM::ServiceSetting]');
  });
});

describe('DescribeType', () => {
  const describeType = (TypeName: string): DescribeTypeCommand =>
    new DescribeTypeCommand({ Type: 'RESOURCE', TypeName });

  it('reports whether the region has a type', async () => {
    expect(await stage.cloudformation.send(describeType('AWS::IAM::Role'))).toMatchObject({
      TypeName: 'AWS::IAM::Role',
      Visibility: 'PUBLIC',
    });
    expect(
      await refusal(stage.cloudformation.send(describeType('AWS::SSM::ServiceSetting'))),
    ).toMatchObject({ name: 'TypeNotFoundException', status: 404 });
  });
});
