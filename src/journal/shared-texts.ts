/** Equal texts of a journal, kept once: its rows repeat the texts of an account hundreds of times. */
import { sharedTexts } from '../core/model/shared-texts.ts';

/** The accounts, roles and writers of the largest organization are fewer. */
const maxTexts = 200_000;
/** In characters. Longer texts are seldom equal; `JSON.parse` keeps shorter ones once by itself. */
const longest = 300;
const shortest = 11;

/** Notes' facts in a target of a plan are the deepest texts; what is below is not an event's. */
const deepest = 6;

/** Returns a function that replaces the texts of an event by equal ones of events that it was given before. */
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
