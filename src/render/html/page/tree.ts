/**
 * The organization as a tree of OUs, each with its number of accounts and exceptions. Selecting an OU filters the map.
 */
import { escapeControls } from '../../escape.ts';
import type { Change, Panel } from './charts.ts';
import { button, h } from './dom.ts';
import type { Filters, View } from './view.ts';
import { number, plural } from './words.ts';

interface Unit {
  readonly path: string;
  readonly name: string;
  readonly units: Map<string, Unit>;
  accounts: number;
  exceptions: number;
}

const plant = (view: View): Unit => {
  const root: Unit = {
    path: '',
    name: 'Organization',
    units: new Map(),
    accounts: 0,
    exceptions: 0,
  };
  for (const account of view.accounts) {
    const names = account.path === null || account.path === '' ? [] : account.path.split('/');
    let unit = root;
    const passed = [root];
    for (const name of names) {
      const path = unit.path === '' ? name : `${unit.path}/${name}`;
      const next: Unit = unit.units.get(name) ?? {
        path,
        name,
        units: new Map(),
        accounts: 0,
        exceptions: 0,
      };
      unit.units.set(name, next);
      unit = next;
      passed.push(unit);
    }
    for (const one of passed) {
      one.accounts += 1;
      one.exceptions += account.exceptions;
    }
  }
  return root;
};

export const organizationTree = (view: View, current: () => Filters, change: Change): Panel => {
  const buttons = new Map<string, HTMLButtonElement>();
  const branch = (unit: Unit, depth: number): HTMLElement => {
    const choose = button(
      { class: 'unit', 'aria-pressed': 'false' },
      () => change({ ou: unit.path === '' || current().ou === unit.path ? null : unit.path }),
      h('span', { class: 'word' }, escapeControls(unit.name)),
      unit.exceptions > 0
        ? h(
            'span',
            { class: 'exceptions' },
            number(unit.exceptions),
            h(
              'span',
              { class: 'hidden' },
              ` ${unit.exceptions === 1 ? 'exception' : 'exceptions'}, `,
            ),
          )
        : null,
      h(
        'span',
        { class: 'count' },
        number(unit.accounts),
        h('span', { class: 'hidden' }, ` ${unit.accounts === 1 ? 'account' : 'accounts'}`),
      ),
    );
    buttons.set(unit.path, choose);
    if (unit.units.size === 0) return h('li', { class: 'leaf' }, choose);
    const children = h(
      'ul',
      {},
      ...[...unit.units.values()]
        .sort((one, other) => one.name.localeCompare(other.name))
        .map((child) => branch(child, depth + 1)),
    );
    if (depth === 0) return h('li', { class: 'root' }, choose, children);
    const many = view.accounts.length > 400 && unit.units.size > 30;
    children.hidden = many;
    const fold = button(
      {
        class: 'fold',
        'aria-expanded': String(!many),
        'aria-label': `OUs in ${escapeControls(unit.name)}: ${plural(unit.units.size, 'OU')}`,
      },
      () => {
        children.hidden = !children.hidden;
        fold.setAttribute('aria-expanded', String(!children.hidden));
      },
    );
    return h('li', {}, fold, choose, children);
  };
  const tree = h('ul', { class: 'tree' }, branch(plant(view), 0));
  return {
    element: h(
      'nav',
      { class: 'card units', 'aria-labelledby': 'units-title' },
      h('h2', { id: 'units-title' }, 'Organizational units'),
      tree,
    ),
    show: (filters) => {
      for (const [path, choose] of buttons)
        choose.setAttribute('aria-pressed', String((filters.ou ?? '') === path));
    },
  };
};
