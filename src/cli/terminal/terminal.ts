/** The terminal of a command: standard output for the report, standard error for messages, and the prompt. */
import type { ReadStream, WriteStream } from 'node:tty';
import { escapeControls } from '../../render/escape.ts';
import type { Style } from '../../render/index.ts';
import { columnsOf } from './columns.ts';
import { isBrokenPipe, StreamError } from './streams.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type LogFormat = 'text' | 'json';

/** The kind of a message, for programs. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: 'message' | 'progress' | 'call' | 'error';
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

const plainMessage: LogEntry = { level: 'info', event: 'message' };

export interface Terminal {
  /**
   * Writes the report, and nothing else. Resolves when it is written; a reader that has exited is not an error. Rejects
   * with `StreamError`.
   */
  write(text: string): Promise<void>;
  /**
   * Prints a message on standard error: the text, or with `--log-format json` one line with its facts. The caller must
   * escape untrusted text.
   */
  log(text: string, log?: LogEntry): void;
  /** Aborted once standard error can no longer be written. */
  readonly lost?: AbortSignal;
  readonly logFormat: LogFormat;
  /** Whether the user can be asked: standard input and standard error are terminals. */
  readonly interactive: boolean;
  /** Whether lines on standard error can be redrawn. */
  readonly live: boolean;
  /** Whether standard output is a terminal, where messages on standard error appear below the report. */
  readonly outIsTerminal?: boolean;
  readonly outStyle: Style;
  readonly errorStyle: Style;
  /**
   * Returns the line that was typed, or null if the input ended. Rejects with an `AbortError` when the signal is
   * aborted.
   */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
}

export function openTerminal(
  process: {
    readonly stdin: NodeJS.ReadableStream;
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
  },
  environment: Environment,
  options: {
    readonly colorAllowed: boolean;
    readonly logFormat: LogFormat;
    readonly lost?: AbortSignal;
  },
): Terminal {
  const { colorAllowed, logFormat, lost } = options;
  const stdin = process.stdin as ReadStream;
  const stdout = process.stdout as WriteStream;
  const stderr = process.stderr as WriteStream;
  const forMachines = logFormat === 'json';
  const interactive = stdin.isTTY === true && stderr.isTTY === true && !forMachines;
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stdout.write(text, (error) =>
          error === null || error === undefined || isBrokenPipe(error)
            ? resolve()
            : reject(new StreamError('output', error)),
        );
      }),
    log: (text, log = plainMessage) => void stderr.write(forMachines ? logLine(text, log) : text),
    ...(lost === undefined ? {} : { lost }),
    logFormat,
    interactive,
    live:
      stderr.isTTY === true &&
      environment['TERM'] !== 'dumb' &&
      (environment['CI'] ?? '') === '' &&
      !forMachines,
    outIsTerminal: stdout.isTTY === true && stderr.isTTY === true && !forMachines,
    outStyle: styleOf(stdout, environment, colorAllowed),
    // Computed each time, because windows are resized.
    get errorStyle() {
      return styleOf(stderr, environment, colorAllowed && !forMachines);
    },
    async ask(question, signal) {
      const { createInterface } = await import('node:readline/promises');
      // Only the last line of a question is the prompt: it is redrawn with every key.
      const prompt = question.lastIndexOf('\n') + 1;
      stderr.write(question.slice(0, prompt));
      const asked = createInterface({ input: stdin, output: stderr });
      const closed = new Promise<null>((resolve) => asked.once('close', () => resolve(null)));
      // In raw mode Ctrl-C is a key: send the signal that it stands for.
      asked.on('SIGINT', () => globalThis.process.kill(globalThis.process.pid, 'SIGINT'));
      try {
        const answer = await Promise.race([
          asked.question(question.slice(prompt), { signal }),
          closed,
        ]);
        // If the input ends, the cursor is still behind the question.
        if (answer === null) stderr.write('\n');
        return answer;
      } finally {
        asked.close();
      }
    },
  };
}

/** One JSON object per line: time, level, event, its facts, and the text. */
const logLine = (text: string, { level, event, facts }: LogEntry): string =>
  `${JSON.stringify({ time: new Date().toISOString(), level, event, ...facts, message: text.trim() })}\n`;

function styleOf(stream: WriteStream, environment: Environment, colorAllowed: boolean): Style {
  const forbidden =
    !colorAllowed || (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  const forced = !['', '0', 'false'].includes(environment['FORCE_COLOR'] ?? '');
  return {
    color: !forbidden && (stream.isTTY === true || forced),
    columns: columnsOf(stream, environment),
  };
}

/** Escapes untrusted text for a message on a terminal. */
export const shown = escapeControls;
