/**
 * Baseline (b): one SDK client per service, shared by all calls, with the SDK's defaults and one handler for all
 * connections.
 */
import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  DescribeInstanceInformationCommand,
  GetServiceSettingCommand,
  SSMClient,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:http';
import { callAll, replayOf, type Call } from './calls.ts';
import { callerKey, secretKey } from './protocol.ts';

const replay = replayOf(process.argv);
const shared = {
  region: 'us-east-1',
  endpoint: replay.endpoint,
  credentials: { accessKeyId: callerKey, secretAccessKey: secretKey },
  requestHandler: new NodeHttpHandler({
    httpAgent: new Agent({
      keepAlive: true,
      maxSockets: replay.concurrency,
      maxFreeSockets: replay.concurrency,
    }),
    socketAcquisitionWarningTimeout: 600_000,
  }),
};
const ssm = new SSMClient(shared);
const sts = new STSClient(shared);
const iam = new IAMClient(shared);
const organizations = new OrganizationsClient(shared);
const account = new AccountClient(shared);
const ec2 = new EC2Client(shared);

// The inputs have the right types: calls.ts makes each one for its operation.
type Send = (input: never) => Promise<unknown>;
const senders: Readonly<Record<string, Send>> = {
  GetServiceSetting: (input) => ssm.send(new GetServiceSettingCommand(input)),
  UpdateServiceSetting: (input) => ssm.send(new UpdateServiceSettingCommand(input)),
  DescribeInstances: (input) => ec2.send(new DescribeInstancesCommand(input)),
  DescribeInstanceInformation: (input) => ssm.send(new DescribeInstanceInformationCommand(input)),
  GetAccountAuthorizationDetails: (input) =>
    iam.send(new GetAccountAuthorizationDetailsCommand(input)),
  ListRegions: (input) => account.send(new ListRegionsCommand(input)),
  AssumeRole: (input) => sts.send(new AssumeRoleCommand(input)),
  GetCallerIdentity: (input) => sts.send(new GetCallerIdentityCommand(input)),
  GetRole: (input) => iam.send(new GetRoleCommand(input)),
  ListAttachedRolePolicies: (input) => iam.send(new ListAttachedRolePoliciesCommand(input)),
  ListRolePolicies: (input) => iam.send(new ListRolePoliciesCommand(input)),
  CreateRole: (input) => iam.send(new CreateRoleCommand(input)),
  AttachRolePolicy: (input) => iam.send(new AttachRolePolicyCommand(input)),
  ListAccounts: (input) => organizations.send(new ListAccountsCommand(input)),
  DescribeOrganization: (input) => organizations.send(new DescribeOrganizationCommand(input)),
  DescribeOrganizationalUnit: (input) =>
    organizations.send(new DescribeOrganizationalUnitCommand(input)),
};

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('NoSuchEntity');

await callAll(replay, async ({ operation, input }: Call) => {
  const send = senders[operation];
  if (send === undefined) throw new Error(`The baseline has no ${operation}.`);
  try {
    await send(input as never);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
});
shared.requestHandler.destroy();
