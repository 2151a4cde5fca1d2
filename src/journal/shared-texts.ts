/** Keeps equal texts of a journal once, since its rows repeat the texts of an account hundreds of times. */
import { sharedTexts } from '../core/model/shared-texts.ts';

/** More than the accounts, roles and writers of the largest organization. */
const maxTexts = 200_000;
/** In characters. Longer texts are rarely equal; `JSON.parse` itself shares shorter ones. */
const longest = 300;
const shortest = 11;

/** The deepest texts of an event are the facts of notes in a target of a plan. */
const deepest = 6;

/** Returns a function that replaces the texts of an event with equal texts of earlier events. */
export function shareTexts(): (event: object) => void {
  const shared = sharedTexts(maxTexts);
  const share = (json: object, depth: number): void => {
    const members = json as Record<string, unknown>;
    for (const name of Object.keys(members)) {
      const value = members[name];
      if (typeof value === 'string') {
        if (value.length >= shortest && value.length <= longest) members[name] = shared(value);
      } else if (typeof value === 'object' && value !== null && depth < deepest)
        share(value, depth + 1);
    }
  };
  return (event) => {
    share(event, 0);
  };
}
