/** The command of each CloudFormation call. Calls about stack sets include CallAs. */
import type {
  CreateStackInstancesCommandInput,
  CreateStackSetCommandInput,
  DeleteStackInstancesCommandInput,
  DeleteStackSetCommandInput,
  DescribeOrganizationsAccessCommandInput,
  DescribeStackSetCommandInput,
  DescribeStackSetOperationCommandInput,
  DescribeTypeCommandInput,
  DetectStackSetDriftCommandInput,
  ListStackInstanceResourceDriftsCommandInput,
  ListStackInstancesCommandInput,
  ListStackSetAutoDeploymentTargetsCommandInput,
  ListStackSetOperationResultsCommandInput,
  ListStackSetOperationsCommandInput,
  ListStackSetsCommandInput,
  UpdateStackSetCommandInput,
} from '@aws-sdk/client-cloudformation';
import { rowsOf, type CommandRow } from '../http/command-row.ts';
import type { OperationName } from '../permissions/operations.ts';
import { cloudFormationModule } from '../sdk/index.ts';

export type CallAs = 'SELF' | 'DELEGATED_ADMIN';

/** An input with CallAs, which every operation on stack sets accepts. */
export type AsCaller<I> = I & { readonly CallAs: CallAs };

const row = rowsOf('cloudformation', cloudFormationModule);

const rows = {
  DescribeOrganizationsAccess: row(
    (client, sdk, input: AsCaller<DescribeOrganizationsAccessCommandInput>) =>
      client.send(new sdk.DescribeOrganizationsAccessCommand(input)),
  ),
  ListStackSets: row((client, sdk, input: AsCaller<ListStackSetsCommandInput>) =>
    client.send(new sdk.ListStackSetsCommand(input)),
  ),
  DescribeStackSet: row((client, sdk, input: AsCaller<DescribeStackSetCommandInput>) =>
    client.send(new sdk.DescribeStackSetCommand(input)),
  ),
  ListStackInstances: row((client, sdk, input: AsCaller<ListStackInstancesCommandInput>) =>
    client.send(new sdk.ListStackInstancesCommand(input)),
  ),
  ListStackSetAutoDeploymentTargets: row(
    (client, sdk, input: AsCaller<ListStackSetAutoDeploymentTargetsCommandInput>) =>
      client.send(new sdk.ListStackSetAutoDeploymentTargetsCommand(input)),
  ),
  DescribeStackSetOperation: row(
    (client, sdk, input: AsCaller<DescribeStackSetOperationCommandInput>) =>
      client.send(new sdk.DescribeStackSetOperationCommand(input)),
  ),
  ListStackSetOperations: row((client, sdk, input: AsCaller<ListStackSetOperationsCommandInput>) =>
    client.send(new sdk.ListStackSetOperationsCommand(input)),
  ),
  ListStackSetOperationResults: row(
    (client, sdk, input: AsCaller<ListStackSetOperationResultsCommandInput>) =>
      client.send(new sdk.ListStackSetOperationResultsCommand(input)),
  ),
  ListStackInstanceResourceDrifts: row(
    (client, sdk, input: AsCaller<ListStackInstanceResourceDriftsCommandInput>) =>
      client.send(new sdk.ListStackInstanceResourceDriftsCommand(input)),
  ),
  CreateStackSet: row((client, sdk, input: AsCaller<CreateStackSetCommandInput>) =>
    client.send(new sdk.CreateStackSetCommand(input)),
  ),
  UpdateStackSet: row((client, sdk, input: AsCaller<UpdateStackSetCommandInput>) =>
    client.send(new sdk.UpdateStackSetCommand(input)),
  ),
  DeleteStackSet: row((client, sdk, input: AsCaller<DeleteStackSetCommandInput>) =>
    client.send(new sdk.DeleteStackSetCommand(input)),
  ),
  CreateStackInstances: row((client, sdk, input: AsCaller<CreateStackInstancesCommandInput>) =>
    client.send(new sdk.CreateStackInstancesCommand(input)),
  ),
  DeleteStackInstances: row((client, sdk, input: AsCaller<DeleteStackInstancesCommandInput>) =>
    client.send(new sdk.DeleteStackInstancesCommand(input)),
  ),
  DetectStackSetDrift: row((client, sdk, input: AsCaller<DetectStackSetDriftCommandInput>) =>
    client.send(new sdk.DetectStackSetDriftCommand(input)),
  ),
} as const satisfies Partial<Record<OperationName, unknown>>;

/** The input and output of each call. */
type Shapes = {
  readonly [Name in keyof typeof rows]: (typeof rows)[Name] extends CommandRow<
    AsCaller<infer I extends object>,
    infer O
  >
    ? { readonly input: I; readonly output: O }
    : never;
};

export type CloudFormationCall = keyof Shapes;
export type InputOf<Name extends CloudFormationCall> = Shapes[Name]['input'];
export type OutputOf<Name extends CloudFormationCall> = Shapes[Name]['output'];

/** The commands of calls about stack sets, by name. */
export const commands: {
  readonly [Name in CloudFormationCall]: CommandRow<AsCaller<InputOf<Name>>, OutputOf<Name>>;
} = rows;

/** Describes a resource type in a region. Not about a stack set, so without CallAs. */
export const describeType = row((client, sdk, input: DescribeTypeCommandInput) =>
  client.send(new sdk.DescribeTypeCommand(input)),
);
