/**
 * Creates elements. Texts only become text nodes, so a name can never be markup. Hidden and control characters in them
 * are shown as escapes, so a name cannot reverse or hide the text beside it.
 */

import { partsOfProse } from '../../../core/problems/code-marks.ts';
import { escapeControls } from '../../escape.ts';

export type Child = Node | string | null;
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Keeps line breaks, which are intended in dhmc's own text. Escaping twice does not change the text. */
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

/** One of dhmc's own sentences; text between backticks becomes code. */
export const prose = (text: string): readonly Child[] =>
  partsOfProse(text).map((part) => (part.isCode ? h('code', {}, part.text) : part.text));
