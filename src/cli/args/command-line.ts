/** The commands that go on with a run or undo it, as they are to be typed where this one was. */
import type { OptionName } from './options.ts';
import { describeCommandLine } from './parse.ts';
import type { Given } from './resolve.ts';

/** What the journal does not keep of the way there. */
const notKept = [
  'config',
  'state-dir',
  'profile',
  'external-id',
  'session-tag',
  'source-identity',
  'session-duration',
  'no-session-policy',
] as const satisfies readonly OptionName[];

/** The command with the options of this command line that it needs again; `***` stands for a secret. */
export function followUpCommand(words: readonly string[], given: Given): string {
  const options = notKept.flatMap((name) =>
    (given.get(name) ?? []).flatMap((value) =>
      value === null ? [`--${name}`] : [`--${name}`, value],
    ),
  );
  return describeCommandLine([...words, ...options]);
}
