/** The client and the command of each call in an account. */
import type { ListRegionsCommandInput } from '@aws-sdk/client-account';
import type {
  DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type {
  AttachRolePolicyCommandInput,
  CreateRoleCommandInput,
  DeleteRoleCommandInput,
  DetachRolePolicyCommandInput,
  GetAccountAuthorizationDetailsCommandInput,
  GetInstanceProfileCommandInput,
  GetPolicyCommandInput,
  GetPolicyVersionCommandInput,
  GetRoleCommandInput,
  GetRolePolicyCommandInput,
  ListAttachedRolePoliciesCommandInput,
  ListInstanceProfilesForRoleCommandInput,
  ListRolePoliciesCommandInput,
  SimulatePrincipalPolicyCommandInput,
  TagRoleCommandInput,
  UpdateAssumeRolePolicyCommandInput,
} from '@aws-sdk/client-iam';
import type {
  DescribeInstanceInformationCommandInput,
  DescribeInstancePropertiesCommandInput,
  GetServiceSettingCommandInput,
  ListAssociationsCommandInput,
  ResetServiceSettingCommandInput,
  UpdateServiceSettingCommandInput,
} from '@aws-sdk/client-ssm';
import { rowsOf, type CallShapes, type CommandRow } from '../http/command-row.ts';
import type { OperationName } from '../permissions/operations.ts';
import { accountModule, ec2Module, iamModule, ssmModule } from '../sdk/index.ts';

const account = rowsOf('account', accountModule);
const iam = rowsOf('iam', iamModule);
const ssm = rowsOf('ssm', ssmModule);
const ec2 = rowsOf('ec2', ec2Module);

const rows = {
  ListRegions: account((client, sdk, input: ListRegionsCommandInput) =>
    client.send(new sdk.ListRegionsCommand(input)),
  ),
  GetRole: iam((client, sdk, input: GetRoleCommandInput) =>
    client.send(new sdk.GetRoleCommand(input)),
  ),
  ListAttachedRolePolicies: iam((client, sdk, input: ListAttachedRolePoliciesCommandInput) =>
    client.send(new sdk.ListAttachedRolePoliciesCommand(input)),
  ),
  ListRolePolicies: iam((client, sdk, input: ListRolePoliciesCommandInput) =>
    client.send(new sdk.ListRolePoliciesCommand(input)),
  ),
  ListInstanceProfilesForRole: iam((client, sdk, input: ListInstanceProfilesForRoleCommandInput) =>
    client.send(new sdk.ListInstanceProfilesForRoleCommand(input)),
  ),
  GetRolePolicy: iam((client, sdk, input: GetRolePolicyCommandInput) =>
    client.send(new sdk.GetRolePolicyCommand(input)),
  ),
  GetPolicy: iam((client, sdk, input: GetPolicyCommandInput) =>
    client.send(new sdk.GetPolicyCommand(input)),
  ),
  GetPolicyVersion: iam((client, sdk, input: GetPolicyVersionCommandInput) =>
    client.send(new sdk.GetPolicyVersionCommand(input)),
  ),
  GetInstanceProfile: iam((client, sdk, input: GetInstanceProfileCommandInput) =>
    client.send(new sdk.GetInstanceProfileCommand(input)),
  ),
  GetAccountAuthorizationDetails: iam(
    (client, sdk, input: GetAccountAuthorizationDetailsCommandInput) =>
      client.send(new sdk.GetAccountAuthorizationDetailsCommand(input)),
  ),
  SimulatePrincipalPolicy: iam((client, sdk, input: SimulatePrincipalPolicyCommandInput) =>
    client.send(new sdk.SimulatePrincipalPolicyCommand(input)),
  ),
  CreateRole: iam((client, sdk, input: CreateRoleCommandInput) =>
    client.send(new sdk.CreateRoleCommand(input)),
  ),
  TagRole: iam((client, sdk, input: TagRoleCommandInput) =>
    client.send(new sdk.TagRoleCommand(input)),
  ),
  DeleteRole: iam((client, sdk, input: DeleteRoleCommandInput) =>
    client.send(new sdk.DeleteRoleCommand(input)),
  ),
  UpdateAssumeRolePolicy: iam((client, sdk, input: UpdateAssumeRolePolicyCommandInput) =>
    client.send(new sdk.UpdateAssumeRolePolicyCommand(input)),
  ),
  AttachRolePolicy: iam((client, sdk, input: AttachRolePolicyCommandInput) =>
    client.send(new sdk.AttachRolePolicyCommand(input)),
  ),
  DetachRolePolicy: iam((client, sdk, input: DetachRolePolicyCommandInput) =>
    client.send(new sdk.DetachRolePolicyCommand(input)),
  ),
  GetServiceSetting: ssm((client, sdk, input: GetServiceSettingCommandInput) =>
    client.send(new sdk.GetServiceSettingCommand(input)),
  ),
  UpdateServiceSetting: ssm((client, sdk, input: UpdateServiceSettingCommandInput) =>
    client.send(new sdk.UpdateServiceSettingCommand(input)),
  ),
  ResetServiceSetting: ssm((client, sdk, input: ResetServiceSettingCommandInput) =>
    client.send(new sdk.ResetServiceSettingCommand(input)),
  ),
  DescribeInstanceInformation: ssm((client, sdk, input: DescribeInstanceInformationCommandInput) =>
    client.send(new sdk.DescribeInstanceInformationCommand(input)),
  ),
  DescribeInstanceProperties: ssm((client, sdk, input: DescribeInstancePropertiesCommandInput) =>
    client.send(new sdk.DescribeInstancePropertiesCommand(input)),
  ),
  ListAssociations: ssm((client, sdk, input: ListAssociationsCommandInput) =>
    client.send(new sdk.ListAssociationsCommand(input)),
  ),
  DescribeInstances: ec2((client, sdk, input: DescribeInstancesCommandInput) =>
    client.send(new sdk.DescribeInstancesCommand(input)),
  ),
  DescribeIamInstanceProfileAssociations: ec2(
    (client, sdk, input: DescribeIamInstanceProfileAssociationsCommandInput) =>
      client.send(new sdk.DescribeIamInstanceProfileAssociationsCommand(input)),
  ),
} as const satisfies Partial<Record<OperationName, unknown>>;

type Shapes = CallShapes<typeof rows>;

export type AccountCall = keyof Shapes;
export type InputOf<Name extends AccountCall> = Shapes[Name]['input'];
export type OutputOf<Name extends AccountCall> = Shapes[Name]['output'];

/** The commands, by the name of the call. */
export const commands: {
  readonly [Name in AccountCall]: CommandRow<InputOf<Name>, OutputOf<Name>>;
} = rows;
