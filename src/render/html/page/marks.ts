/** The mark of a state: a shape of its own, so that colour is never alone in telling. */
import { svg } from './dom.ts';

const shapes: Readonly<Record<string, string>> = {
  enabled: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM4.6 8.3l2.4 2.4l4.6-5l-1.1-1l-3.5 3.8l-1.3-1.3z',
  disabled: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM8 3.2a4.8 4.8 0 1 0 0 9.6a4.8 4.8 0 0 0 0-9.6z',
  foreign: 'M8 .8l7.2 7.2l-7.2 7.2l-7.2-7.2z',
  'quick-setup': 'M8 .8l7.2 7.2l-7.2 7.2l-7.2-7.2zM8 3.4l-4.6 4.6l4.6 4.6l4.6-4.6z',
  broken: 'M3.2 1.4l4.8 4.8l4.8-4.8l1.8 1.8l-4.8 4.8l4.8 4.8l-1.8 1.8l-4.8-4.8l-4.8 4.8l-1.8-1.8l4.8-4.8l-4.8-4.8z',
  pending: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13zM8 3.2v9.6a4.8 4.8 0 0 0 0-9.6z',
  unknown:
    'M2 2h12v12h-12zM7.1 11v1.6h1.7v-1.6zM5.2 6.2h1.6c0-2 2.5-1.7 2.5-.3c0 1.2-2.1 1.4-2.1 4h1.6c0-1.9 2.1-2 2.1-4c0-3.200-5.700-3.300-5.700.3z',
};

/** States of roles and grants are drawn as the state of a setting that says the same. */
const like: Readonly<Record<string, string>> = { whole: 'enabled', attached: 'enabled', absent: 'disabled' };

export const markKind = (state: string): string => like[state] ?? (Object.hasOwn(shapes, state) ? state : 'unknown');

/** The definitions that marks refer to: once in the page. */
export const markDefinitions = (): SVGSVGElement =>
  svg(
    'svg',
    { class: 'definitions', 'aria-hidden': 'true', width: 0, height: 0 },
    ...Object.entries(shapes).map(([state, path]) =>
      svg('symbol', { id: `mark-${state}`, viewBox: '0 0 16 16' }, svg('path', { d: path, 'fill-rule': 'evenodd' })),
    ),
  );

export const mark = (state: string): SVGSVGElement => {
  const kind = markKind(state);
  return svg('svg', { class: `mark ${kind}`, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('use', { href: `#mark-${kind}` }));
};
