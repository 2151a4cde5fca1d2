/** What a command says to people while it works, on standard error. */
import type { CallBegun, CallEnded } from '../aws/index.ts';
import type { OptionValues } from './options.ts';
import type { Progress } from './progress.ts';
import { shown, type LogEntry, type Terminal } from './terminal.ts';

export interface Messages {
  /** Left out with `--quiet`. */
  say(text: string): void;
  /** Said always. */
  warn(text: string): void;
  /** A request that ended, for `--verbose`. */
  call(call: CallBegun & CallEnded): void;
}

/** Lines go above a progress line that is being rewritten, never into it. */
export const messagesFor = (terminal: Terminal, values: Pick<OptionValues, 'quiet'>, progress: Progress): Messages => {
  const tell =
    (level: LogEntry['level']) =>
    (text: string): void =>
      progress.above(() => terminal.tell(text.endsWith('\n') ? text : `${text}\n`, { level, event: 'message' }));
  const say = tell('info');
  return {
    say: (text) => (values.quiet ? undefined : say(text)),
    warn: tell('warn'),
    call: (call) => {
      const facts = { ...call, ms: Math.round(call.ms) };
      progress.soon(() => terminal.tell(`${callText(call)}\n`, { level: 'debug', event: 'call', facts }));
    },
  };
};

/** In columns: what, where, how long, and how it went. */
const callText = ({ service, operation, account, region, ms, outcome }: CallBegun & CallEnded): string =>
  [
    `${service}:${operation}`.padEnd(32),
    (account ?? '-').padEnd(12),
    region.padEnd(14),
    `${Math.round(ms)} ms`.padStart(8),
    shown(outcome),
  ].join(' ');
