/** An account in which the role is safe. Each test changes one thing in it. */
import { agentActions } from '../../../src/core/advice/rights/agent-rights.ts';
import { tallyEvidence, type SeenCell } from '../../../src/core/advice/evidence.ts';
import { adviseRole, type AdvisedRole } from '../../../src/core/advice/judge.ts';
import type { AccountFacts, AdviceOptions } from '../../../src/core/advice/view.ts';
import type { RoleDetail } from '../../../src/core/coverage/authorization.ts';
import type { Ec2Instance, ManagedNode } from '../../../src/core/coverage/facts.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';

export const account = '111111111111';
export const now = Date.parse('2026-11-28T12:00:00Z');
export const hour = 3_600_000;
export const region = 'eu-west-1';

export const aws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;
export const coreArn = aws('AmazonSSMManagedInstanceCore');
export const legacyArn = aws('service-role/AmazonEC2RoleforSSM');
export const defaultArn = aws('AmazonSSMManagedEC2InstanceDefaultPolicy');

type Actions = readonly string[] | string;
export const allow = (Action: Actions, more: object = {}): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
});
export const deny = (Action: Actions): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action, Resource: '*' }],
});

export const restOfLegacy = [
  'ssm:GetParameters',
  'cloudwatch:PutMetricData',
  'ec2:DescribeInstanceStatus',
  'ds:CreateComputer',
  'ds:DescribeDirectories',
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  's3:GetBucketLocation',
  's3:PutObject',
  's3:GetObject',
  's3:GetEncryptionConfiguration',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:ListBucket',
  's3:ListBucketMultipartUploads',
];

/** Documents of AWS's policies, by ARN. */
const documents: Readonly<Record<string, object>> = {
  [coreArn]: allow([...agentActions, 'ssm:GetParameter', 'ssm:GetParameters']),
  [defaultArn]: allow(agentActions),
  [legacyArn]: allow([...agentActions, ...restOfLegacy]),
  [aws('AmazonSSMFullAccess')]: allow(['ssm:*', 'ssmmessages:*', 'ec2messages:*']),
  [aws('AdministratorAccess')]: allow('*'),
  [aws('PowerUserAccess')]: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*'], Resource: '*' }],
  },
  [aws('AWSCloud9SSMInstanceProfile')]: allow(['ssmmessages:*', 'ssm:UpdateInstanceInformation']),
};

export const trustOf = (principal: unknown): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

