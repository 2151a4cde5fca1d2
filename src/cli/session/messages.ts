/** Messages to the user while a command runs, on standard error. */
import type { CallBegun, CallEnded } from '../../aws/index.ts';
import type { OptionValues } from '../args/options.ts';
import type { Progress } from '../terminal/progress.ts';
import { widthOf, wrapHanging } from '../../render/text-width.ts';
import { shown, type LogEntry, type Terminal } from '../terminal/terminal.ts';

export interface Messages {
  /** Not printed with `--quiet`. */
  info(text: string): void;
  /** Always printed. */
  warn(text: string): void;
  /** A finished request, for `--verbose`. */
  call(call: CallBegun & CallEnded): void;
}

/** Messages are printed above the progress lines, never inside them. */
export const messagesFor = (
  terminal: Terminal,
  values: Pick<OptionValues, 'quiet'>,
  progress: Progress,
): Messages => {
  const tell =
    (level: LogEntry['level']) =>
    (text: string): void =>
      progress.printAbove(() =>
        terminal.log(wrapMessage(text.endsWith('\n') ? text : `${text}\n`, terminal), {
          level,
          event: 'message',
        }),
      );
  const say = tell('info');
  return {
    info: (text) => (values.quiet ? undefined : say(text)),
    warn: tell('warn'),
    call: (call) => {
      const facts = { ...call, ms: Math.round(call.ms) };
      progress.enqueue(() =>
        terminal.log(`${callText(call)}\n`, { level: 'debug', event: 'call', facts }),
      );
    },
  };
};

/**
 * Wraps text at spaces to the width of the terminal, or to `COLUMNS` for a pipe. Colored lines fit already. A line with
 * a word that is too long, such as a list to copy, stays whole. A command at the end of a line stays whole and gets its
 * own line.
 */
export function wrapMessage(
  text: string,
  { logFormat, errorStyle }: Pick<Terminal, 'logFormat' | 'errorStyle'>,
): string {
  if (logFormat === 'json') return text;
  const { columns } = errorStyle;
  return text
    .split('\n')
    .flatMap((line) => {
      if (line.length < columns / 2 || line.includes('\u001B') || widthOf(line) <= columns)
        return [line];
      const [, before, command] = /^(.*?:) (dhmc .*[^.?! ])$/.exec(line) ?? [];
      if (before !== undefined && command !== undefined)
        return [wrapMessage(before, { logFormat, errorStyle }), `  ${command}`];
      const start = /^(?:dhmc: | *\d+\. | *)/.exec(line)?.[0] ?? '';
      const hanging = /^ *$/.test(start) ? `${start}  ` : ' '.repeat(start.length);
      const words = line.slice(start.length);
      const room = columns - hanging.length - 1;
      if (words.split(' ').some((word) => widthOf(word) > room)) return [line];
      const folded = wrapHanging(words, { columns, start, indent: hanging });
      // Keep the space before the answer to a question.
      return [line.endsWith(' ') ? `${folded.trimEnd()} ` : folded];
    })
    .join('\n');
}

/** The call in columns: operation, account, region, duration, result. */
const callText = ({
  service,
  operation,
  account,
  region,
  ms,
  outcome,
}: CallBegun & CallEnded): string =>
  [
    `${service}:${operation}`.padEnd(32),
    (account ?? '-').padEnd(12),
    region.padEnd(14),
    `${Math.round(ms)} ms`.padStart(8),
    shown(outcome),
  ].join(' ');
