/** How each call in an account is sent: with which service's client, and as which command. */
import type { AccountClient, ListRegionsCommandInput } from '@aws-sdk/client-account';
import type {
  DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeInstancesCommandInput,
  EC2Client,
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
  IAMClient,
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
  SSMClient,
  UpdateServiceSettingCommandInput,
} from '@aws-sdk/client-ssm';
import type { SdkClients } from '../http/sdk-clients.ts';
import type { OperationName } from '../permissions/operations.ts';
import { accountModule, ec2Module, iamModule, ssmModule } from '../sdk/index.ts';

type Loaded<Load extends () => Promise<unknown>> = Awaited<ReturnType<Load>>;

/** Loads the service's package and client, and gives what sends one input. */
type Row<I, O> = (
  wire: Pick<SdkClients, 'client'>,
  region: string,
) => Promise<(input: I) => Promise<O>>;

type Send<Client, Sdk, I, O> = (client: Client, sdk: Sdk, input: I) => Promise<O>;

const account =
  <I, O>(send: Send<AccountClient, Loaded<typeof accountModule>, I, O>): Row<I, O> =>
  async (wire, region) => {
    const [sdk, client] = [await accountModule(), await wire.client('account', region)];
    return (input) => send(client, sdk, input);
  };

const iam =
  <I, O>(send: Send<IAMClient, Loaded<typeof iamModule>, I, O>): Row<I, O> =>
  async (wire, region) => {
    const [sdk, client] = [await iamModule(), await wire.client('iam', region)];
    return (input) => send(client, sdk, input);
  };

const ssm =
  <I, O>(send: Send<SSMClient, Loaded<typeof ssmModule>, I, O>): Row<I, O> =>
  async (wire, region) => {
    const [sdk, client] = [await ssmModule(), await wire.client('ssm', region)];
    return (input) => send(client, sdk, input);
  };

const ec2 =
  <I, O>(send: Send<EC2Client, Loaded<typeof ec2Module>, I, O>): Row<I, O> =>
  async (wire, region) => {
    const [sdk, client] = [await ec2Module(), await wire.client('ec2', region)];
    return (input) => send(client, sdk, input);
  };

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

/** The input and output of each call. */
type Shapes = {
  readonly [Name in keyof typeof rows]: (typeof rows)[Name] extends Row<
    infer I extends object,
    infer O
  >
    ? { readonly input: I; readonly output: O }
    : never;
};

export type AccountCall = keyof Shapes;
export type InputOf<Name extends AccountCall> = Shapes[Name]['input'];
export type OutputOf<Name extends AccountCall> = Shapes[Name]['output'];

/** The table, by the name of the call. */
export const commands: {
  readonly [Name in AccountCall]: Row<InputOf<Name>, OutputOf<Name>>;
} = rows;
