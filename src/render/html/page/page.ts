/** The HTML report's page: reads the embedded data and assembles the parts. */
import { inWords } from '../../../core/problems/in-words.ts';
import { escapeControls } from '../../escape.ts';
import type { PageData } from '../data.ts';
import { charts, tiles } from './charts.ts';
import { detail } from './detail.ts';
import { button, h, prose, type Child } from './dom.ts';
import { filtersOfUrl, rememberFilters } from './location.ts';
import { accountMap } from './map.ts';
import { planPanel } from './plan.ts';
import { printedMap } from './print.ts';
import { organizationTree } from './tree.ts';
import { asksForTargets, makeView, noFilters } from './view.ts';
import type { Filters, View } from './view.ts';
import { plural, time, titles } from './words.ts';
import { durationBetween } from '../../../core/model/counted.ts';

const themes = ['auto', 'light', 'dark'] as const;

const themeButton = (): HTMLButtonElement => {
  let theme = 0;
  const show = (): void => {
    const word = themes[theme] ?? 'auto';
    if (word === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = word;
    toggle.textContent = `Theme: ${word}`;
  };
  const toggle = button({ class: 'theme' }, () => {
    theme = (theme + 1) % themes.length;
    show();
  });
  show();
  return toggle;
};

const pageHeader = ({ data: { report, headline, filter, source } }: View): HTMLElement => {
  const fact = (term: string, ...value: readonly Child[]): HTMLElement =>
    h('div', {}, h('dt', {}, term), h('dd', {}, ...value));
  return h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'heading' },
      h('p', { class: 'eyebrow' }, 'Default Host Management Configuration'),
      h(
        'h1',
        {},
        `${titles[report.action] ?? report.action}${report.dryRun ? ', dry run' : ''}`,
        h('span', { class: 'organization' }, escapeControls(report.organization.id)),
      ),
    ),
    themeButton(),
    h(
      'dl',
      { class: 'facts' },
      fact('Started', time(report.startedAt)),
      fact(
        report.run === null ? 'Took' : 'From start to end',
        durationBetween(report.startedAt, report.finishedAt),
      ),
      fact('Run', report.run === null ? 'none, nothing was changed' : escapeControls(report.run)),
      fact('Caller', escapeControls(report.caller.arn)),
      ...(source === null
        ? []
        : [
            fact('Scope', escapeControls(source.scope)),
            fact('Command', escapeControls(source.command)),
            fact('Version', source.version),
          ]),
      ...(filter === null ? [] : [fact('Rows', filter)]),
      ...(report.stopped === null
        ? []
        : [fact('Stopped', ...prose(escapeControls(inWords(report.stopped))))]),
      fact('Outcome', headline),
      fact('Management account', escapeControls(report.organization.managementAccount)),
    ),
  );
};

const choice = (
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  act: (value: string) => void,
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } => {
  const select = h('select', {}, ...options.map(([value, text]) => h('option', { value }, text)));
  select.addEventListener('change', () => act(select.value));
  return { element: h('label', { class: 'field' }, h('span', {}, label), select), select };
};

