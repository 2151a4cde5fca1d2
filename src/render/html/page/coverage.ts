/**
 * The coverage page: shares by unit and account, reasons, filters, and a list of instances that expand to their
 * evidence.
 */
import { nameAndId, namesOf } from '../../../core/model/account-names.ts';
import { escapeControls } from '../../escape.ts';
import { plural } from '../../../core/model/counted.ts';
import { inWords } from '../../../core/problems/in-words.ts';
import { openCoverage, type Instance, type Unit } from './coverage-data.ts';
import { button, h, prose } from './dom.ts';

const managers = ['dhmc', 'profile', 'activation', 'none', 'unknown'] as const;
type Manager = (typeof managers)[number];

const report = openCoverage();
const { head } = report;
const names = namesOf(report.units.flatMap(({ accounts }) => accounts));

const number = (count: number): string => count.toLocaleString('en-US');

function share(counts: Readonly<Record<Manager, number>>, running: number): HTMLElement {
  const words = managers
    .filter((who) => counts[who] > 0)
    .map((who) => `${number(counts[who])} ${head.words[who] ?? who}`)
    .join(', ');
  const bar = h('div', { class: 'share', role: 'img', 'aria-label': words || 'no instances' });
  for (const who of managers) {
    if (counts[who] === 0 || running === 0) continue;
    const part = h('i', { class: who, title: `${number(counts[who])} ${head.words[who] ?? who}` });
    part.style.width = `${String((counts[who] / running) * 100)}%`;
    bar.append(part);
  }
  return bar;
}

const legend = h(
  'ul',
  { class: 'legend' },
  ...managers.map((who) => {
    const box = h('i', { class: who });
    box.style.width = '100%';
    return h(
      'li',
      {},
      h('span', { class: 'share' }, box),
      `${head.words[who] ?? who}: ${number(head.summary.managedBy[who])}`,
    );
  }),
);

const totals = (unit: Unit): { counts: Record<Manager, number>; running: number } => {
  const counts = { dhmc: 0, profile: 0, activation: 0, none: 0, unknown: 0 };
  let running = 0;
  for (const account of unit.accounts) {
    running += account.running;
    for (const who of managers) counts[who] += account.managedBy[who];
  }
  return { counts, running };
};

const accountRows = (unit: Unit): HTMLElement =>
  h(
    'table',
    {},
    ...unit.accounts.map((account) =>
      h(
        'tr',
        {},
        h('td', {}, `${account.name} ${account.id}`),
        h('td', {}, account.skipped ?? share(account.managedBy, account.running)),
        h(
          'td',
          { class: 'figure' },
          `${number(account.running)}${account.unread > 0 ? `, ${plural(account.unread, 'cell')} not read` : ''}`,
        ),
      ),
    ),
  );

function unitSection(unit: Unit): HTMLElement {
  const { counts, running } = totals(unit);
  const section = h(
    'details',
    {},
    h('summary', {}, `${unit.path || 'root'}: ${number(running)} running`, share(counts, running)),
  );
  section.addEventListener(
    'toggle',
    () => {
      if (section.open && section.childElementCount === 1) section.append(accountRows(unit));
    },
    { once: true },
  );
  return section;
}

const reasonList = h(
  'div',
  {},
  ...report.reasons.map(({ reason, count, accounts, hint, varies, examples }) =>
    h(
      'details',
      {},
      h('summary', {}, `${reason}: ${plural(count, 'instance')} in ${plural(accounts, 'account')}`),
      h('p', { class: 'hint' }, varies ? 'For the first: ' : '', ...prose(hint)),
      h(
        'ul',
        {},
        ...examples.map(({ id, name, account, region }) =>
          h(
            'li',
            {},
            `${id}${name === null ? '' : ` ${name}`} in ${nameAndId(account, names)}, ${region}`,
          ),
        ),
      ),
    ),
  ),
);

