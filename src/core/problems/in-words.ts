/** A problem as text. */
import type { Problem } from '../model/model.ts';

/** The message and what to do about it. AWS ends few of its messages with a period. */
export const inWords = ({ message, hint }: Pick<Problem, 'message' | 'hint'>): string =>
  `${message}${/[.!?]["')]?$/.test(message) ? '' : '.'} ${hint}`.trimEnd();
