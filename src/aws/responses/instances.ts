/** Validates the responses of EC2 and Systems Manager about instances. */
import type { Ec2Instance, ManagedNode } from '../../core/coverage/facts.ts';
import { lastSegment } from '../../core/iam/role-names.ts';
import { InvalidResponse } from './problems.ts';
import {
  millisecondsOf,
  optionalList,
  optionalText,
  requireList,
  requireObject,
  requireString,
  requireWord,
  shared,
} from './validate.ts';

const instanceId = /^i-[0-9a-z]{8,32}$/;
const nodeId = /^(?:i|mi)-[0-9a-z]{8,32}$/;

const nameOf = (tags: unknown): string | null => {
  for (const item of optionalList(tags, 'Tags')) {
    const tag = requireObject(item, 'A tag');
    if (tag['Key'] === 'Name') return optionalText(tag['Value'], 'Value') ?? '';
  }
  return null;
};

/** The state of the metadata endpoint, or `pending` while a change of its options is in progress; null if unknown. */
function metadataOf(value: unknown): Ec2Instance['metadata'] {
  if (value === undefined) return null;
  const options = requireObject(value, 'MetadataOptions');
  const endpoint = optionalText(options['HttpEndpoint'], 'HttpEndpoint');
  if (optionalText(options['State'], 'State') === 'pending') return 'pending';
  return endpoint === 'enabled' || endpoint === 'disabled' ? endpoint : null;
}

const isOperated = (value: unknown): boolean =>
  value !== undefined && requireObject(value, 'Operator')['Managed'] === true;

const sharedText = (value: unknown, what: string): string | null => {
  const text = optionalText(value, what);
  return text === null ? null : shared(text);
};

const platformOf = (platform: string | null, details: string | null): string =>
  shared(
    details ?? (platform?.toLowerCase() === 'windows' ? 'Windows' : (platform ?? 'Linux/UNIX')),
  );

function instanceOf(value: unknown): Ec2Instance {
  const instance = requireObject(value, 'An instance');
  const id = requireString(instance['InstanceId'], 'InstanceId');
  if (!instanceId.test(id))
    throw new InvalidResponse(`InstanceId is ${JSON.stringify(id)}, which is not an instance id.`);
  const profile =
    instance['IamInstanceProfile'] === undefined
      ? null
      : requireObject(instance['IamInstanceProfile'], 'IamInstanceProfile');
  return {
    id,
    name: nameOf(instance['Tags']),
    state: requireWord(requireObject(instance['State'], 'State')['Name'], "State's Name"),
    platform: platformOf(
      optionalText(instance['Platform'], 'Platform'),
      optionalText(instance['PlatformDetails'], 'PlatformDetails'),
    ),
    launchedAt: millisecondsOf(instance['LaunchTime'], 'LaunchTime'),
    profile:
      profile === null
        ? null
        : shared(lastSegment(requireString(profile['Arn'], "IamInstanceProfile's Arn"))),
    profileId: profile === null ? null : optionalText(profile['Id'], "IamInstanceProfile's Id"),
    metadata: metadataOf(instance['MetadataOptions']),
    operated: isOperated(instance['Operator']),
    vpc: sharedText(instance['VpcId'], 'VpcId'),
    image: sharedText(instance['ImageId'], 'ImageId'),
    privateIp: optionalText(instance['PrivateIpAddress'], 'PrivateIpAddress'),
  };
}

const isGone = ({ state }: Ec2Instance): boolean =>
  state === 'terminated' || state === 'shutting-down';

/** One page of DescribeInstances, without terminated instances. */
export const instancesOf = (answer: unknown): readonly Ec2Instance[] =>
  optionalList(requireObject(answer, 'The answer')['Reservations'], 'Reservations')
    .flatMap((item) => requireList(requireObject(item, 'A reservation')['Instances'], 'Instances'))
    .map(instanceOf)
    .filter((instance) => !isGone(instance));

/** One page of DescribeInstanceInformation or DescribeInstanceProperties, which have the same members. */
export const nodesOf = (
  answer: unknown,
  member: 'InstanceInformationList' | 'InstanceProperties' = 'InstanceInformationList',
): readonly ManagedNode[] =>
  requireList(requireObject(answer, 'The answer')[member], member).map((item) => {
    const node = requireObject(item, 'A node');
    const id = requireString(node['InstanceId'], 'InstanceId');
    if (!nodeId.test(id))
      throw new InvalidResponse(`InstanceId is ${JSON.stringify(id)}, which is not a node id.`);
    const version = optionalText(node['AgentVersion'], 'AgentVersion');
    const role = optionalText(node['IamRole'], 'IamRole');
    return {
      id,
      ping: requireWord(node['PingStatus'], 'PingStatus'),
      lastPingAt: millisecondsOf(node['LastPingDateTime'], 'LastPingDateTime'),
      version: version === null ? null : shared(version),
      role: role === null || role === '' ? null : shared(role),
      sourceId: optionalText(node['SourceId'], 'SourceId'),
      address: optionalText(node['IPAddress'], 'IPAddress'),
    };
  });

/** One page of DescribeIamInstanceProfileAssociations: instance ids with the times of their profiles' association. */
export const associationsOf = (answer: unknown): readonly (readonly [string, number])[] =>
  optionalList(
    requireObject(answer, 'The answer')['IamInstanceProfileAssociations'],
    'IamInstanceProfileAssociations',
  ).flatMap((item) => {
    const association = requireObject(item, 'An association');
    const id = requireString(association['InstanceId'], 'InstanceId');
    const time = millisecondsOf(association['Timestamp'], 'Timestamp');
    return time === null ? [] : [[id, time] as const];
  });
