/** The rows of the map: an account with one mark per cell, and the heading of an organizational unit. */
import { escapeControls } from '../../escape.ts';
import { h } from './dom.ts';
import { deedClass, mark, markClass } from './marks.ts';
import { asksForTargets, isExceptional } from './view.ts';
import type { AccountView, Filters, View } from './view.ts';
import { number, plural, unitName, verdictText } from './words.ts';

export interface Heading {
  readonly path: string | null;
  accounts: number;
  exceptions: number;
}

export interface MapRows {
  /** Cells that do not match the filters are dimmed. */
  readonly accountRow: (account: AccountView, filters: Filters | undefined) => HTMLElement;
  readonly headingRow: (heading: Heading) => HTMLElement;
}

/** The columns before the regions: account, role and grant. */
export const fixedColumns = 3;

export const mapRows = (view: View): MapRows => {
  const { regions } = view.data;
  const columns = regions.length + fixedColumns;

  const cell = (
    account: AccountView,
    row: number | undefined,
    index: number,
    dimming: Filters | null,
  ): HTMLElement => {
    const place = index === 1 ? 'role' : index === 2 ? 'grant' : (regions[index - 3] ?? '');
    const last = index === 2 ? ' last' : '';
    const common = {
      role: 'gridcell',
      'aria-colindex': index + 1,
      tabindex: -1,
      'data-column': index,
    };
    if (row === undefined)
      return h('div', {
        ...common,
        class: `cell none${last}`,
        'aria-label': `${place}: not looked at`,
      });
    const [state, verdict] = [
      view.data.states[view.at(row, 'state')] ?? '',
      view.data.verdicts[view.at(row, 'verdict')] ?? '',
    ];
    const code = view.data.problems[view.at(row, 'problem')]?.[0] ?? '';
    const deed = view.deed(row);
    const text = `${place}: ${state}, ${verdictText(verdict, { deed, isBegun: view.isBegun(row) })}${code === '' ? '' : `, ${code}`}`;
    const tone = view.isException(row)
      ? ' exception'
      : deed === null && (verdict === 'changed' || verdict === 'would-change')
        ? ' change'
        : '';
    const dim = dimming !== null && !view.matches(account, row, dimming) ? ' dim' : '';
    return h('div', {
      ...common,
      class: `cell ${deed === null ? markClass(state) : deedClass(deed)}${tone}${dim}${last}`,
      'aria-label': text,
      title: text,
    });
  };

  const accountRow = (account: AccountView, filters: Filters | undefined): HTMLElement => {
    const rows: (number | undefined)[] = [];
    let whole: number | undefined;
    for (let row = account.first; row < account.first + account.count; row += 1) {
      const [kind, region] = [view.at(row, 'kind'), view.at(row, 'region')];
      if (kind < 2) rows[kind + 1] = row;
      else if (region === 0) whole = row;
      else rows[region + 2] = row;
    }
    const dimming = filters !== undefined && asksForTargets(filters) ? filters : null;
    const name = escapeControls(account.name) || account.id;
    const label = `${name}, ${account.id}${account.exceptions > 0 ? `, ${plural(account.exceptions, 'exception')}` : ''}`;
    const who = h(
      'div',
      {
        class: 'who',
        role: 'rowheader',
        'aria-colindex': 1,
        tabindex: -1,
        'data-column': 0,
        'aria-label': label,
        title: `${name} (${account.id})`,
      },
      h('span', { class: 'name' }, h('bdi', {}, name)),
      account.exceptions > 0
        ? h('span', { class: 'exceptions' }, number(account.exceptions))
        : null,
      h('span', { class: 'id' }, account.id),
    );
    const fixed = [1, 2].map((index) => cell(account, rows[index], index, dimming));
    if (whole !== undefined && rows.length <= 3) {
      const [state, verdict] = [
        view.data.states[view.at(whole, 'state')] ?? '',
        view.data.verdicts[view.at(whole, 'verdict')] ?? '',
      ];
      const problem = view.problem(view.at(whole, 'problem') || account.problem, account, null, 0);
      const why =
        account.skipped === null
          ? problem === null
            ? ''
            : `: ${problem.code}`
          : `: ${escapeControls(account.skipped)}`;
      const text = `${verdictText(verdict, { deed: null, isBegun: view.isBegun(whole) })}${why}`;
      return h(
        'div',
        { class: 'row account', role: 'row' },
        who,
        ...fixed,
        h(
          'div',
          {
            class: `cell whole${isExceptional(verdict) ? ' exception' : ''}`,
            role: 'gridcell',
            'aria-colindex': 4,
            'aria-colspan': regions.length || null,
            tabindex: -1,
            'data-column': 3,
            title: text,
          },
          mark(state),
          h('span', {}, text),
        ),
      );
    }
    return h(
      'div',
      { class: 'row account', role: 'row' },
      who,
      ...fixed,
      ...regions.map((_, index) => cell(account, rows[index + 3], index + 3, dimming)),
    );
  };

  const headingRow = ({ path, accounts, exceptions }: Heading): HTMLElement =>
    h(
      'div',
      { class: 'row heading', role: 'row' },
      h(
        'div',
        {
          class: 'path',
          role: 'gridcell',
          'aria-colindex': 1,
          'aria-colspan': columns,
          tabindex: -1,
          'data-column': 0,
        },
        h(
          'span',
          { class: 'sticky' },
          h('bdi', {}, unitName(path)),
          h(
            'span',
            { class: 'count' },
            ` ${plural(accounts, 'account')}${exceptions > 0 ? `, ${plural(exceptions, 'exception')}` : ''}`,
          ),
        ),
      ),
    );

  return { accountRow, headingRow };
};
