/** Progress of a command: on a terminal a few lines that are redrawn, elsewhere a plain line every few seconds. */
import type { WriteStream } from 'node:tty';
import type { CallBegun } from '../../aws/index.ts';
import type { RunEvent } from '../../core/record/events.ts';
import { isToChange, type Plan } from '../../core/planning/plan.ts';
import type { PlanningProgress } from '../../run/plan.ts';
import {
  countApplied,
  viewApplying,
  viewExamining,
  viewReading,
  type ProgressView,
} from './progress-view.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  planning(progress: PlanningProgress): void;
  /** How many accounts the doctor has tried. */
  examining(progress: { readonly tried: number; readonly of: number }): void;
  /** The plan is being applied. */
  applying(plan: Plan): void;
  event(event: RunEvent): void;
  /** A request has started; call the returned function when it ends. */
  trackCall(call: CallBegun): () => void;
  /** Runs a function that writes to the terminal, without breaking the progress lines. */
  printAbove(write: () => void): void;
  /** The same for one of very many messages: it is printed at the next redraw. */
  enqueue(write: () => void): void;
  /** Hides the lines while something else uses the terminal, such as a question. */
  suspend<T>(act: () => Promise<T>): Promise<T>;
  /** The run starts nothing new; calls in flight finish. */
  stopping(): void;
  /** Since when nothing has answered; null: something answers again. */
  outage(since: number | null): void;
  /** Removes the lines. */
  end(): void;
}

export const silent: Progress = {
  planning: () => {},
  examining: () => {},
  applying: () => {},
  event: () => {},
  trackCall: () => () => {},
  printAbove: (write) => write(),
  enqueue: (write) => write(),
  suspend: (act) => act(),
  stopping: () => {},
  outage: () => {},
  end: () => {},
};

const plainEveryMs = 5_000;
const liveEveryMs = 100;
/** A request that takes longer is shown. */
const slowMs = 3_000;

type Stream = Pick<WriteStream, 'columns' | 'rows' | 'isTTY' | 'write' | 'on' | 'off'>;

interface Request {
  readonly call: CallBegun;
  readonly since: number;
}

export async function openProgress(
  terminal: Terminal,
  now: () => number,
  stream: Stream = process.stderr,
): Promise<Progress> {
  const display = terminal.live ? await openDisplay(stream) : null;
  let view: (() => ProgressView) | null = null;
  let suspensions = 0;
  let timer: NodeJS.Timeout | null = null;
  let waiting: (() => void)[] = [];
  /** In the order of their start: the first one is the slowest. */
  const requests = new Set<Request>();

  const slowest = (): Request | null => {
    const [first] = requests;
    return first !== undefined && now() - first.since >= slowMs ? first : null;
  };
  const draw = (): void => {
    flush();
    if (view === null || suspensions > 0) return;
    const slow = slowest();
    const current = view();
    if (display !== null)
      return display.show(
        current.live(
          terminal.errorStyle,
          slow === null ? null : { ...slow.call, ms: now() - slow.since },
        ),
      );
    const facts =
      slow === null
        ? current.facts
        : { ...current.facts, slow: describe(slow.call), slowMs: now() - slow.since };
    terminal.log(
      `${current.plain}${slow === null ? '' : `, waiting ${Math.round((now() - slow.since) / 1000)} s for ${describe(slow.call)}`}\n`,
      {
        level: 'info',
        event: 'progress',
        facts,
      },
    );
  };
  const flush = (): void => {
    if (waiting.length === 0) return;
    const writes = waiting;
    waiting = [];
    display?.clear();
    for (const write of writes) write();
  };
  const show = (next: () => ProgressView): void => {
    view = next;
    if (timer !== null) return;
    timer = setInterval(draw, display === null ? plainEveryMs : liveEveryMs);
    timer.unref();
  };

  let begun: number | null = null;
  let isStopping = false;
  let silentSince: number | null = null;
  const elapsed = (): number => now() - (begun ?? now());
  let applied = countApplied([]);

  return {
    planning(progress) {
      begun ??= now();
      const { silentSince: since } = progress;
      show(() =>
        viewReading(progress, elapsed(), since === undefined ? null : Math.max(0, now() - since)),
      );
    },
    examining(progress) {
      show(() => viewExamining(progress));
    },
    applying(plan) {
      begun = now();
      applied = countApplied(
        plan.accounts.map(({ account, targets }) => ({
          account: account.id,
          targets: targets.filter(isToChange).length,
        })),
      );
      show(() =>
        viewApplying(applied, elapsed(), {
          inFlight: isStopping ? requests.size : null,
          silentMs: silentSince === null ? null : Math.max(0, now() - silentSince),
        }),
      );
    },
    event(event) {
      if (event.type === 'target-ended') applied.end(event.target.account, event.verdict);
    },
    trackCall(call) {
      const request = { call, since: now() };
      requests.add(request);
      return () => void requests.delete(request);
    },
    printAbove(write) {
      flush();
      display?.clear();
      write();
      if (display !== null) draw();
    },
    enqueue(write) {
      if (display === null || timer === null) return write();
      waiting.push(write);
    },
    async suspend(act) {
      flush();
      display?.clear();
      suspensions += 1;
      const from = now();
      try {
        return await act();
      } finally {
        suspensions -= 1;
        // The time that the user took to answer does not count.
        if (begun !== null) begun += now() - from;
      }
    },
    stopping() {
      isStopping = true;
    },
    outage(since) {
      silentSince = since;
    },
    end() {
      flush();
      if (timer !== null) clearInterval(timer);
      timer = null;
      view = null;
      begun = null;
      display?.clear();
    },
  };
}

const describe = ({ service, operation, account, region }: CallBegun): string =>
  `${service}:${operation}${account === null ? '' : ` in ${account}`} ${region}`;

interface Display {
  show(lines: readonly string[]): void;
  clear(): void;
}

/**
 * Lines at the bottom of the screen. The cursor is never hidden, so a crash leaves nothing to restore. The lines are
 * removed whenever the process exits.
 */
async function openDisplay(stream: Stream): Promise<Display> {
  const { createLogUpdate } = await import('log-update');
  const { widthOf } = await import('../../render/text-width.ts');
  const { moveCursor, cursorTo, clearScreenDown } = await import('node:readline');
  const { stripVTControlCharacters } = await import('node:util');
  const redraw = createLogUpdate(stream as WriteStream, { showCursor: true });
  let widths: readonly number[] = [];
  let columns = stream.columns;

  /** A narrower window wraps the rows that were printed, so they are cleared one by one. */
  const followResize = (): void => {
    const now = stream.columns;
    if (now === columns) return;
    const rows = widths.reduce(
      (sum, width) => sum + Math.max(1, Math.ceil(width / Math.max(1, now))),
      0,
    );
    if (rows > widths.length) {
      moveCursor(stream as WriteStream, 0, -rows);
      cursorTo(stream as WriteStream, 0);
      clearScreenDown(stream as WriteStream);
      redraw.done();
      widths = [];
    }
    columns = now;
  };
  const clear = (): void => {
    followResize();
    if (widths.length > 0) redraw.clear();
    widths = [];
  };
  process.once('exit', clear);
  return {
    show(lines) {
      followResize();
      redraw(lines.join('\n'));
      widths = lines.map((line) => widthOf(stripVTControlCharacters(line)));
    },
    clear,
  };
}
