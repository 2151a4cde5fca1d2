import type { Partition, World } from './world.ts';

/** The regions and the DNS suffix of a partition. */
export interface PartitionFacts {
  /** Regions that are enabled in every account and cannot be disabled. */
  readonly default: readonly string[];
  /** Regions that are disabled unless an account opts in. */
  readonly optIn: readonly string[];
  readonly dnsSuffix: string;
}

const facts: Readonly<Record<Partition, PartitionFacts>> = {
  aws: {
    default: [
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-southeast-1',
      'ap-southeast-2',
      'ca-central-1',
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
    optIn: [
      'af-south-1',
      'ap-east-1',
      'ap-east-2',
      'ap-south-2',
      'ap-southeast-3',
      'ap-southeast-4',
      'ap-southeast-5',
      'ap-southeast-6',
      'ap-southeast-7',
      'ca-west-1',
      'eu-central-2',
      'eu-south-1',
      'eu-south-2',
      'il-central-1',
      'me-central-1',
      'me-south-1',
      'mx-central-1',
    ],
    dnsSuffix: 'amazonaws.com',
  },
  'aws-cn': { default: ['cn-north-1', 'cn-northwest-1'], optIn: [], dnsSuffix: 'amazonaws.com.cn' },
  'aws-us-gov': {
    default: ['us-gov-east-1', 'us-gov-west-1'],
    optIn: [],
    dnsSuffix: 'amazonaws.com',
  },
  'aws-eusc': { default: ['eusc-de-east-1'], optIn: [], dnsSuffix: 'amazonaws.eu' },
};

/** The regions of a world: its own, or its partition's. */
export const regionsOf = (
  world: World,
): { readonly default: readonly string[]; readonly optIn: readonly string[] } =>
  world.regions ?? facts[world.partition ?? 'aws'];

export const partitionFacts = (partition: Partition): PartitionFacts => facts[partition];
