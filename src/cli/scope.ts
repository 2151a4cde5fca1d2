/** The scope that the options ask for. */
import { UsageError } from '../core/errors.ts';
import type { Partition } from '../core/model.ts';
import { partitionOfRegion, partitionRegions } from '../core/regions.ts';
import type { Scope, SelectorSource } from '../core/scope.ts';
import type { Resolved } from './resolve.ts';

/** Without a selector: `refuse` is a usage error that names the choices, `organization` looks at all of it. */
export type WithoutSelector = 'refuse' | 'organization';

export function scopeOf({ values, sources, setAside, file }: Resolved, withoutSelector: WithoutSelector): Scope {
  const ous = values.ou ?? [];
  const accounts = values.account ?? [];
  if (values.org && (ous.length > 0 || accounts.length > 0)) {
    const beside = ous.length > 0 ? '--ou' : '--account';
    throw new UsageError(
      `--org and ${beside} cannot stand together.`,
      `--org is the whole organization already: leave out one of the two.`,
    );
  }
  const selected = values.org || ous.length > 0 || accounts.length > 0;
  if (!selected && withoutSelector === 'refuse') {
    throw new UsageError(
      'Which accounts? Nothing says.',
      `Choose with --org (the whole organization), --ou ID|PATH or --account ID|NAME; --dry-run shows what would happen.${
        setAside.length === 0 ? '' : ` This command takes them from the command line alone, not from ${setAside.join(', ')}.`
      }`,
    );
  }
  const source = sourceOfSelectors({ values, sources }, selected);
  const regions = values.region ?? null;
  const excludeRegions = values['exclude-region'] ?? [];
  if (regions !== null && regions.every((region) => excludeRegions.includes(region))) {
    throw new UsageError('No region is left: --exclude-region takes away all that --region names.', 'Leave out one of the two.');
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
    regions: { regions: regions === null ? null : [...new Set(regions)], excludeRegions: [...new Set(excludeRegions)] },
    source,
    ...(source === 'file' && file !== null ? { sourceFile: file } : {}),
  };
}

function sourceOfSelectors({ values, sources }: Pick<Resolved, 'values' | 'sources'>, selected: boolean): SelectorSource {
  if (!selected) return 'default';
  return (values.org ? sources.get('org') : undefined) ?? sources.get('ou') ?? sources.get('account') ?? 'default';
}

/** Regions of another partition than the caller's are no regions of this organization. Throws `UsageError`. */
export function requireRegionsOfPartition(scope: Scope, partition: Partition): void {
  for (const region of scope.regions.regions ?? []) {
    if (partitionOfRegion(region) === partition) continue;
    throw new UsageError(
      `--region: "${region}" is not in ${partition}, the partition of your credentials.`,
      `Choose regions such as ${partitionRegions(partition).main}.`,
    );
  }
}

/** The scope in words, for the plan's first lines. Names are strangers' text: as they came. */
export function describeScope(scope: Scope): string {
  const { accounts, regions } = scope;
  const parts = [
    accounts.org
      ? 'the whole organization'
      : [...accounts.ous.map((ou) => `OU ${ou}`), ...accounts.accounts.map((id) => `account ${id}`)].join(', '),
  ];
  if (accounts.tags.length > 0) parts.push(`tagged ${accounts.tags.map((tag) => `${tag.key}=${tag.value}`).join(' and ')}`);
  const without = [...accounts.excludeOus.map((ou) => `OU ${ou}`), ...accounts.excludeAccounts.map((id) => `account ${id}`)];
  if (without.length > 0) parts.push(`without ${without.join(', ')}`);
  parts.push(regions.regions === null ? 'every enabled region' : `regions ${regions.regions.join(', ')}`);
  if (regions.excludeRegions.length > 0) parts.push(`without ${regions.excludeRegions.join(', ')}`);
  return parts.join('; ');
}