const problemList =
  report.problems.length === 0
    ? null
    : h(
        'section',
        {},
        h('h2', {}, 'Not read, or skipped'),
        h(
          'ul',
          {},
          ...report.problems.map(({ account, region, problem }) =>
            h(
              'li',
              {},
              `${nameAndId(account, names)}, ${region ?? 'all regions'}: ${problem.code}. `,
              ...prose(inWords(problem)),
            ),
          ),
        ),
      );

/** By account: its unit and all units above it. */
const units = new Map<string, readonly string[]>();
for (const { path, accounts } of report.units) {
  const names = path === '' ? ['root'] : path.split('/');
  const within = names.map((_, index) => names.slice(0, index + 1).join('/'));
  for (const { id } of accounts) units.set(id, within);
}

/** The values by which each filter finds an instance. */
const filters = {
  unit: (one: Instance): readonly string[] => units.get(one.account) ?? [],
  region: (one: Instance) => [one.region],
  reason: (one: Instance) => [one.reason ?? 'none'],
  'managed by': (one: Instance) => [one.managedBy],
  profile: (one: Instance) => [one.profile ?? 'none'],
  'agent version': (one: Instance) => [one.agentVersion ?? 'not listed'],
} as const;
type FilterName = keyof typeof filters;
const filterNames = Object.keys(filters) as readonly FilterName[];
const chosen = new Map<FilterName, string>();
let search = '';

