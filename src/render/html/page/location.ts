/** The filters in the page's address, so that a link shows what its sender saw. */
import { noFilters, type Filters } from './view.ts';

const orders = ['ou', 'name', 'id', 'worst'] as const;

/** The filters in the address; anything else is not filtered. */
export function filtersOfUrl(): Filters {
  const asked = new URLSearchParams(location.hash.replace(/^#/, ''));
  const words = (name: string): ReadonlySet<string> => new Set(asked.getAll(name));
  const order = orders.find((each) => each === asked.get('sort'));
  return {
    ou: asked.get('ou'),
    states: words('state'),
    verdicts: words('verdict'),
    deeds: words('deed'),
    region: asked.get('region'),
    reason: asked.get('reason'),
    owner: asked.get('owner'),
    search: asked.get('search') ?? '',
    order: order ?? noFilters.order,
  };
}

/** Writes the filters into the address, without adding to the browser's history. */
export function rememberFilters(filters: Filters): void {
  const named = new URLSearchParams();
  if (filters.ou !== null) named.set('ou', filters.ou);
  for (const state of filters.states) named.append('state', state);
  for (const verdict of filters.verdicts) named.append('verdict', verdict);
  for (const deed of filters.deeds) named.append('deed', deed);
  if (filters.region !== null) named.set('region', filters.region);
  if (filters.reason !== null) named.set('reason', filters.reason);
  if (filters.owner !== null) named.set('owner', filters.owner);
  if (filters.search !== '') named.set('search', filters.search);
  if (filters.order !== noFilters.order) named.set('sort', filters.order);
  const text = named.toString();
  history.replaceState(null, '', text === '' ? location.href.replace(/#.*/s, '') : `#${text}`);
}
