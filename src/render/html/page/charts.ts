/**
 * Counts and shares: bars by state and verdict, and lists of regions and reasons. Legends and list entries filter the
 * map.
 */
import { escapeControls } from '../../escape.ts';
import { button, h, svg, prose } from './dom.ts';
import { areCallsKnown } from '../../../core/record/outcome.ts';
import { mark, markKind } from './marks.ts';
import { tally, type ReasonTally, type Tally } from './tally.ts';
import { isExceptional } from './view.ts';
import type { Filters, View } from './view.ts';
import {
  number,
  plural,
  share,
  stateOrder,
  stateTitles,
  verdictsInLegend,
  verdictTitles,
} from './words.ts';

export type Change = (change: Partial<Filters>) => void;

/** A part of the page that shows the current filters. */
export interface Panel {
  readonly element: HTMLElement;
  readonly show: (filters: Filters) => void;
}

const ranked = (words: Iterable<string>, order: readonly string[]): string[] =>
  [...words].sort(
    (one, other) => (order.indexOf(one) + 1 || 99) - (order.indexOf(other) + 1 || 99),
  );

const bar = (
  parts: readonly { readonly className: string; readonly count: number }[],
  height: number,
): SVGSVGElement => {
  const whole = parts.reduce((sum, { count }) => sum + count, 0) || 1;
  let x = 0;
  return svg(
    'svg',
    {
      class: 'bar',
      viewBox: `0 0 1000 ${height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    ...parts.map(({ className, count }) => {
      const width = (count / whole) * 1000;
      const rectangle = svg('rect', {
        class: className,
        x,
        y: 0,
        width: Math.max(width - (parts.length > 1 ? 2 : 0), 1),
        height,
      });
      x += width;
      return rectangle;
    }),
  );
};

export const toggled = (words: ReadonlySet<string>, word: string): ReadonlySet<string> => {
  const next = new Set(words);
  if (!next.delete(word)) next.add(word);
  return next;
};

const legend = (
  words: readonly string[],
  counts: ReadonlyMap<string, number>,
  look: {
    readonly titles: Readonly<Record<string, string>>;
    readonly swatch: (word: string) => Element;
  },
  act: (word: string) => void,
): { readonly element: HTMLElement; readonly buttons: ReadonlyMap<string, HTMLButtonElement> } => {
  const whole = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const buttons = new Map(
    words.map((word) => {
      const count = counts.get(word) ?? 0;
      const title = look.titles[word];
      return [
        word,
        button(
          { class: 'key', 'aria-pressed': 'false', title: title ?? null },
          () => act(word),
          look.swatch(word),
          h('span', { class: 'word' }, word),
          h('span', { class: 'count' }, number(count)),
          h('span', { class: 'share' }, share(count, whole)),
        ),
      ] as const;
    }),
  );
  return {
    element: h('ul', { class: 'legend' }, ...[...buttons.values()].map((key) => h('li', {}, key))),
    buttons,
  };
};

export const press = (
  buttons: ReadonlyMap<string, HTMLButtonElement>,
  pressed: (word: string) => boolean,
): void => {
  for (const [word, key] of buttons) key.setAttribute('aria-pressed', String(pressed(word)));
};

const summaryPanel = (
  states: ReadonlyMap<string, number>,
  verdicts: ReadonlyMap<string, number>,
  current: () => Filters,
  change: Change,
): Panel => {
  const stateWords = ranked(states.keys(), stateOrder);
  const verdictWords = ranked(verdicts.keys(), verdictsInLegend);
  const stateLegend = legend(stateWords, states, { titles: stateTitles, swatch: mark }, (word) =>
    change({ states: toggled(current().states, word) }),
  );
  const verdictLegend = legend(
    verdictWords,
    verdicts,
    {
      titles: verdictTitles,
      swatch: (word) => h('span', { class: `swatch v-${word}`, 'aria-hidden': 'true' }),
    },
    (word) => change({ verdicts: toggled(current().verdicts, word) }),
  );
  return {
    element: h(
      'section',
      { class: 'card summary', 'aria-labelledby': 'states-title' },
      h('h2', { id: 'states-title' }, 'Cells by state'),
      bar(
        stateWords.map((word) => ({
          className: `fill-${markKind(word)}`,
          count: states.get(word) ?? 0,
        })),
        12,
      ),
      stateLegend.element,
      h('h2', {}, 'Targets by verdict'),
      bar(
        verdictWords.map((word) => ({ className: `v-${word}`, count: verdicts.get(word) ?? 0 })),
        12,
      ),
      verdictLegend.element,
    ),
    show: (filters) => {
      press(stateLegend.buttons, (word) => filters.states.has(word));
      press(verdictLegend.buttons, (word) => filters.verdicts.has(word));
    },
  };
};

const regionPanel = (
  regions: ReadonlyMap<string, ReadonlyMap<string, number>>,
  current: () => Filters,
  change: Change,
): Panel => {
  const buttons = new Map(
    [...regions].map(([region, counts]) => {
      const whole = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const enabled = counts.get('enabled') ?? 0;
      return [
        region,
        button(
          { class: 'line', 'aria-pressed': 'false' },
          () => change({ region: current().region === region ? null : region }),
          h('span', { class: 'word' }, region),
          bar(
            ranked(counts.keys(), stateOrder).map((state) => ({
              className: `fill-${markKind(state)}`,
              count: counts.get(state) ?? 0,
            })),
            8,
          ),
          h(
            'span',
            { class: 'share' },
            share(enabled, whole),
            h('span', { class: 'hidden' }, ` of ${plural(whole, 'cell')} enabled`),
          ),
        ),
      ] as const;
    }),
  );
  return {
    element: h(
      'section',
      { class: 'card regions', 'aria-labelledby': 'regions-title' },
      h('h2', { id: 'regions-title' }, 'Enabled by region'),
      h('ul', { class: 'lines' }, ...[...buttons.values()].map((line) => h('li', {}, line))),
    ),
    show: (filters) => press(buttons, (region) => filters.region === region),
  };
};

const maxFixes = 3;

/** The fix for a reason, or the most frequent fixes, each with the number of its targets. */
const fixLines = ({ fixes, accounts }: ReasonTally): readonly HTMLElement[] => {
  const ranked = [...fixes.values()]
    .filter(({ hint }) => hint !== '')
    .sort((one, other) => other.targets - one.targets);
  const lines = ranked.slice(0, maxFixes).map(({ hint, targets, isOnes }) => {
    const one = isOnes && accounts.size > 1;
    const before =
      ranked.length > 1
        ? `${plural(targets, 'target')}${one ? ', for one' : ''}: `
        : one
          ? 'For one: '
          : '';
    return h('span', { class: 'fix' }, before, ...prose(escapeControls(hint)));
  });
  if (ranked.length > maxFixes)
    lines.push(
      h('span', { class: 'fix' }, 'There are other fixes: select the reason, and open its rows.'),
    );
  return lines;
};

const reasonPanel = (reasons: Tally['reasons'], current: () => Filters, change: Change): Panel => {
  const buttons = new Map(
    [...reasons]
      .sort(([, one], [, other]) => other.targets - one.targets)
      .map(([code, reason]) => [
        code,
        button(
          { class: 'line reason', 'aria-pressed': 'false' },
          () => change({ reason: current().reason === code ? null : code }),
          h('span', { class: 'word' }, code),
          h(
            'span',
            { class: 'count' },
            `${plural(reason.targets, 'target')} in ${plural(reason.accounts.size, 'account')}`,
          ),
        ),
      ]),
  );
  const fixesOf = (code: string): readonly HTMLElement[] => {
    const reason = reasons.get(code);
    return reason === undefined ? [] : fixLines(reason);
  };
  return {
    element: h(
      'section',
      { class: 'card reasons', 'aria-labelledby': 'reasons-title' },
      h('h2', { id: 'reasons-title' }, 'Reasons'),
      buttons.size === 0
        ? h('p', { class: 'quiet' }, 'No problems.')
        : h(
            'ul',
            { class: 'lines' },
            // Hints are outside the buttons, so that their text can be selected and copied.
            ...[...buttons].map(([code, line]) => h('li', {}, line, ...fixesOf(code))),
          ),
    ),
    show: (filters) => press(buttons, (code) => filters.reason === code),
  };
};

export const charts = (view: View, current: () => Filters, change: Change): Panel => {
  const { states, verdicts, regions, reasons } = tally(view);
  const panels = [
    summaryPanel(states, verdicts, current, change),
    regionPanel(regions, current, change),
    reasonPanel(reasons, current, change),
  ];
  return {
    element: h('div', { class: 'charts' }, ...panels.map(({ element }) => element)),
    show: (filters) => panels.forEach((panel) => panel.show(filters)),
  };
};

/** The numbers at the top of the page. */
export const tiles = (view: View): HTMLElement => {
  const { summary, preflight } = view.data.report;
  const failed = Object.entries(summary.verdicts).reduce(
    (sum, [verdict, count]) => sum + (isExceptional(verdict) ? count : 0),
    0,
  );
  // Only the rows show which changes would be denied.
  const exceptions =
    preflight === null
      ? failed
      : Math.max(
          failed,
          view.accounts.reduce((sum, account) => sum + account.exceptions, 0),
        );
  const hit = view.accounts.filter((account) => account.exceptions > 0).length;
  const isCounted = areCallsKnown(view.data.report);
  const changes = summary.verdicts['changed'] ?? 0;
  const waiting = summary.verdicts['would-change'] ?? 0;
  const tile = (title: string, value: string, note: string, tone: string): HTMLElement =>
    h(
      'div',
      { class: `tile ${tone}` },
      h('dt', {}, title),
      h('dd', {}, h('span', { class: 'figure' }, value), h('span', { class: 'note' }, note)),
    );
  return h(
    'dl',
    { class: 'tiles' },
    tile(
      'Exceptions',
      number(exceptions),
      exceptions > 0
        ? `in ${plural(hit, 'account')}`
        : waiting > 0
          ? 'nothing failed or is blocked'
          : 'none',
      exceptions > 0 ? 'bad' : waiting > 0 ? '' : 'good',
    ),
    waiting > 0 && changes === 0
      ? tile('would-change', number(waiting), 'differ from the desired state', '')
      : tile('Changed', number(changes), 'and read back', ''),
    tile('Accounts', number(summary.accounts), `${plural(view.data.regions.length, 'region')}`, ''),
    tile('Cells', number(summary.cells), 'an account in a region', ''),
    tile(
      'AWS calls',
      isCounted ? number(summary.calls) : '–',
      isCounted
        ? summary.throttled === 0
          ? 'none throttled'
          : `${number(summary.throttled)} throttled`
        : 'not recorded',
      '',
    ),
  );
};
