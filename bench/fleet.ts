/**
 * The instances of the counting server: half of those of a cell are managed by their profile, the others are not listed.
 * All fit into one page, as in most cells.
 */

const idOf = (account: string, region: string, index: number): string => {
  let hash = 0;
  for (const sign of `${account}${region}`) hash = (hash * 31 + sign.charCodeAt(0)) >>> 0;
  return `i-${hash.toString(16).padStart(8, '0')}${index.toString(16).padStart(9, '0')}`;
};

const profile = 'AppServer';
const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const isManaged = (index: number): boolean => index % 2 === 0;

const instanceXml = (account: string, region: string, index: number): string =>
  `<item><instanceId>${idOf(account, region, index)}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-10-0-0-${index}.ec2.internal</privateDnsName><dnsName/><instanceType>t3.medium</instanceType><launchTime>2026-01-01T00:00:00.000Z</launchTime><placement><availabilityZone>${region}a</availabilityZone><groupName/><tenancy>default</tenancy></placement><platformDetails>Linux/UNIX</platformDetails><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>10.0.0.${index}</privateIpAddress>${
    isManaged(index)
      ? `<iamInstanceProfile><arn>arn:aws:iam::${account}:instance-profile/${profile}</arn><id>AIPABENCHBENCHBENCH00</id></iamInstanceProfile>`
      : ''
  }<metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions><operator><managed>false</managed></operator><tagSet><item><key>Name</key><value>web-${index}</value></item><item><key>team</key><value>shop</value></item></tagSet></item>`;

const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

/** A page of DescribeInstances. */
export const instancesPage = (account: string, region: string, count: number): string =>
  `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>01234567-89ab-cdef</requestId><reservationSet><item><reservationId>r-0123456789abcdef0</reservationId><ownerId>${account}</ownerId><groupSet/><instancesSet>${indexes(
    count,
  )
    .map((index) => instanceXml(account, region, index))
    .join('')}</instancesSet></item></reservationSet></DescribeInstancesResponse>`;

/** A page of DescribeInstanceInformation. */
export const nodesPage = (account: string, region: string, count: number): unknown => ({
  InstanceInformationList: indexes(count)
    .filter(isManaged)
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
      IPAddress: `10.0.0.${index}`,
      ComputerName: `ip-10-0-0-${index}.ec2.internal`,
    })),
});

const document = (statement: unknown): string =>
  encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'ec2.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
const agentRights = document({
  Effect: 'Allow',
  Action: ['ssm:*', 'ssmmessages:*', 'ec2messages:*'],
  Resource: '*',
});

const roleXml = (account: string, name: string): string =>
  `<member><Path>/</Path><RoleName>${name}</RoleName><RoleId>AROABENCHBENCHBENCH00</RoleId><Arn>arn:aws:iam::${account}:role/${name}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>${trust}</AssumeRolePolicyDocument><InstanceProfileList><member><InstanceProfileName>${name}</InstanceProfileName><InstanceProfileId>AIPABENCHBENCHBENCH00</InstanceProfileId><Arn>arn:aws:iam::${account}:instance-profile/${name}</Arn><Path>/</Path><CreateDate>2026-01-01T00:00:00Z</CreateDate><Roles/></member></InstanceProfileList><RolePolicyList/><AttachedManagedPolicies><member><PolicyName>AmazonSSMManagedInstanceCore</PolicyName><PolicyArn>${core}</PolicyArn></member></AttachedManagedPolicies><Tags/></member>`;

/** The roles and policies of an account. */
export const authorizationDetails = (account: string): string =>
  `<IsTruncated>false</IsTruncated><UserDetailList/><GroupDetailList/><RoleDetailList>${[
    profile,
    'Batch',
    'Build',
  ]
    .map((name) => roleXml(account, name))
    .join(
      '',
    )}</RoleDetailList><Policies><member><PolicyName>AmazonSSMManagedInstanceCore</PolicyName><PolicyId>ANPABENCHBENCHBENCH00</PolicyId><Arn>${core}</Arn><Path>/</Path><DefaultVersionId>v2</DefaultVersionId><AttachmentCount>3</AttachmentCount><PolicyVersionList><member><Document>${agentRights}</Document><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion><CreateDate>2026-01-01T00:00:00Z</CreateDate></member></PolicyVersionList><CreateDate>2026-01-01T00:00:00Z</CreateDate><UpdateDate>2026-01-01T00:00:00Z</UpdateDate></member></Policies>`;
