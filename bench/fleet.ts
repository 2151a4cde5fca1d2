/**
 * The instances of the counting server: half of each cell's instances are managed through their profile, the others are
 * not listed. All fit into one page, as in most cells.
 */

import { regions, roleValue } from './protocol.ts';

export interface Cell {
  readonly account: string;
  readonly region: string;
  readonly instances: number;
  /** How many roles the account's instances have; 0: the few of the `coverage` cases. */
  readonly instanceRoles: number;
}

const idOf = (account: string, region: string, index: number): string => {
  let hash = 0;
  for (const sign of `${account}${region}`) hash = (hash * 31 + sign.charCodeAt(0)) >>> 0;
  return `i-${hash.toString(16).padStart(8, '0')}${index.toString(16).padStart(9, '0')}`;
};

const profile = 'AppServer';
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const isManaged = (index: number): boolean => index % 2 === 0;

/**
 * The instance's profile; null if it has none. With many roles, the first instance of a cell has none, and shows that
 * DHMC works.
 */
function profileOf(cell: Cell, index: number): string | null {
  if (cell.instanceRoles === 0) return isManaged(index) ? profile : null;
  if (index === 0) return null;
  const before = regions.indexOf(cell.region) * (cell.instances - 1);
  return `${profile}-${(before + index - 1) % cell.instanceRoles}`;
}

const instanceXml = (cell: Cell, index: number): string => {
  const { account, region } = cell;
  const held = profileOf(cell, index);
  return `<item><instanceId>${idOf(account, region, index)}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-${index}.ec2.internal</privateDnsName><dnsName/><instanceType>t3.medium</instanceType><launchTime>2026-01-01T00:00:00.000Z</launchTime><placement><availabilityZone>${region}a</availabilityZone><groupName/><tenancy>default</tenancy></placement><platformDetails>Linux/UNIX</platformDetails><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.0.${index}</privateIpAddress>${
    held !== null
      ? `<iamInstanceProfile><arn>arn:aws:iam::${account}:instance-profile/${held}</arn><id>AIPABENCHBENCHBENCH00</id></iamInstanceProfile>`
      : ''
  }<metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions><operator><managed>false</managed></operator><tagSet><item><key>Name</key><value>web-${index}</value></item><item><key>team</key><value>shop</value></item></tagSet></item>`;
};

const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** A page of DescribeInstances. */
export const instancesPage = (cell: Cell): string =>
  `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>01234567-89ab-cdef</requestId><reservationSet><item><reservationId>r-0123456789abcdef0</reservationId><ownerId>${cell.account}</ownerId><groupSet/><instancesSet>${indexes(
    cell.instances,
  )
    .map((index) => instanceXml(cell, index))
    .join('')}</instancesSet></item></reservationSet></DescribeInstancesResponse>`;

/** A page of DescribeInstanceInformation. */
export const nodesPage = ({ account, region, instances, instanceRoles }: Cell): unknown => ({
  InstanceInformationList: indexes(instances)
    .filter((index) => instanceRoles > 0 || isManaged(index))
    .map((index) => ({
      InstanceId: idOf(account, region, index),
      PingStatus: 'Online',
      LastPingDateTime: Date.now() / 1000 - 60,
      AgentVersion: '3.3.987.0',
      IsLatestVersion: false,
      PlatformType: 'Linux',
      PlatformName: 'Amazon Linux',
      PlatformVersion: '2023',
      ResourceType: 'EC2Instance',
      ...(instanceRoles > 0 && index === 0 ? { IamRole: roleValue } : {}),
      IPAddress: `10.0.0.${index}`,
      ComputerName: `ip-10-0-0-${index}.ec2.internal`,
    })),
});

