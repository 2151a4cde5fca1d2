/**
 * The map: accounts down, regions across, one mark per cell. Only visible rows exist, so ten thousand accounts scroll
 * like forty.
 */
import { h } from './dom.ts';
import { fixedColumns, mapRows, type Heading } from './map-rows.ts';
import { isPlainClick } from './pointer.ts';
import type { AccountView, Filters, View } from './view.ts';

type Item = { readonly heading: Heading } | { readonly account: AccountView };

/** Height of a row in CSS pixels; must equal the one in the style sheet. */
const rowHeight = 34;
const beyond = 8;

const itemsOf = (accounts: readonly AccountView[], filters: Filters): readonly Item[] => {
  if (filters.order !== 'ou') return accounts.map((account) => ({ account }));
  const items: Item[] = [];
  let heading: Heading | undefined;
  for (const account of accounts) {
    if (heading === undefined || heading.path !== account.path) {
      heading = { path: account.path, accounts: 0, exceptions: 0 };
      items.push({ heading });
    }
    heading.accounts += 1;
    heading.exceptions += account.exceptions;
    items.push({ account });
  }
  return items;
};

export interface AccountMap {
  readonly element: HTMLElement;
  readonly show: (accounts: readonly AccountView[], filters: Filters) => void;
}

export const accountMap = (
  view: View,
  open: (account: AccountView, region: string | null) => void,
): AccountMap => {
  const { regions } = view.data;
  const columns = regions.length + fixedColumns;
  const { accountRow, headingRow } = mapRows(view);
  let items: readonly Item[] = [];
  let filters: Filters | undefined;
  let active = { row: 0, column: 0 };
  const shown = new Map<number, HTMLElement>();

  const body = h('div', { class: 'rows', role: 'rowgroup' });
  const header = h(
    'div',
    { class: 'row head', role: 'row', 'aria-rowindex': 1 },
    h('div', { class: 'who', role: 'columnheader', 'aria-colindex': 1 }, 'Account'),
    ...['role', 'grant', ...regions].map((title, index) =>
      h(
        'div',
        {
          class: index === 1 ? 'title last' : 'title',
          role: 'columnheader',
          'aria-colindex': index + 2,
        },
        h('span', {}, title),
      ),
    ),
  );
  const grid = h(
    'div',
    { class: 'grid', role: 'grid', 'aria-label': 'Accounts and regions', 'aria-colcount': columns },
    h('div', { class: 'heads', role: 'rowgroup' }, header),
    body,
  );
  const empty = h('p', { class: 'empty', hidden: true }, 'No account matches these filters.');
  const scroller = h('div', { class: 'map' }, grid, empty);
  scroller.style.setProperty('--regions', String(regions.length));

  const place = (index: number): HTMLElement | undefined => {
    const known = shown.get(index);
    if (known !== undefined) return known;
    const item = items[index];
    if (item === undefined) return undefined;
    const element =
      'account' in item ? accountRow(item.account, filters) : headingRow(item.heading);
    element.setAttribute('aria-rowindex', String(index + 2));
    element.dataset['index'] = String(index);
    element.style.top = `${index * rowHeight}px`;
    shown.set(index, element);
    const next = [...shown.keys()]
      .filter((other) => other > index)
      .sort((one, other) => one - other)[0];
    body.insertBefore(element, next === undefined ? null : (shown.get(next) ?? null));
    return element;
  };

  /** The cell in the row that Tab can reach at this column, or the nearest one before it. */
  const cellAt = (row: HTMLElement, wanted: number): HTMLElement | null => {
    const cells = [...row.querySelectorAll<HTMLElement>('[data-column]')];
    return cells.findLast((one) => Number(one.dataset['column']) <= wanted) ?? cells[0] ?? null;
  };

  let tabStop: HTMLElement | null = null;
  const setTabStop = (): HTMLElement | null => {
    const row = place(active.row);
    if (tabStop !== null) tabStop.tabIndex = -1;
    tabStop = row === undefined ? null : cellAt(row, active.column);
    if (tabStop !== null) tabStop.tabIndex = 0;
    return tabStop;
  };

  const draw = (): void => {
    const top = Math.max(0, scroller.scrollTop);
    const first = Math.max(0, Math.floor(top / rowHeight) - beyond);
    const end = Math.min(
      items.length,
      Math.ceil((top + scroller.clientHeight) / rowHeight) + beyond,
    );
    for (const [index, element] of shown) {
      if ((index < first || index >= end) && index !== active.row) {
        element.remove();
        shown.delete(index);
      }
    }
    for (let index = first; index < end; index += 1) place(index);
    setTabStop();
  };

  let due = false;
  scroller.addEventListener(
    'scroll',
    () => {
      if (due) return;
      due = true;
      requestAnimationFrame(() => {
        due = false;
        draw();
      });
    },
    { passive: true },
  );
  new ResizeObserver(draw).observe(scroller);

  /** Scrolls only as far as needed, and keeps the row below the sticky headings. */
  const reveal = (row: number): void => {
    const heads = header.offsetHeight;
    const [top, bottom] = [row * rowHeight, (row + 1) * rowHeight];
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom + heads > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = bottom + heads - scroller.clientHeight;
  };

  const go = (row: number, column: number): void => {
    active = {
      row: Math.max(0, Math.min(items.length - 1, row)),
      column: Math.max(0, Math.min(columns - 1, column)),
    };
    reveal(active.row);
    draw();
    setTabStop()?.focus({ preventScroll: true });
    const wide = tabStop;
    if (wide !== null && active.column > 2)
      wide.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    else scroller.scrollLeft = 0;
  };

  const openAt = (row: number, column: number): void => {
    const item = items[row];
    if (item === undefined || !('account' in item)) return;
    const columns = [null, 'role', 'grant', ...regions];
    open(item.account, columns[column] ?? null);
  };

  scroller.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey) return;
    const page = Math.max(
      1,
      Math.floor((scroller.clientHeight - header.offsetHeight) / rowHeight) - 1,
    );
    const { row, column } = active;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(row + 1, column),
      ArrowUp: () => go(row - 1, column),
      ArrowRight: () => go(row, column + 1),
      ArrowLeft: () => go(row, column - 1),
      PageDown: () => go(row + page, column),
      PageUp: () => go(row - page, column),
      Home: () => go(event.ctrlKey ? 0 : row, 0),
      End: () => go(event.ctrlKey ? items.length - 1 : row, columns - 1),
      Enter: () => openAt(row, column),
      ' ': () => openAt(row, column),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  });

  scroller.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || !isPlainClick(event)) return;
    const row = event.target.closest<HTMLElement>('[data-index]');
    if (row === null) return;
    const hit = event.target.closest<HTMLElement>('[data-column]');
    active = { row: Number(row.dataset['index']), column: Number(hit?.dataset['column'] ?? 0) };
    setTabStop()?.focus({ preventScroll: true });
    openAt(active.row, active.column);
  });

  return {
    element: scroller,
    show: (accounts, asked) => {
      const changed = filters !== undefined;
      filters = asked;
      items = itemsOf(accounts, asked);
      active = { row: 0, column: 0 };
      shown.clear();
      tabStop = null;
      body.replaceChildren();
      body.style.height = `${items.length * rowHeight}px`;
      grid.setAttribute('aria-rowcount', String(items.length + 1));
      grid.hidden = items.length === 0;
      empty.hidden = items.length > 0;
      if (changed) scroller.scrollTop = 0;
      draw();
    },
  };
};
