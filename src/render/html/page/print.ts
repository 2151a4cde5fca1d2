/**
 * The map for printing: a table with its head on every page, and for each account a line of marks and a line of
 * reasons.
 */
import { escapeControls } from '../../escape.ts';
import { h } from './dom.ts';
import { asksForTargets } from './view.ts';
import type { AccountView, Filters, View } from './view.ts';
import { number, plural, unitName, verdictText } from './words.ts';

const signs: Readonly<Record<string, string>> = {
  enabled: '●',
  whole: '●',
  attached: '●',
  disabled: '○',
  absent: '○',
  foreign: '◆',
  'quick-setup': '◇',
  broken: '×',
  pending: '~',
  unknown: '?',
};

/** The signs for the deeds of a plan, as on the terminal. */
const deedSigns: Readonly<Record<string, string>> = {
  create: '+',
  attach: '⊕',
  repair: '≈',
  set: '▲',
  replace: '◪',
  reset: '▽',
  detach: '⊖',
  delete: '✖',
};

/** The signs for role, grant and regions as one string, which keeps a printed page small. */
const signsOf = (view: View, account: AccountView): string => {
  const { regions, states } = view.data;
  const columns: string[] = Array.from({ length: regions.length + 2 }, () => ' ');
  for (let row = account.first; row < account.first + account.count; row += 1) {
    const sign =
      deedSigns[view.deed(row) ?? ''] ?? signs[states[view.at(row, 'state')] ?? ''] ?? '?';
    const [kind, region] = [view.at(row, 'kind'), view.at(row, 'region')];
    if (kind < 2) columns[kind] = sign;
    else if (region > 0) columns[region + 1] = sign;
    else columns.fill(sign, 2);
  }
  return columns.join(' ');
};

/** The account's verdicts and codes, each with its number of rows. */
const reasonsOf = (view: View, account: AccountView): string => {
  const counts = new Map<string, number>();
  for (let row = account.first; row < account.first + account.count; row += 1) {
    const verdict = verdictText(view.data.verdicts[view.at(row, 'verdict')] ?? '', {
      deed: null,
      isBegun: view.isBegun(row),
    });
    if (verdict === 'in-sync') continue;
    const code = view.data.problems[view.at(row, 'problem') || account.problem]?.[0] ?? '';
    const key = verdict === 'changed' || code === '' ? verdict : `${verdict}, ${code}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => `${number(count)} ${reason}`);
  return [...(account.skipped === null ? [] : [escapeControls(account.skipped)]), ...reasons].join(
    '; ',
  );
};

export const describeFilters = (filters: Filters): string =>
  [
    ...(filters.ou === null ? [] : [`OU ${escapeControls(filters.ou)}`]),
    ...(filters.states.size === 0 ? [] : [`state ${[...filters.states].join(' or ')}`]),
    ...(filters.verdicts.size === 0 ? [] : [`verdict ${[...filters.verdicts].join(' or ')}`]),
    ...(filters.deeds.size === 0 ? [] : [`plan ${[...filters.deeds].join(' or ')}`]),
    ...(filters.region === null ? [] : [`region ${filters.region}`]),
    ...(filters.reason === null ? [] : [`reason ${filters.reason}`]),
    ...(filters.owner === null ? [] : [`owner ${filters.owner}`]),
    ...(filters.search === '' ? [] : [`name or id has “${escapeControls(filters.search)}”`]),
  ].join('; ');

/** All accounts that pass the filters. */
export const printedMap = (
  view: View,
  accounts: readonly AccountView[],
  filters: Filters,
): HTMLElement => {
  const heads = ['role', 'grant', ...view.data.regions];
  const filter = describeFilters(filters);
  const body = h('tbody', {});
  let path: string | null | undefined;
  for (const account of accounts) {
    if (filters.order === 'ou' && account.path !== path) {
      path = account.path;
      body.append(
        h(
          'tr',
          { class: 'printed-unit' },
          h('th', { colspan: 2, scope: 'rowgroup' }, unitName(path)),
        ),
      );
    }
    const reasons = reasonsOf(view, account);
    body.append(
      h(
        'tr',
        {},
        h(
          'td',
          {},
          `${escapeControls(account.name)} ${account.id}`,
          reasons === '' ? null : h('div', { class: 'printed-reasons' }, reasons),
        ),
        h('td', { class: 'printed-signs' }, signsOf(view, account)),
      ),
    );
  }
  const planned = Object.entries(deedSigns)
    .filter(([deed]) => view.data.plan.sentences.some((sentence) => sentence.deed === deed))
    .map(([deed, sign]) => `${sign} ${deed}`);
  const legend = [
    ...(view.data.report.dryRun ? planned : []),
    '● enabled',
    '○ disabled or absent',
    '◆ foreign',
    '◇ quick-setup',
    '× broken',
    '~ pending',
    '? unknown',
  ];
  const width = Math.max(...heads.map((head) => head.length));
  const lines = Array.from({ length: width }, (_, line) =>
    heads.map((head) => head.padStart(width)[line] ?? ' ').join(' '),
  ).join('\n');
  return h(
    'section',
    { class: 'printed' },
    h(
      'p',
      {},
      `${plural(accounts.length, 'account')}${filter === '' && !asksForTargets(filters) ? '' : ` of ${number(view.accounts.length)}. Filter: ${filter}`}. ${legend.join(', ')}.`,
    ),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h('tr', {}, h('th', {}, 'Account'), h('th', { class: 'printed-signs' }, lines)),
      ),
      body,
    ),
  );
};
