/** A problem as text. */
import type { Problem } from '../model/model.ts';

/** A message that more sentences may follow. AWS ends few of its messages with a period. */
export const asSentence = (message: string): string =>
  /[.!?]["')]?$/.test(message) ? message : `${message}.`;

/** The message and what to do about it. */
export const inWords = ({ message, hint }: Pick<Problem, 'message' | 'hint'>): string =>
  `${asSentence(message)} ${hint}`.trimEnd();
