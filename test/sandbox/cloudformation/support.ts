/** A small organization with StackSets, for the tests of the sandbox's CloudFormation. */
import {
  CloudFormationClient,
  CreateStackInstancesCommand,
  CreateStackSetCommand,
  DescribeStackSetOperationCommand,
  ListStackInstancesCommand,
  ListStackSetOperationResultsCommand,
  ListStackSetOperationsCommand,
  type CreateStackInstancesCommandInput,
  type CreateStackSetCommandInput,
  type StackSetOperation,
} from '@aws-sdk/client-cloudformation';
import { stackSetTemplate } from '../../../src/core/templates/cloudformation.ts';
import type { OnDelete, SetName } from '../../../src/core/templates/template.ts';
import { startSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { firstCaller, type Keys } from '../../support/sdk-clients.ts';
import { rootId, simpleWorld, unitId, type SimpleWorld } from '../../support/simple-world.ts';

export const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const value = `service-role/${roleName}`;
export const prod = unitId('Prod');
export const dev = unitId('Dev');
export const root = rootId;

/** The template that dhmc itself generates for a stack set. */
export const body = (set: SetName, onDelete: OnDelete = 'retain'): string =>
  JSON.stringify(
    stackSetTemplate(set, {
      rolePath: '/service-role/',
      roleName,
      boundary: null,
      tags: {},
      mainRegion: 'us-east-1',
      onDelete,
    }).body,
  );

export interface Stage {
  readonly sandbox: Sandbox;
  readonly cloudformation: CloudFormationClient;
  /** A client with other keys, by default in us-east-1. */
  as(keys: Keys, region?: string): CloudFormationClient;
  createSet(input: Partial<CreateStackSetCommandInput> & { StackSetName: string }): Promise<string>;
  /** Starts CreateStackInstances and returns the operation's id. */
  deploy(
    set: string,
    input: Partial<CreateStackInstancesCommandInput> & { Regions: string[] },
  ): Promise<string>;
  /** Creates the role in every account below the root with a stack set of its own; settings need it. */
  withRoles(set?: string): Promise<void>;
  operation(set: string, id: string): Promise<StackSetOperation>;
  /** Advances the clock until the operation (by default the newest) has ended, and returns it. */
  settled(set: string, id?: string): Promise<StackSetOperation>;
  /** `account region status/detailed status` of every instance, sorted. */
  instances(set: string): Promise<readonly string[]>;
  /** `account region status` of every result, in the order of the operation. */
  results(set: string, id: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Starts a sandbox with two accounts in Prod, one in Dev and one in the root, unless `world` differs. */
export async function openStage(world: SimpleWorld = {}): Promise<Stage> {
  const sandbox = await startSandbox({
    world: simpleWorld({
      accounts: [
        { name: 'One', unit: 'Prod' },
        { name: 'Two', unit: 'Prod' },
        { name: 'Three', unit: 'Dev' },
        'Four',
      ],
      ...world,
    }),
  });
  const as = (credentials: Keys, region = 'us-east-1'): CloudFormationClient =>
    new CloudFormationClient({ endpoint: sandbox.url, credentials, region, maxAttempts: 1 });
  const cloudformation = as(firstCaller(sandbox));
  const operation = async (
    StackSetName: string,
    OperationId: string,
  ): Promise<StackSetOperation> => {
    const input = { StackSetName, OperationId };
    const { StackSetOperation } = await cloudformation.send(
      new DescribeStackSetOperationCommand(input),
    );
    return StackSetOperation ?? {};
  };
  const stage: Stage = {
    sandbox,
    cloudformation,
    as,
    async withRoles(set = 'roles') {
      await stage.createSet({ StackSetName: set, TemplateBody: body('role') });
      await stage.deploy(set, {
        DeploymentTargets: { OrganizationalUnitIds: [root] },
        Regions: ['us-east-1'],
      });
      await stage.settled(set);
    },
    async createSet(input) {
      const { StackSetId } = await cloudformation.send(
        new CreateStackSetCommand({
          TemplateBody: body('setting'),
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          PermissionModel: 'SERVICE_MANAGED',
          AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: true },
          ...input,
        }),
      );
      return StackSetId ?? '';
    },
    async deploy(StackSetName, input) {
      const { OperationId } = await cloudformation.send(
        new CreateStackInstancesCommand({
          StackSetName,
          DeploymentTargets: { OrganizationalUnitIds: [prod] },
          OperationPreferences: {
            RegionConcurrencyType: 'PARALLEL',
            MaxConcurrentPercentage: 100,
            FailureTolerancePercentage: 100,
            ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
          },
          ...input,
        }),
      );
      return OperationId ?? '';
    },
    operation,
    async settled(StackSetName, id) {
      const newest = async (): Promise<string> => {
        const { Summaries } = await cloudformation.send(
          new ListStackSetOperationsCommand({ StackSetName }),
        );
        return Summaries?.[0]?.OperationId ?? '';
      };
      const OperationId = id ?? (await newest());
      for (let tries = 0; tries < 50; tries++) {
        const found = await operation(StackSetName, OperationId);
        if (found.EndTimestamp !== undefined) return found;
        sandbox.advance(1_000);
      }
      throw new Error(`The operation ${OperationId} does not end.`);
    },
    async instances(StackSetName) {
      const { Summaries = [] } = await cloudformation.send(
        new ListStackInstancesCommand({ StackSetName }),
      );
      return Summaries.map(
        ({ Account, Region, Status, StackInstanceStatus }) =>
          `${Account?.slice(-3)} ${Region} ${Status}/${StackInstanceStatus?.DetailedStatus}`,
      ).sort();
    },
    async results(StackSetName, OperationId) {
      const { Summaries = [] } = await cloudformation.send(
        new ListStackSetOperationResultsCommand({ StackSetName, OperationId }),
      );
      return Summaries.map(
        ({ Account, Region, Status }) => `${Account?.slice(-3)} ${Region} ${Status}`,
      );
    },
    stop: () => sandbox.stop(),
  };
  return stage;
}
