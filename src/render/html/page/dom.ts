/**
 * Elements from code. Text goes in as text nodes and nothing else, so that no name can be markup, and what steers or
 * hides in it is shown as an escape, so that no name can reverse or blank what is beside it.
 */

import { partsOfProse } from '../../../core/problems/code-marks.ts';
import { escapeControls } from '../../escape.ts';

export type Child = Node | string | null;
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Line breaks are left: those of our own text are meant. Text that is escaped already stays as it is. */
const shownText = (text: string): string => text.split('\n').map(escapeControls).join('\n');

const fill = <E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children)
    if (child !== null) element.append(typeof child === 'string' ? shownText(child) : child);
  return element;
};

export const h = <T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[T] => fill(document.createElement(tag), attributes, children);

export const svg = <T extends keyof SVGElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[T] =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

/** A button that calls `act`. */
export const button = (
  attributes: Attributes,
  act: () => void,
  ...children: readonly Child[]
): HTMLButtonElement => {
  const element = h('button', { type: 'button', ...attributes }, ...children);
  element.addEventListener('click', act);
  return element;
};

/** One of our own sentences, with what is between backticks as code. */
export const prose = (text: string): readonly Child[] =>
  partsOfProse(text).map((part) => (part.isCode ? h('code', {}, part.text) : part.text));
