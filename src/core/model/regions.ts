/**
 * AWS's partitions and regions as of November 2026, from the SDK's partition data. A region that is missing here may be
 * valid, since AWS adds some every year. The table serves suggestions, defaults, and finding the partition.
 */
import type { Partition } from './model.ts';

export interface PartitionRegions {
  readonly partition: Partition;
  /** The default region for STS, Organizations and IAM: enabled in every account; cannot be disabled. */
  readonly main: string;
  /** Enabled in every account; cannot be disabled. */
  readonly defaults: readonly string[];
  /** Enabled only in accounts that opted in. */
  readonly optIn: readonly string[];
  /** The prefix of the partition's region codes, including future ones; null for all other codes. */
  readonly prefix: string | null;
}

const aws: PartitionRegions = {
  partition: 'aws',
  main: 'us-east-1',
  defaults: [
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
  prefix: null,
};

const china: PartitionRegions = {
  partition: 'aws-cn',
  main: 'cn-north-1',
  defaults: ['cn-north-1', 'cn-northwest-1'],
  optIn: [],
  prefix: 'cn-',
};

const govCloud: PartitionRegions = {
  partition: 'aws-us-gov',
  main: 'us-gov-west-1',
  defaults: ['us-gov-east-1', 'us-gov-west-1'],
  optIn: [],
  prefix: 'us-gov-',
};

const europeanSovereign: PartitionRegions = {
  partition: 'aws-eusc',
  main: 'eusc-de-east-1',
  defaults: ['eusc-de-east-1'],
  optIn: [],
  prefix: 'eusc-',
};

const table: Readonly<Record<Partition, PartitionRegions>> = {
  aws,
  'aws-cn': china,
  'aws-us-gov': govCloud,
  'aws-eusc': europeanSovereign,
};

export const partitions: readonly Partition[] = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc'];

export const isPartition = (text: string): text is Partition =>
  partitions.some((partition) => partition === text);

/** The main region, the defaults and the opt-in regions of a partition. */
export const partitionRegions = (partition: Partition): PartitionRegions => table[partition];

/** The partition of a region, even of a region that is not in the table. */
export const partitionOfRegion = (region: string): Partition =>
  partitions.find((partition) => {
    const { prefix } = table[partition];
    return prefix !== null && region.startsWith(prefix);
  }) ?? 'aws';

/** All regions in the table of a partition, or of all partitions, sorted. */
export const knownRegions = (partition?: Partition): readonly string[] =>
  (partition === undefined ? partitions : [partition])
    .flatMap((name) => [...table[name].defaults, ...table[name].optIn])
    .sort();

export const isKnownRegion = (region: string): boolean => knownRegions().includes(region);

/** Whether the region is enabled in every account and cannot be disabled. */
export const isDefaultRegion = (region: string): boolean =>
  table[partitionOfRegion(region)].defaults.includes(region);

/** A name without its region's code: `AWS-QuickSetup-…-eu-west-1` and `…-us-east-1` become the same. */
export const withoutRegions = (name: string): string =>
  name.replaceAll(/\b(?:eusc-)?[a-z]{2}(?:-[a-z]+){1,2}-\d\b/g, '<region>');

/** Whether a text has the form of a region's code: a region that is not in the table may be new. */
export const looksLikeRegion = (text: string): boolean =>
  /^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/.test(text);
