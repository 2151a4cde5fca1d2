/** The mark of a state, or of a deed of a plan: a shape of its own, so that color is never the only sign. The style sheet has the shapes. */
import { settingStates } from '../../../core/model/model.ts';
import { h } from './dom.ts';

const kinds: ReadonlySet<string> = new Set(settingStates);

/** States of roles and grants are drawn as the state of a setting that says the same. */
const like: Readonly<Record<string, string>> = {
  whole: 'enabled',
  attached: 'enabled',
  absent: 'disabled',
};

export const markKind = (state: string): string =>
  like[state] ?? (kinds.has(state) ? state : 'unknown');

/** The class that gives an element, or a cell of the map, the mark of a state. */
export const markClass = (state: string): string => `m-${markKind(state)}`;

/** The class that gives an element the mark of a deed of a plan. */
export const deedClass = (deed: string): string => `m-to-${deed}`;

const ofClass = (name: string): HTMLElement =>
  h('span', { class: `mark ${name}`, 'aria-hidden': 'true' });

export const mark = (state: string): HTMLElement => ofClass(markClass(state));
export const deedMark = (deed: string): HTMLElement => ofClass(deedClass(deed));
