/** How far a command is: one line that is rewritten on a terminal, plain lines every few seconds elsewhere. */
import type { RunEvent } from '../core/events.ts';
import type { Verdict } from '../core/model.ts';
import type { PlanningProgress } from '../run/index.ts';
import type { Terminal } from './terminal.ts';

export interface Progress {
  planning(progress: PlanningProgress): void;
  /** Accounts that the doctor has tried. */
  examining(progress: { readonly tried: number; readonly of: number }): void;
  /** `targets` are to change in all. */
  applying(targets: number): void;
  event(event: RunEvent): void;
  /** Runs what writes to the terminal without tearing the line. */
  above(write: () => void): void;
  /** Takes the line away while something else has the terminal, such as a question. */
  aside<T>(act: () => Promise<T>): Promise<T>;
  /** Takes the line away. */
  end(): void;
}

export const silent: Progress = {
  planning: () => {},
  examining: () => {},
  applying: () => {},
  event: () => {},
  above: (write) => write(),
  aside: (act) => act(),
  end: () => {},
};

const plainEveryMs = 5_000;
const liveEveryMs = 100;

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

export async function openProgress(terminal: Terminal, now: () => number): Promise<Progress> {
  const redraw = terminal.live ? (await import('log-update')).logUpdateStderr : null;
  let text: (() => string) | null = null;
  let asides = 0;
  let timer: NodeJS.Timeout | null = null;

  const draw = (): void => {
    if (text === null || asides > 0) return;
    if (redraw === null) terminal.tell(`${text()}\n`);
    else redraw(text().slice(0, Math.max(20, terminal.errorStyle.columns - 1)));
  };
  const show = (line: () => string): void => {
    text = line;
    if (timer !== null) return;
    timer = setInterval(draw, redraw === null ? plainEveryMs : liveEveryMs);
    timer.unref();
  };

  let started = 0;
  let total = 0;
  const ended = new Map<Verdict, number>();
  const sum = (verdicts: readonly Verdict[]): number => verdicts.reduce((all, verdict) => all + (ended.get(verdict) ?? 0), 0);
  const applyingLine = (): string => {
    const done = [...ended.values()].reduce((all, one) => all + one, 0);
    const elapsed = now() - started;
    const rate = done / Math.max(1, elapsed / 1000);
    const parts = [`Applying: ${done} of ${total}`, `${sum(['changed'])} changed`];
    if (sum(['conflict']) > 0) parts.push(`${sum(['conflict'])} in conflict`);
    if (sum(['failed', 'blocked']) > 0) parts.push(`${sum(['failed', 'blocked'])} failed or blocked`);
    if (done > 0 && elapsed > 2_000) parts.push(`${rate.toFixed(1)}/s`, `${duration(((total - done) / rate) * 1000)} left`);
    return parts.join(', ');
  };

  return {
    planning({ accountsListed, listed, accountsRead, cellsRead }) {
      show(() => `Reading: ${accountsRead} of ${count(accountsListed, 'account')}${listed ? '' : ' so far'}, ${count(cellsRead, 'cell')}`);
    },
    examining({ tried, of }) {
      show(() => `Trying: ${tried} of ${count(of, 'account')}`);
    },
    applying(targets) {
      started = now();
      total = targets;
      show(applyingLine);
    },
    event(event) {
      if (event.type === 'target-ended') ended.set(event.verdict, (ended.get(event.verdict) ?? 0) + 1);
    },
    above(write) {
      redraw?.clear();
      write();
      if (redraw !== null) draw();
    },
    async aside(act) {
      redraw?.clear();
      asides += 1;
      try {
        return await act();
      } finally {
        asides -= 1;
      }
    },
    end() {
      if (timer !== null) clearInterval(timer);
      timer = null;
      text = null;
      redraw?.clear();
      redraw?.done();
    },
  };
}