/** Filters are part of the page's address, so that a link shows what its sender saw. */
const asked = new URLSearchParams(location.hash.replace(/^#/, ''));
search = asked.get('search') ?? '';
for (const name of filterNames) {
  const value = asked.get(name);
  if (value !== null) chosen.set(name, value);
}

function rememberFilters(): void {
  const named = new URLSearchParams([...chosen]);
  if (search !== '') named.set('search', search);
  const text = named.toString();
  history.replaceState(null, '', text === '' ? location.href.replace(/#.*/s, '') : `#${text}`);
}

/** The text of the filters for print, where the controls do not show them. */
const filterLine = h('p', { class: 'on-paper' });
const describeFilters = (): string =>
  [...chosen, ...(search === '' ? [] : [['search', search] as const])]
    .map(([name, value]) => `${name}: ${value}`)
    .join('; ');

const columns = ['Instance', 'Account', 'Region', 'Managed by', 'Reason'] as const;

const pageSize = 200;
let shown = pageSize;
const list = h('div', { class: 'scroll' });
const count = h('p', { role: 'status' });

const matches = (one: Instance): boolean => {
  for (const [name, value] of chosen) if (!filters[name](one).includes(value)) return false;
  const words = search.toLowerCase();
  if (words === '') return true;
  return [one.id, one.name, one.account, one.profile, one.profileRole].some(
    (text) => text?.toLowerCase().includes(words) === true,
  );
};

const evidence = (one: Instance): HTMLElement =>
  h(
    'details',
    {},
    h('summary', {}, `${one.id}${one.name === null ? '' : ` ${one.name}`}`),
    h('ul', {}, ...one.evidence.map((text) => h('li', {}, text))),
    one.hint === null ? null : h('p', { class: 'hint' }, ...prose(one.hint)),
    h(
      'p',
      {},
      `${one.platform}, ${one.state}, launched ${one.launchedAt ?? 'at an unknown time'}; agent ${one.agentVersion ?? 'not listed'}${one.ping === null ? '' : `, ${one.ping}, last heartbeat ${one.lastPingAt ?? 'unknown'}, role ${one.agentRole ?? 'none'}`}; profile role ${one.profileRole ?? 'none'}`,
    ),
  );

function redraw(): void {
  rememberFilters();
  const filtered = describeFilters();
  filterLine.textContent = filtered === '' ? '' : `Filter: ${escapeControls(filtered)}`;
  clear.hidden = filtered === '';
  const found: Instance[] = [];
  let total = 0;
  for (const one of report.instances()) {
    if (!matches(one)) continue;
    total += 1;
    if (found.length < shown) found.push(one);
  }
  count.textContent = `${number(total)} of ${number(report.count)} instances`;
  list.replaceChildren(
    h(
      'table',
      { class: 'instances' },
      h('tr', {}, ...columns.map((word) => h('th', {}, word))),
      ...found.map((one) =>
        h(
          'tr',
          {},
          ...[
            evidence(one),
            nameAndId(one.account, names),
            one.region,
            `${head.words[one.managedBy] ?? one.managedBy} (${one.confidence})`,
            one.reason ?? '',
          ].map((content, index) => h('td', { 'data-column': columns[index] ?? '' }, content)),
        ),
      ),
    ),
    total > found.length
      ? button(
          {},
          () => {
            shown += pageSize * 5;
            redraw();
          },
          `Show more (${number(total - found.length)} left)`,
        )
      : '',
  );
}

/** The controls of all filters; their values are collected in one pass. */
function choices(): readonly HTMLElement[] {
  const values = filterNames.map(() => new Set<string>());
  for (const one of report.instances())
    for (const [index, name] of filterNames.entries())
      for (const value of filters[name](one)) values[index]?.add(value);
  return filterNames.map((name, index) => choiceOf(name, [...(values[index] ?? [])].sort()));
}

function choiceOf(name: FilterName, values: readonly string[]): HTMLElement {
  const select = h(
    'select',
    {},
    h('option', { value: '' }, 'all'),
    ...values.map((value) => h('option', { value }, value)),
  );
  select.value = chosen.get(name) ?? '';
  // An old link may have a value that this report does not contain: it would hide everything without a message.
  if (select.selectedIndex < 0) {
    chosen.delete(name);
    select.selectedIndex = 0;
  }
  select.addEventListener('change', () => {
    if (select.selectedIndex === 0) chosen.delete(name);
    else chosen.set(name, select.value);
    shown = pageSize;
    redraw();
  });
  return h('label', {}, name, select);
}

const box = h('input', { type: 'search', placeholder: 'id, name, account, profile' });
const clear = button(
  {},
  () => {
    chosen.clear();
    search = '';
    box.value = '';
    for (const select of document.querySelectorAll<HTMLSelectElement>('.filters select'))
      select.selectedIndex = 0;
    shown = pageSize;
    redraw();
    // The button disappears, so move the focus.
    box.focus();
  },
  'Clear filters',
);

/** Shows all instances for printing, since paper has no "Show more" button. */
function printAll(): void {
  const before = shown;
  shown = Infinity;
  redraw();
  addEventListener(
    'afterprint',
    () => {
      shown = before;
      redraw();
    },
    { once: true },
  );
}

function instanceSection(): HTMLElement {
  if (head.choice === 'none')
    return h('p', {}, 'Created with --instances none: no instances are listed.');
  if (!head.whole) {
    const where = head.csvBeside ?? 'the CSV report (--output csv)';
    return h(
      'p',
      {},
      `${number(head.total)} instances are too many for a page: they are in ${where}.`,
    );
  }
  box.value = search;
  box.addEventListener('input', () => {
    search = box.value.trim();
    shown = pageSize;
    redraw();
  });
  addEventListener('beforeprint', printAll);
  const selects = choices();
  redraw();
  return h(
    'section',
    {},
    h('h2', {}, head.choice === 'all' ? 'Instances' : 'Instances that are not managed'),
    h('div', { class: 'filters' }, h('label', {}, 'search', box), ...selects, clear),
    filterLine,
    count,
    list,
  );
}

const { changes } = report;
document
  .querySelector('#app')
  ?.append(
    h('h1', {}, `dhmc coverage: ${head.headline}`),
    h('p', {}, `${head.organization}, ${head.startedAt}`),
    legend,
    ...(changes === null
      ? []
      : [
          h(
            'p',
            {},
            `Since the earlier report: ${number(changes.managed.length)} became managed, ${number(changes.lost.length)} lost, ${number(changes.otherwise.length)} otherwise, ${number(changes.new.length)} new, ${number(changes.gone.length)} gone.`,
          ),
        ]),
    h('h2', {}, 'Units and accounts'),
    ...report.units.map(unitSection),
    h('h2', {}, 'Reasons'),
    reasonList,
    ...(problemList === null ? [] : [problemList]),
    instanceSection(),
  );
