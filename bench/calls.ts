/** The calls of a run, for a baseline to repeat: the same number of each operation, evenly mixed. */
import {
  accountId,
  policyArn,
  roleName,
  roleValue,
  settingId,
  trust,
  type Replay,
} from './protocol.ts';

/** One call, with its input in the form of the SDK. */
export interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const inputOf = (
  operation: string,
  index: number,
  accounts: number,
): Readonly<Record<string, unknown>> => {
  switch (operation) {
    case 'AssumeRole':
      return {
        RoleArn: `arn:aws:iam::${accountId(1 + (index % accounts))}:role/OrganizationAccountAccessRole`,
        RoleSessionName: 'bench',
      };
    case 'ListAccounts':
      return { MaxResults: 20, ...(index === 0 ? {} : { NextToken: String(20 * index) }) };
    case 'DescribeOrganizationalUnit':
      return { OrganizationalUnitId: `ou-benc-${String(index).padStart(8, '0')}` };
    case 'ListRegions':
      return { MaxResults: 50 };
    case 'GetRole':
    case 'ListAttachedRolePolicies':
    case 'ListRolePolicies':
      return { RoleName: roleName };
    case 'CreateRole':
      return { RoleName: roleName, Path: '/service-role/', AssumeRolePolicyDocument: trust };
    case 'AttachRolePolicy':
      return { RoleName: roleName, PolicyArn: policyArn };
    case 'DescribeInstances':
      return {
        Filters: [
          { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
        ],
        MaxResults: 1000,
      };
    case 'DescribeInstanceInformation':
      return { MaxResults: 50 };
    case 'GetAccountAuthorizationDetails':
      return { Filter: ['Role', 'LocalManagedPolicy', 'AWSManagedPolicy'], MaxItems: 1000 };
    case 'GetServiceSetting':
      return { SettingId: settingId };
    case 'UpdateServiceSetting':
      return { SettingId: settingId, SettingValue: roleValue };
    default:
      return {};
  }
};

/** Yields the calls in the order in which to make them. */
export function* callsOf({ calls, accounts }: Replay): Generator<Call> {
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(calls).map(([operation, count]) => ({ operation, count, made: 0 }));
  for (let made = 0; made < total; made += 1) {
    // The operation that is furthest behind its share.
    let next = kinds[0];
    for (const kind of kinds)
      if (next === undefined || (kind.made + 0.5) / kind.count < (next.made + 0.5) / next.count)
        next = kind;
    if (next === undefined) return;
    yield { operation: next.operation, input: inputOf(next.operation, next.made, accounts) };
    next.made += 1;
  }
}

/** Runs as many loops as calls may run in parallel; each makes one call after another until none are left. */
export async function callAll(replay: Replay, make: (call: Call) => Promise<void>): Promise<void> {
  const calls = callsOf(replay);
  const loop = async (): Promise<void> => {
    for (const call of calls) await make(call);
  };
  await Promise.all(Array.from({ length: replay.concurrency }, loop));
}

export const replayOf = (args: readonly string[]): Replay => JSON.parse(args[2] ?? '') as Replay;
