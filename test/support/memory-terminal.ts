/** A terminal and messages that keep their output, for tests. */
import type { Messages } from '../../src/cli/session/messages.ts';
import type { LogEntry, Terminal } from '../../src/cli/terminal/terminal.ts';

export interface MemoryTerminal extends Terminal {
  readonly out: string[];
  readonly told: string[];
  readonly logged: (LogEntry | undefined)[];
}

export function memoryTerminal(over: Partial<Terminal> = {}): MemoryTerminal {
  const style = { color: false, columns: 100 };
  // Unlimited columns as in a pipe, so that messages are compared without line breaks.
  const errorStyle = { color: false, columns: Infinity };
  const [out, told, logged]: [string[], string[], (LogEntry | undefined)[]] = [[], [], []];
  return {
    out,
    told,
    logged,
    live: false,
    interactive: false,
    logFormat: 'text',
    outStyle: style,
    errorStyle,
    write: (text) => {
      out.push(text);
      return Promise.resolve();
    },
    log: (text, log) => {
      told.push(text);
      logged.push(log);
    },
    ask: () => Promise.resolve(null),
    ...over,
  };
}

export function memoryMessages(): Messages & {
  readonly said: string[];
  readonly warned: string[];
} {
  const [said, warned]: [string[], string[]] = [[], []];
  return {
    said,
    warned,
    info: (text) => void said.push(text),
    warn: (text) => void warned.push(text),
    call: () => undefined,
  };
}