export interface RoleGiven {
  readonly name?: string;
  /** ARNs of AWS's policies. */
  readonly attached?: readonly string[];
  /** Documents by name; null for one that could not be read. */
  readonly inline?: Readonly<Record<string, object | null>>;
  readonly customer?: Readonly<Record<string, object>>;
  readonly boundary?: object;
  readonly trust?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export function roleOf(given: RoleGiven): RoleDetail {
  const name = given.name ?? 'App';
  const attached = given.attached ?? [];
  const text = (document: object | null | undefined): string | null =>
    document === null || document === undefined ? null : JSON.stringify(document);
  return {
    role: {
      arn: `arn:aws:iam::${account}:role/${name}`,
      path: '/',
      name,
      trust: given.trust ?? trustOf({ Service: 'ec2.amazonaws.com' }),
      tags: given.tags ?? {},
      boundary: null,
    },
    attached,
    policies: {
      policies: [
        ...attached.map((arn) => parsePolicy(arn, text(documents[arn]))),
        ...Object.entries(given.customer ?? {}).map(([policy, document]) =>
          parsePolicy(`arn:aws:iam::${account}:policy/${policy}`, text(document)),
        ),
        ...Object.entries(given.inline ?? {}).map(([policy, document]) =>
          parsePolicy(`inline:${policy}`, text(document)),
        ),
      ],
      boundary: given.boundary === undefined ? null : parsePolicy('boundary', text(given.boundary)),
    },
    changedAt: null,
  };
}

export const dhmcRoleOf = (given: RoleGiven = {}): RoleDetail =>
  roleOf({
    name: 'AWSSystemsManagerDefaultEC2InstanceManagementRole',
    attached: [defaultArn],
    trust: trustOf({ Service: 'ssm.amazonaws.com' }),
    ...given,
  });

export interface InstanceGiven {
  readonly id?: string;
  /** The role of the instance profile; null: no profile. Default: `App`. */
  readonly role?: string | null;
  readonly region?: string;
  readonly instance?: Partial<Ec2Instance>;
  readonly node?: Partial<ManagedNode> | null;
  readonly hybrid?: boolean;
  readonly isCanary?: boolean;
  readonly isRoleUnknown?: boolean;
}

/** The differences from an account in which `App`, with AWS's default policy attached, is safe. */
export interface Given {
  readonly role?: RoleGiven;
  readonly dhmcRole?: RoleGiven | null;
  readonly instances?: readonly InstanceGiven[];
  readonly canaries?: readonly InstanceGiven[];
  readonly cells?: Readonly<Record<string, Partial<SeenCell>>>;
  readonly facts?: Partial<AccountFacts>;
  readonly options?: Partial<AdviceOptions>;
}

const problem = { code: 'denied', message: 'no', hint: 'Allow it.', requestId: null } as const;
export { problem };

function accountOf(given: Given): AccountFacts {
  const tally = tallyEvidence();
  const dhmcRole = given.dhmcRole === null ? null : dhmcRoleOf(given.dhmcRole);
  const cell: SeenCell = {
    setting: {
      kind: 'set',
      value: 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
      ours: true,
      works: 'yes',
      fault: null,
      pending: false,
      modifiedAt: now - 48 * hour,
    },
    dhmcRole,
    isListed: true,
    problem: null,
  };
  const regions = new Set([region, 'us-east-1', ...Object.keys(given.cells ?? {})]);
  for (const each of regions) tally.addCell(each, { ...cell, ...given.cells?.[each] });
  const add = (one: InstanceGiven, at: number): void => {
    const id = one.id ?? `i-${String(at).padStart(17, '0')}`;
    const node: ManagedNode = {
      id,
      ping: 'Online',
      lastPingAt: now - 60_000,
      version: '3.3.987.0',
      role: null,
      sourceId: null,
      address: null,
      ...one.node,
    };
    tally.addInstance({
      facts: {
        account,
        region: one.region ?? region,
        instance: {
          id,
          name: null,
          state: 'running',
          platform: 'Linux/UNIX',
          launchedAt: now - 1000 * hour,
          profile: 'App',
          profileId: 'AIPA1',
          metadata: 'enabled',
          operated: false,
          vpc: 'vpc-1',
          image: 'ami-1',
          privateIp: null,
          ...one.instance,
        },
        node: one.node === null || one.hybrid === true ? null : node,
        hybrid: one.hybrid === true ? { node: { ...node, id: 'mi-1' }, by: 'source' } : null,
        nodesRead: true,
        profile: { kind: 'none' },
        associatedAt: null,
        setting: cell.setting,
        now,
      },
      judgement: {
        managedBy: one.isCanary === true ? 'dhmc' : 'profile',
        confidence: 'proven',
      },
      role: one.role === undefined ? 'App' : one.role,
      isRoleUnknown: one.isRoleUnknown === true,
    });
  };
  (given.instances ?? [{}]).forEach(add);
  (given.canaries ?? [{}]).forEach((canary, at) => {
    add({ role: null, isCanary: true, ...canary }, 1000 + at);
  });
  return {
    place: { partition: 'aws', account, organization: 'o-aaaaaaaaaa' },
    evidence: tally.done(),
    regionsProblem: null,
    quickSetup: 'no',
    now,
    ...given.facts,
  };
}

/** The advice for the role of the account. */
export function advised(given: Given = {}): AdvisedRole {
  const detail = roleOf({ attached: [defaultArn], ...given.role });
  return adviseRole({ detail, profiles: ['App'] }, accountOf(given), {
    applicationOnly: [],
    acceptStopped: false,
    ...given.options,
  });
}
