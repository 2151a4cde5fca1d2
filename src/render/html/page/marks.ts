/**
 * The mark of a state, or of a deed of a plan. Each has a shape of its own, defined in the style sheet, so that color
 * is never the only distinction.
 */
import { settingStates } from '../../../core/model/model.ts';
import { h } from './dom.ts';

const kinds: ReadonlySet<string> = new Set(settingStates);

/** States of roles and grants use the mark of the corresponding state of a setting. */
const like: Readonly<Record<string, string>> = {
  whole: 'enabled',
  attached: 'enabled',
  absent: 'disabled',
};

export const markKind = (state: string): string =>
  like[state] ?? (kinds.has(state) ? state : 'unknown');

/** The class that marks an element or a cell of the map with a state. */
export const markClass = (state: string): string => `m-${markKind(state)}`;

/** The class that marks an element with a deed of a plan. */
export const deedClass = (deed: string): string => `m-to-${deed}`;

const ofClass = (name: string): HTMLElement =>
  h('span', { class: `mark ${name}`, 'aria-hidden': 'true' });

export const mark = (state: string): HTMLElement => ofClass(markClass(state));
export const deedMark = (deed: string): HTMLElement => ofClass(deedClass(deed));
