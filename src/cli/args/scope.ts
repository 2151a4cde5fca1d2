/** The scope that the options select. */
import { UsageError } from '../../core/model/errors.ts';
import type { Partition } from '../../core/model/model.ts';
import { partitionOfRegion, partitionRegions } from '../../core/model/regions.ts';
import type { Scope, SelectorSource } from '../../core/model/scope.ts';
import type { OptionName } from './options.ts';
import type { Resolved } from './resolve.ts';

/**
 * What to do without a selector: `refuse` throws a usage error that names the choices; `organization` selects all of
 * it.
 */
export type WithoutSelector = 'refuse' | 'organization';

export function scopeOf(
  { values, sources, selectors, overridden, file }: Resolved,
  withoutSelector: WithoutSelector,
): Scope {
  const ous = values.ou ?? [];
  const accounts = values.account ?? [];
  if (values.org && (ous.length > 0 || accounts.length > 0)) {
    const beside = ous.length > 0 ? '--ou' : '--account';
    throw new UsageError(
      `--org cannot be combined with ${beside}.`,
      `--org already selects the whole organization. Leave out one of the two.`,
    );
  }
  const selected = values.org || ous.length > 0 || accounts.length > 0;
  if (!selected && withoutSelector === 'refuse') {
    throw new UsageError(
      'No accounts selected.',
      `Choose with ${selectors.includes('account') ? '--org (the whole organization), --ou ID|PATH or --account ID|NAME' : '--org (the whole organization) or --ou ID|PATH'}; --dry-run shows what would change.${
        overridden.length === 0
          ? ''
          : ` This command accepts them only on the command line, not from ${overridden.join(', ')}.`
      }`,
    );
  }
  const source = sourceOfSelectors({ values, sources }, selected);
  const regions = values.region ?? null;
  const excludeRegions = values['exclude-region'] ?? [];
  if (regions !== null && regions.every((region) => excludeRegions.includes(region))) {
    throw new UsageError(
      'No regions left: --exclude-region removes every region of --region.',
      'Leave out one of the two.',
    );
  }
  return {
    accounts: {
      org: values.org || !selected,
      ous,
      accounts,
      tags: values.tag ?? [],
      excludeOus: values['exclude-ou'] ?? [],
      excludeAccounts: values['exclude-account'] ?? [],
    },
    regions: {
      regions: regions === null ? null : [...new Set(regions)],
      excludeRegions: [...new Set(excludeRegions)],
    },
    source,
    ...(source === 'file' && file !== null ? { sourceFile: file } : {}),
  };
}

function sourceOfSelectors(
  { values, sources }: Pick<Resolved, 'values' | 'sources'>,
  selected: boolean,
): SelectorSource {
  if (!selected) return 'default';
  return (
    (values.org ? sources.get('org') : undefined) ??
    sources.get('ou') ??
    sources.get('account') ??
    'default'
  );
}

/** Throws `UsageError` if a region belongs to another partition than the caller's. */
export function requireRegionsOfPartition(scope: Scope, partition: Partition): void {
  for (const region of scope.regions.regions ?? []) {
    if (partitionOfRegion(region) === partition) continue;
    throw new UsageError(
      `--region: "${region}" is not in ${partition}, the partition of your credentials.`,
      `Choose regions such as ${partitionRegions(partition).main}.`,
    );
  }
}

/** Throws `UsageError` if the boundary is a policy of another partition. */
export function requireBoundaryOfPartition(boundary: string | null, partition: Partition): void {
  if (boundary?.startsWith('arn:') !== true || boundary.startsWith(`arn:${partition}:`)) return;
  throw new UsageError(
    `--permissions-boundary: "${boundary}" is not in ${partition}, the partition of your credentials.`,
    `Give the ARN of a policy such as arn:${partition}:iam::aws:policy/NAME, or the name of one in each account.`,
  );
}

interface Part {
  readonly text: string;
  /** Where it was set; null if it is the default. */
  readonly from: string | null;
}

/** The words for the scope if no account or region is named. */
export interface ScopeDefaults {
  readonly accounts?: string;
  readonly regions?: string;
}

/** A rollback is limited to its run. */
export const defaultsOfRollback: ScopeDefaults = {
  accounts: 'all accounts of the run',
  regions: 'all regions of the run',
};

/** The scope as text for the plan's first lines, with its sources. Names in it are untrusted and not escaped here. */
export function describeScope(
  scope: Scope,
  { origins: places }: Pick<Resolved, 'origins'>,
  {
    accounts: accountsByDefault = 'the whole organization',
    regions: regionsByDefault = 'every region that the account has enabled',
  }: ScopeDefaults = {},
): string {
  const { accounts, regions } = scope;
  const origin = sourceInWords(scope);
  const from = (...options: readonly OptionName[]): string => {
    const words = new Set(options.flatMap((option) => places.get(option) ?? []).map(placeInWords));
    return words.size === 0 ? origin : [...words].join(' and ');
  };
  const parts: Part[] = [
    accounts.org
      ? {
          text: scope.source === 'default' ? accountsByDefault : 'the whole organization',
          from: scope.source === 'default' ? null : from('org'),
        }
      : {
          text: [
            ...accounts.ous.map((ou) => `OU ${ou}`),
            ...accounts.accounts.map((id) => `account ${id}`),
          ].join(', '),
          from: from('ou', 'account'),
        },
  ];
  const tags = accounts.tags.map((tag) => `${tag.key}=${tag.value}`).join(' and ');
  if (tags !== '') parts.push({ text: `tagged ${tags}`, from: from('tag') });
  const without = [
    ...accounts.excludeOus.map((ou) => `OU ${ou}`),
    ...accounts.excludeAccounts.map((id) => `account ${id}`),
  ];
  if (without.length > 0)
    parts.push({
      text: `without ${without.join(', ')}`,
      from: from('exclude-ou', 'exclude-account'),
    });
  parts.push(
    regions.regions === null
      ? { text: regionsByDefault, from: null }
      : { text: `regions ${regions.regions.join(', ')}`, from: from('region') },
  );
  if (regions.excludeRegions.length > 0)
    parts.push({
      text: `without ${regions.excludeRegions.join(', ')}`,
      from: from('exclude-region'),
    });
  const origins = new Set(parts.flatMap((part) => part.from ?? []));
  if (origins.size === 0) return `${inWords(parts)} (the default)`;
  if (origins.size === 1 && parts.every(({ from: origin }) => origin !== null))
    return `${inWords(parts)} (from ${[...origins].join()})`;
  return parts
    .map(
      ({ text, from: origin }, at) =>
        `${text}${origin === null ? (at === 0 ? ' (the default)' : '') : ` (from ${origin})`}`,
    )
    .join('; ');
}

const inWords = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('; ');

const placeInWords = (place: string): string =>
  place.startsWith('--')
    ? 'the command line'
    : place.startsWith('DHMC_')
      ? 'DHMC_ variables'
      : place.replace(/:\d+$/, '');

function sourceInWords(scope: Scope): string {
  switch (scope.source) {
    case 'command line':
      return 'the command line';
    case 'environment':
      return 'DHMC_ variables';
    case 'file':
      return scope.sourceFile ?? 'the configuration file';
    case 'default':
      return 'the default';
  }
}
