/** The rights of the SSM Agent, as AWS's policies have them, and the policies that this is about. */

/** The call by which an agent registers and reports: who may make it wins. */
export const heartbeatAction = 'ssm:UpdateInstanceInformation';

const named = (service: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${service}:${name}`);

/** What AmazonSSMManagedEC2InstanceDefaultPolicy gives, and so the DHMC role: these can leave a profile. */
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

/** Of these, those that read: operators and applications have them too, and no agent can work with them alone. */
const readsOnly = (action: string): boolean => /^ssm:(?:Describe|Get|List)/.test(action);

/** Whether rights of the agent say that they are meant for it: some of them write, or are of its channels. */
export const areForAgent = (actions: readonly string[]): boolean =>
  actions.some((action) => !readsOnly(action));

/** Rights beside those that the agent uses with whichever role it has, by what it uses them for. */
export interface FurtherUse {
  readonly use: string;
  readonly actions: readonly string[];
  /** - move: the DHMC role can have it too. - keep: it has no business there, since applications read by it. */
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

/** Services whose rights give a role a row. */
export const ssmServices = ['ssm', 'ssmmessages', 'ec2messages'] as const;

const spelled = new Map(
  [...agentActions, ...furtherActions, 'ec2:DescribeInstanceStatus'].map((action) => [
    action.toLowerCase(),
    action,
  ]),
);

/** An action as AWS writes it, where it is known, else as the policy does. */
export const spellingOf = (action: string): string => spelled.get(action.toLowerCase()) ?? action;

const awsPolicy = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/;

/** The name of one of AWS's own policies; null for a policy of the account and an inline one. */
export const awsPolicyName = (policy: string): string | null => awsPolicy.exec(policy)?.[1] ?? null;

/** AWS's policies that are about the agent alone, or mostly: they can go as a whole. */
export const agentPolicies: ReadonlySet<string> = new Set([
  'AmazonSSMManagedEC2InstanceDefaultPolicy',
  'AmazonSSMManagedInstanceCore',
  'AmazonEC2RoleforSSM',
]);

/** AWS's policies for roles that a service of AWS owns, by the service. */
export const servicePolicies: Readonly<Record<string, string>> = {
  AWSCloud9SSMInstanceProfile: 'AWS Cloud9',
  AmazonEKSLocalOutpostClusterPolicy: 'Amazon EKS on Outposts',
  AWSEC2SqlHaInstancePolicy: 'EC2 high availability for SQL Server',
  AmazonRDSCustomInstanceProfileRolePolicy: 'Amazon RDS Custom',
};

/** The role that Quick Setup gives to instances without a profile. */
export const quickSetupRoleName = 'AmazonSSMRoleForInstancesQuickSetup';

/** AWS's policies that only Quick Setup attaches. */
export const quickSetupPolicies: ReadonlySet<string> = new Set([
  'AWSQuickSetupPatchPolicyBaselineAccess',
  'AWSQuickSetupManagedInstanceProfileExecutionPolicy',
]);

/** Whether a role's name, tags or policies say that Quick Setup attaches policies to the instance roles of its account. */
export const isQuickSetupSign = (role: {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly attached: readonly string[];
}): boolean =>
  role.name === quickSetupRoleName ||
  Object.keys(role.tags).some((key) => /^QSConfigId/i.test(key)) ||
  role.attached.some((arn) => quickSetupPolicies.has(awsPolicyName(arn) ?? ''));