const show = (data: PageData, root: HTMLElement): void => {
  const view = makeView(data);
  let filters: Filters = filtersOfUrl();
  const dialog = detail(view);
  const map = accountMap(view, dialog.open);

  const search = h('input', {
    type: 'search',
    placeholder: 'Name or id',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const status = h('p', { class: 'status', role: 'status' });
  const change = (part: Partial<Filters>): void => {
    filters = { ...filters, ...part };
    update();
  };
  const current = (): Filters => filters;

  const codes = [...new Set(data.problems.slice(1).map(([code]) => code))].sort();
  const units = [
    ...new Set(
      view.accounts.flatMap(({ path }) =>
        path === null || path === ''
          ? []
          : path.split('/').map((_, index, names) => names.slice(0, index + 1).join('/')),
      ),
    ),
  ].sort();
  const unit = choice(
    'OU',
    [['', 'All'], ...units.map((path) => [path, escapeControls(path)] as const)],
    (value) => change({ ou: value === '' ? null : value }),
  );
  const state = choice(
    'State',
    [['', 'All'], ...[...data.states].sort().map((word) => [word, word] as const)],
    (value) => change({ states: new Set(value === '' ? [] : [value]) }),
  );
  const region = choice(
    'Region',
    [['', 'All'], ...data.regions.map((code) => [code, code] as const)],
    (value) => change({ region: value === '' ? null : value }),
  );
  const reason = choice(
    'Reason',
    [['', 'All'], ...codes.map((code) => [code, code] as const)],
    (value) => change({ reason: value === '' ? null : value }),
  );
  const owners = [...new Set(data.owners.slice(1).map(([kind]) => kind))].sort();
  const owner = choice(
    'Owner',
    [['', 'All'], ...owners.map((kind) => [kind, kind] as const)],
    (value) => change({ owner: value === '' ? null : value }),
  );
  const order = choice(
    'Sort',
    [
      ['ou', 'By OU'],
      ['worst', 'Most exceptions'],
      ['name', 'Name'],
      ['id', 'Account id'],
    ],
    (value) =>
      change({ order: value === 'worst' || value === 'name' || value === 'id' ? value : 'ou' }),
  );
  const clear = button(
    { class: 'clear' },
    () => {
      search.value = '';
      change({ ...noFilters, order: filters.order });
      // The button disappears, so move the focus.
      search.focus();
    },
    'Clear filters',
  );
  let waiting: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => change({ search: search.value.trim().toLowerCase() }), 80);
  });

  const panels = [
    planPanel(view, current, change),
    charts(view, current, change),
    organizationTree(view, current, change),
  ];
  const [plan, figures, tree] = panels.map(({ element }) => element);

  const update = (): void => {
    const accounts = view.select(filters);
    rememberFilters(filters);
    map.show(accounts, filters);
    panels.forEach((panel) => panel.show(filters));
    unit.select.value = filters.ou ?? '';
    state.select.value = filters.states.size === 1 ? ([...filters.states][0] ?? '') : '';
    region.select.value = filters.region ?? '';
    reason.select.value = filters.reason ?? '';
    owner.select.value = filters.owner ?? '';
    const filtered = asksForTargets(filters) || filters.ou !== null || filters.search !== '';
    clear.hidden = !filtered;
    status.textContent = filtered
      ? `${accounts.length.toLocaleString('en-US')} of ${plural(view.accounts.length, 'account')}`
      : plural(view.accounts.length, 'account');
  };

  const paper = h('div', { class: 'paper' });
  root.replaceChildren(
    h('a', { class: 'skip', href: '#map' }, 'Skip to the map'),
    pageHeader(view),
    h(
      'main',
      {},
      plan ?? null,
      tiles(view),
      figures ?? null,
      h(
        'section',
        { class: 'explore', 'aria-label': 'Accounts' },
        tree ?? null,
        h(
          'div',
          { class: 'card accounts', id: 'map', tabindex: -1 },
          h(
            'div',
            { class: 'toolbar' },
            h('label', { class: 'field search' }, h('span', {}, 'Search'), search),
            unit.element,
            state.element,
            region.element,
            reason.element,
            ...(owners.length === 0 ? [] : [owner.element]),
            order.element,
          ),
          h(
            'div',
            { class: 'found' },
            status,
            clear,
            h(
              'p',
              { class: 'help' },
              `Ring: needs attention. ${data.report.dryRun ? 'The marks of changes are beside the lines of the plan.' : 'Dot: a change.'} Select a row to see its values and times.`,
            ),
          ),
          map.element,
        ),
      ),
    ),
    h(
      'footer',
      {},
      h(
        'p',
        {},
        `Created by dhmc, ${time(data.report.finishedAt)}. This file is self-contained and contacts no server.`,
      ),
    ),
    dialog.element,
    paper,
  );
  search.value = filters.search;
  order.select.value = filters.order;
  update();
  window.addEventListener('beforeprint', () => {
    paper.replaceChildren(printedMap(view, view.select(filters), filters));
  });
  window.addEventListener('afterprint', () => paper.replaceChildren());
};

const source = document.getElementById('report')?.textContent;
const root = document.getElementById('app');
if (source !== null && source !== undefined && root !== null)
  show(JSON.parse(source) as PageData, root);
