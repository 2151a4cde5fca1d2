/** The SSM Agent's rights as AWS's policies define them, and those policies. */

/** The call by which an agent registers and reports. The role that allows it manages the instance. */
export const heartbeatAction = 'ssm:UpdateInstanceInformation';

const named = (service: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${service}:${name}`);

/** The actions of AmazonSSMManagedEC2InstanceDefaultPolicy, which the DHMC role has: a profile does not need them. */
export const agentActions: readonly string[] = [
  ...named(
    'ssm',
    'DescribeAssociation GetDeployablePatchSnapshotForInstance GetDocument DescribeDocument GetManifest ListAssociations ListInstanceAssociations PutInventory PutComplianceItems PutConfigurePackageResult UpdateAssociationStatus UpdateInstanceAssociationStatus UpdateInstanceInformation',
  ),
  ...named(
    'ssmmessages',
    'CreateControlChannel CreateDataChannel OpenControlChannel OpenDataChannel',
  ),
  ...named(
    'ec2messages',
    'AcknowledgeMessage DeleteMessage FailMessage GetEndpoint GetMessages SendReply',
  ),
];

/** Operators and applications have the reading actions too, and no agent can work with those alone. */
const readsOnly = (action: string): boolean => /^ssm:(?:Describe|Get|List)/.test(action);

/** Whether these agent's rights are meant for the agent: some of them write or belong to its channels. */
export const areForAgent = (actions: readonly string[]): boolean =>
  actions.some((action) => !readsOnly(action));

/** Further rights that the agent uses with whichever role it has, grouped by use. */
export interface FurtherUse {
  readonly use: string;
  readonly actions: readonly string[];
  /** - move: add it to the DHMC role. - keep: applications read with it, so it must not be on the DHMC role. */
  readonly advice: 'move' | 'keep';
}

export const furtherUses: readonly FurtherUse[] = [
  {
    use: 'parameters in commands and documents',
    actions: named('ssm', 'GetParameter GetParameters'),
    advice: 'keep',
  },
  { use: 'encrypted sessions and parameters', actions: ['kms:Decrypt'], advice: 'keep' },
  {
    use: 'command output, session logs and patch lists in S3',
    actions: named(
      's3',
      'GetObject PutObject PutObjectAcl GetEncryptionConfiguration GetBucketLocation ListBucket AbortMultipartUpload ListMultipartUploadParts ListBucketMultipartUploads',
    ),
    advice: 'move',
  },
  {
    use: 'command output and session logs in CloudWatch Logs',
    actions: named(
      'logs',
      'CreateLogGroup CreateLogStream DescribeLogGroups DescribeLogStreams PutLogEvents',
    ),
    advice: 'move',
  },
  { use: 'metrics of the agent', actions: ['cloudwatch:PutMetricData'], advice: 'move' },
  {
    use: 'joining a domain',
    actions: named('ds', 'CreateComputer DescribeDirectories'),
    advice: 'move',
  },
  {
    use: 'patch baselines',
    actions: [
      ...named(
        'ssm',
        'DescribeEffectivePatchesForPatchBaseline GetPatchBaseline DescribePatchBaselines',
      ),
      'tag:GetResources',
    ],
    advice: 'move',
  },
];

export const furtherActions: readonly string[] = furtherUses.flatMap(({ actions }) => actions);

/** A role with a right of one of these services has a row in the report. */
export const ssmServices = ['ssm', 'ssmmessages', 'ec2messages'] as const;

const spelled = new Map(
  [...agentActions, ...furtherActions, 'ec2:DescribeInstanceStatus'].map((action) => [
    action.toLowerCase(),
    action,
  ]),
);

/** An action in AWS's spelling if it is known, else in the policy's. */
export const spellingOf = (action: string): string => spelled.get(action.toLowerCase()) ?? action;

const awsPolicy = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/;

/** The name of an AWS managed policy; null for an account's policy or an inline policy. */
export const awsPolicyName = (policy: string): string | null => awsPolicy.exec(policy)?.[1] ?? null;

/** AWS managed policies that serve mainly the agent: they can be detached. */
export const agentPolicies: ReadonlySet<string> = new Set([
  'AmazonSSMManagedEC2InstanceDefaultPolicy',
  'AmazonSSMManagedInstanceCore',
  'AmazonEC2RoleforSSM',
]);

/** AWS managed policies of roles that an AWS service owns, with that service. */
export const servicePolicies: Readonly<Record<string, string>> = {
  AWSCloud9SSMInstanceProfile: 'AWS Cloud9',
  AmazonEKSLocalOutpostClusterPolicy: 'Amazon EKS on Outposts',
  AWSEC2SqlHaInstancePolicy: 'EC2 high availability for SQL Server',
  AmazonRDSCustomInstanceProfileRolePolicy: 'Amazon RDS Custom',
};

/** The role that Quick Setup gives to instances without a profile. */
export const quickSetupRoleName = 'AmazonSSMRoleForInstancesQuickSetup';

/** AWS managed policies that only Quick Setup attaches. */
export const quickSetupPolicies: ReadonlySet<string> = new Set([
  'AWSQuickSetupPatchPolicyBaselineAccess',
  'AWSQuickSetupManagedInstanceProfileExecutionPolicy',
]);

/** Whether a role's name, tags or policies show that Quick Setup attaches policies to its account's instance roles. */
export const isQuickSetupSign = (role: {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
}): boolean =>
  role.name === quickSetupRoleName ||
  Object.keys(role.tags).some((key) => /^QSConfigId/i.test(key)) ||
  role.attached.some((arn) => quickSetupPolicies.has(awsPolicyName(arn) ?? ''));
