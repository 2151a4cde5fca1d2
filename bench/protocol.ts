/** The messages between the benchmark's processes. */

/** The initial state of the counting server's organization: without DHMC, or completely in the desired state. */
export type World = 'bare' | 'whole';

export interface Organization {
  readonly world: World;
  readonly accounts: number;
  readonly latencyMs: number;
  /** Index of an account whose calls take a hundred times as long, or null. */
  readonly slowAccount: number | null;
  /** EC2 instances in each region of each account. */
  readonly instancesPerCell: number;
  /** Roles of instance profiles in each account, for `advise`; 0: the few of the `coverage` cases. */
  readonly rolesPerAccount: number;
}

/** What the server has counted since the organization was set up. */
export interface Seen {
  /** Requests by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly inFlightPeak: number;
  readonly connections: number;
  readonly connectionsPeak: number;
  /** From the first request to the first GetServiceSetting, in milliseconds; null if there was none. */
  readonly firstCellMs: number | null;
  /** Pages of ListAccounts that were requested before it. */
  readonly pagesBeforeFirstCell: number | null;
}

export type Order = { readonly setUp: Organization } | { readonly tell: true };
export type Answer =
  { readonly listening: number } | { readonly ready: true } | { readonly seen: Seen };

/** The task of a baseline: how many calls of each operation to make. Passed as JSON in its first argument. */
export interface Replay {
  readonly endpoint: string;
  readonly calls: Readonly<Record<string, number>>;
  readonly accounts: number;
  readonly concurrency: number;
}

/** The resources that a process used, as it reports them when it ends. */
export interface Used {
  readonly processorMs: number;
  readonly peakMemoryMb: number;
}

export const regions: readonly string[] = [
  ...[
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
  ],
  ...[
    'eu-central-1',
    'eu-north-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
];

export const managementAccount = '999999999999';
export const accountId = (index: number): string =>
  index === 0 ? managementAccount : String(100_000_000_000 + index);

/** Access keys contain the account, so that the server need not keep sessions. They are as long as AWS's. */
export const callerKey = `AKIA${managementAccount}MAIN`;
export const sessionKey = (account: string): string => `ASIA${account}MEMB`;
export const secretKey = 'benchbenchbenchbenchbenchbenchbenchbench';
export const sessionToken = 'IQoJb3JpZ2luX2VjE'.padEnd(700, 'bench');

export const settingId = '/ssm/managed-instance/default-ec2-instance-management-role';
export const roleName = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const roleValue = `service-role/${roleName}`;
export const policyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
export const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
