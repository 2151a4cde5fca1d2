/** What a plan will do, or a run did, one line each. The lines of a plan filter the map. */
import { escapeControls } from '../../escape.ts';
import { press, toggled, type Change, type Panel } from './charts.ts';
import { button, h } from './dom.ts';
import { deedMark } from './marks.ts';
import { remarksOf, remarkTitle } from '../../remarks.ts';
import { deedKey, type Filters, type View } from './view.ts';

export const planPanel = (view: View, current: () => Filters, change: Change): Panel => {
  const { plan, preflight, report } = view.data;
  const buttons = new Map<string, HTMLButtonElement>();
  const items = plan.sentences.map(({ deed, kind, text }) => {
    const key = deedKey(deed, kind);
    const words = [deedMark(deed), h('span', { class: 'word' }, escapeControls(text))];
    const tone = deed === 'delete' ? 'line deed deletion' : 'line deed';
    if (!report.dryRun) return h('li', { class: tone }, ...words);
    const line = button(
      { class: tone, 'aria-pressed': 'false' },
      () => change({ deeds: toggled(current().deeds, key) }),
      ...words,
    );
    buttons.set(key, line);
    return h('li', {}, line);
  });
  const remarks = remarksOf(report);
  return {
    element: h(
      'section',
      {
        class: 'card plan',
        'aria-labelledby': 'plan-title',
        hidden:
          items.length === 0 &&
          plan.leftUnchanged.length === 0 &&
          plan.nothing === '' &&
          remarks.length === 0,
      },
      h('h2', { id: 'plan-title' }, plan.title),
      h('ul', { class: 'lines' }, ...items),
      plan.nothing === '' ? null : h('p', { class: 'left' }, plan.nothing),
      ...[...plan.waves, ...plan.leftUnchanged].map(({ title, text }) =>
        h('p', { class: 'left' }, h('strong', {}, title), escapeControls(`: ${text}`)),
      ),
      ...remarks.map(({ kind, text }) =>
        h('p', { class: kind }, h('strong', {}, remarkTitle[kind]), escapeControls(`: ${text}`)),
      ),
      preflight === null ? null : h('p', { class: 'preflight' }, preflight),
    ),
    show: (filters) => press(buttons, (key) => filters.deeds.has(key)),
  };
};