const document = (...statements: readonly unknown[]): string =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
const trustOf = (service: string): string =>
  document({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
const trust = trustOf('ec2.amazonaws.com');
const agentRights = document({
  Effect: 'Allow',
  Action: ['ssm:*', 'ssmmessages:*', 'ec2messages:*'],
  Resource: '*',
});

interface RoleParts {
  readonly account: string;
  readonly name: string;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** Documents of inline policies, URL-encoded. */
  readonly inline?: readonly string[];
}

const lastOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

const roleXml = ({ account, name, attached, inline = [] }: RoleParts): string =>
  `<member><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROABENCHBENCHBENCH00</RoleId><Arn>arn:aws:iam::${account}:role/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument><InstanceProfileList><member><InstanceProfileName>${name}</InstanceProfileName><InstanceProfileId>AIPABENCHBENCHBENCH00</InstanceProfileId><Arn>arn:aws:iam::${account}:instance-profile/${name}</Arn><Path>/</Path><CreateDate>2026-01-01T00:00:00Z</CreateDate><Roles/></member></InstanceProfileList><RolePolicyList>${inline
    .map(
      (text, at) =>
        `<member><PolicyName>own-${at}</PolicyName><PolicyDocument>${text}</PolicyDocument></member>`,
    )
    .join('')}</RolePolicyList><AttachedManagedPolicies>${attached
    .map(
      (arn) =>
        `<member><PolicyName>${lastOf(arn)}</PolicyName><PolicyArn>${arn}</PolicyArn></member>`,
    )
    .join('')}</AttachedManagedPolicies><Tags/></member>`;

const policyXml = (arn: string, text: string): string =>
  `<member><PolicyName>${lastOf(arn)}</PolicyName><PolicyId>ANPABENCHBENCHBENCH00</PolicyId><Arn>${arn}</Arn><Path>/</Path><DefaultVersionId>v2</DefaultVersionId><AttachmentCount>3</AttachmentCount><PolicyVersionList><member><Document>${text}</Document><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></PolicyVersionList><CreateDate>2026-01-01T00:00:00Z</CreateDate><UpdateDate>2026-01-01T00:00:00Z</UpdateDate></member>`;

const detailsXml = (roles: string, policies: string): string =>
  `<IsTruncated>false</IsTruncated><UserDetailList/><GroupDetailList/><RoleDetailList>${roles}</RoleDetailList><Policies>${policies}</Policies>`;

/**
 * The roles and policies of an account. `instanceRoles`: how many typical roles it has in addition to the DHMC role.
 */
export function authorizationDetails(account: string, instanceRoles: number): string {
  if (instanceRoles > 0) return manyRoles(instanceRoles).replaceAll(placeholder, account);
  const roles = [profile, 'Batch', 'Build'].map((name) =>
    roleXml({ account, name, attached: [core] }),
  );
  return detailsXml(roles.join(''), policyXml(core, agentRights));
}

const ofAgent: readonly string[] = [
  ...[
    ...['DescribeAssociation', 'GetDeployablePatchSnapshotForInstance', 'GetDocument'],
    ...['DescribeDocument', 'GetManifest', 'ListAssociations', 'ListInstanceAssociations'],
    ...['PutInventory', 'PutComplianceItems', 'PutConfigurePackageResult'],
    ...['UpdateAssociationStatus', 'UpdateInstanceAssociationStatus', 'UpdateInstanceInformation'],
  ].map((name) => `ssm:${name}`),
  ...['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
    (name) => `ssmmessages:${name}`,
  ),
  ...[
    ...['AcknowledgeMessage', 'DeleteMessage', 'FailMessage', 'GetEndpoint', 'GetMessages'],
    'SendReply',
  ].map((name) => `ec2messages:${name}`),
];
const everywhere = (...actions: readonly string[]): unknown => ({
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
});
const legacy = 'arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM';
const patching = 'arn:aws:iam::aws:policy/AmazonSSMPatchAssociation';
const standard = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const placeholder = '000000000000';
const own = `arn:aws:iam::${placeholder}:policy/TeamBase`;

const ofPolicies: Readonly<Record<string, string>> = {
  [core]: document(everywhere(...ofAgent, 'ssm:GetParameter', 'ssm:GetParameters')),
  [standard]: document(everywhere(...ofAgent)),
  [legacy]: document(
    everywhere(...ofAgent, 'ssm:GetParameters', 'cloudwatch:PutMetricData'),
    everywhere('ec2:DescribeInstanceStatus', 'ds:CreateComputer', 'ds:DescribeDirectories'),
    everywhere(
      ...['CreateLogGroup', 'CreateLogStream', 'DescribeLogGroups', 'DescribeLogStreams'].map(
        (name) => `logs:${name}`,
      ),
      'logs:PutLogEvents',
    ),
    everywhere(
      ...[
        ...['GetBucketLocation', 'PutObject', 'GetObject', 'GetEncryptionConfiguration'],
        ...['AbortMultipartUpload', 'ListMultipartUploadParts', 'ListBucket'],
        'ListBucketMultipartUploads',
      ].map((name) => `s3:${name}`),
    ),
  ),
  [patching]: document(
    everywhere('ssm:DescribePatchBaselines', 'ssm:GetPatchBaseline', 'tag:GetResources'),
  ),
  [own]: document(everywhere('ssm:*', 'ssmmessages:*'), everywhere('logs:PutLogEvents')),
};

const ofBucket = document({
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: 'arn:aws:s3:::app/*',
});
/** Typical roles, used in turn. */
const kinds: readonly Pick<RoleParts, 'attached' | 'inline'>[] = [
  { attached: [core] },
  { attached: [legacy] },
  { attached: [core, patching], inline: [ofBucket] },
  { attached: [own] },
  { attached: [], inline: [document(everywhere(...ofAgent)), ofBucket] },
];

/** The roles of an account, with a placeholder for its id. */
function manyRoles(count: number): string {
  if (made?.count !== count) {
    const roles = indexes(count).map((index) =>
      roleXml({
        account: placeholder,
        name: `${profile}-${index}`,
        ...(kinds[index % kinds.length] ?? { attached: [] }),
      }),
    );
    const ours = roleXml({ account: placeholder, name: lastOf(roleValue), attached: [standard] })
      .replace('<Path>/</Path>', '<Path>/service-role/</Path>')
      .replace(`:role/${lastOf(roleValue)}`, `:role/${roleValue}`)
      .replace(/<InstanceProfileList>.*<\/InstanceProfileList>/, '<InstanceProfileList/>')
      .replace(trust, trustOf('ssm.amazonaws.com'));
    const policies = Object.entries(ofPolicies).map(([arn, text]) => policyXml(arn, text));
    made = { count, text: detailsXml([...roles, ours].join(''), policies.join('')) };
  }
  return made.text;
}
let made: { readonly count: number; readonly text: string } | null = null;
