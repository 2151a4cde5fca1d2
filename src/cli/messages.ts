/** What a command says to people while it works, on standard error. */
import type { OptionValues } from './options.ts';
import type { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

export interface Messages {
  /** Left out with `--quiet`. */
  say(text: string): void;
  /** Said always. */
  warn(text: string): void;
}

/** Lines go above a progress line that is being rewritten, never into it. */
export const messagesFor = (terminal: Terminal, values: Pick<OptionValues, 'quiet'>, progress: Progress): Messages => {
  const tell = (text: string): void => progress.above(() => terminal.tell(text.endsWith('\n') ? text : `${text}\n`));
  return { say: (text) => (values.quiet ? undefined : tell(text)), warn: tell };
};
