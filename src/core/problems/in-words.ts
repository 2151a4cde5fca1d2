/** A problem as text. */
import type { Problem } from '../model/model.ts';

/** A message with a period at its end, so that more sentences can follow. AWS's messages often have none. */
export const asSentence = (message: string): string =>
  /[.!?]["')]?$/.test(message) ? message : `${message}.`;

/** The message and the hint. */
export const inWords = ({ message, hint }: Pick<Problem, 'message' | 'hint'>): string =>
  `${asSentence(message)} ${hint}`.trimEnd();
