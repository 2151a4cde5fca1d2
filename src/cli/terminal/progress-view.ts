/**
 * The text of the progress display: counts, rates and time left, as lines for a terminal, as one plain line, and as
 * data.
 */
import { Chalk, type ChalkInstance } from 'chalk';
import type { CallBegun } from '../../aws/index.ts';
import type { Verdict } from '../../core/model/model.ts';
import { outageLimitMs } from '../../run/connectivity.ts';
import type { PlanningProgress } from '../../run/plan.ts';
import { clip, widthOf } from '../../render/text-width.ts';
import type { Style } from '../../render/index.ts';
import { duration as durationOf, number, plural } from '../../core/model/counted.ts';

const duration = (ms: number): string => durationOf(ms, { padded: true });

type Slow = CallBegun & { readonly ms: number };

export interface ProgressView {
  /** Lines for a terminal, shorter than its width. */
  readonly live: (style: Style, slow: Slow | null) => readonly string[];
  readonly plain: string;
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

type Paint = (chalk: ChalkInstance, text: string) => string;
interface Part {
  readonly text: string;
  readonly paint?: Paint;
}

/** Before this time, no rate is estimated. */
const minElapsedMs = 2_000;

/** How many per second, and how long the rest takes; null if it is not known yet. */
const pace = (
  done: number,
  of: number,
  elapsedMs: number,
): { readonly rate: number; readonly leftMs: number } | null => {
  if (done === 0 || elapsedMs < minElapsedMs) return null;
  const rate = done / (elapsedMs / 1000);
  return { rate, leftMs: ((of - done) / rate) * 1000 };
};

const perSecond = (rate: number): string =>
  `${rate >= 10 ? number(Math.round(rate)) : rate.toFixed(1)}/s`;

const red: Paint = (chalk, text) => chalk.red(text);
const green: Paint = (chalk, text) => chalk.green(text);
const magenta: Paint = (chalk, text) => chalk.magenta(text);
const dim: Paint = (chalk, text) => chalk.dim(text);

/** As many of the parts as fit, in order. */
function lineOf(
  parts: readonly Part[],
  columns: number,
  chalk: ChalkInstance,
  between = ', ',
): string {
  let line = '';
  let room = columns - 1;
  for (const [index, { text, paint }] of parts.entries()) {
    const before = index === 0 ? '' : between;
    const clipped = index === 0 ? clip(text, room) : text;
    if (widthOf(before) + widthOf(clipped) > room) break;
    room -= widthOf(before) + widthOf(clipped);
    line += before + (paint === undefined ? clipped : paint(chalk, clipped));
  }
  return line;
}

const barWidth = (columns: number): number => Math.max(8, Math.min(40, Math.floor(columns / 5)));

/** A bar that is readable without color: the finished part is bolder than the rest. */
function bar(done: number, of: number, { columns, color }: Style): Part {
  const width = barWidth(columns);
  const full = of === 0 ? width : Math.floor((width * done) / of);
  const text = '━'.repeat(full) + (color ? '━' : '╌').repeat(width - full);
  return { text, paint: (chalk) => chalk.cyan(text.slice(0, full)) + chalk.dim(text.slice(full)) };
}

const percent = (done: number, of: number): string =>
  `${String(of === 0 ? 100 : Math.floor((100 * done) / of)).padStart(3)} %`;

const indent = ' '.repeat(9);

function linesOf(
  head: readonly Part[],
  counts: readonly Part[],
  slow: Slow | null,
  { color, columns }: Style,
): readonly string[] {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const lines = [lineOf(head, columns, chalk, '  ')];
  if (counts.length > 0) lines.push(indent + lineOf(counts, columns - indent.length, chalk));
  if (slow !== null) {
    const where = `${slow.account === null ? '' : ` in ${slow.account}`} ${slow.region}`;
    const text = `waiting ${duration(slow.ms)} for ${slow.service}:${slow.operation}${where}`;
    lines.push(indent + lineOf([{ text, paint: dim }], columns - indent.length, chalk));
  }
  return lines;
}

const noAnswer = (silentMs: number, what: string): string =>
  `no answer from AWS for ${duration(silentMs)}; ${what} stops after ${duration(outageLimitMs)}`;

export function viewReading(
  { accountsListed, listed, accountsRead, cellsRead }: PlanningProgress,
  elapsedMs: number,
  silentMs: number | null,
): ProgressView {
  const ahead = listed && silentMs === null ? pace(accountsRead, accountsListed, elapsedMs) : null;
  const accounts = `${number(accountsRead)} of ${plural(accountsListed, 'account')}${listed ? '' : ' so far'}`;
  const cells = plural(cellsRead, 'cell');
  const paced =
    silentMs !== null
      ? [noAnswer(silentMs, 'reading')]
      : ahead === null
        ? []
        : [`${duration(ahead.leftMs)} left`];
  return {
    live: (style, slow) =>
      linesOf(
        [
          { text: 'Reading ' },
          ...(listed
            ? [
                bar(accountsRead, accountsListed, style),
                { text: percent(accountsRead, accountsListed) },
              ]
            : []),
          { text: accounts },
          { text: cells },
          ...paced.map((text) => ({ text })),
        ],
        [],
        slow,
        style,
      ),
    plain: `Reading: ${[accounts, cells, ...paced].join(', ')}`,
    facts: { phase: 'reading', accountsRead, accountsListed, listed, cellsRead },
  };
}

export function viewExamining({
  tried,
  of,
}: {
  readonly tried: number;
  readonly of: number;
}): ProgressView {
  const accounts = `${number(tried)} of ${plural(of, 'account')}`;
  return {
    live: (style, slow) =>
      linesOf(
        [
          { text: 'Trying  ' },
          bar(tried, of, style),
          { text: percent(tried, of) },
          { text: accounts },
        ],
        [],
        slow,
        style,
      ),
    plain: `Trying: ${accounts}`,
    facts: { phase: 'trying', accountsTried: tried, accounts: of },
  };
}

export interface ApplyTally {
  end(account: string, verdict: Verdict): void;
  readonly targets: number;
  readonly accounts: number;
  done(): number;
  accountsDone(): number;
  count(...verdicts: readonly Verdict[]): number;
}

/** Counts finished targets, in total and by account. */
export function countApplied(
  toChange: readonly { readonly account: string; readonly targets: number }[],
): ApplyTally {
  const left = new Map(
    toChange.filter(({ targets }) => targets > 0).map(({ account, targets }) => [account, targets]),
  );
  const accounts = left.size;
  const verdicts = new Map<Verdict, number>();
  let done = 0;
  return {
    targets: toChange.reduce((sum, { targets }) => sum + targets, 0),
    accounts,
    end(account, verdict) {
      done += 1;
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      const rest = (left.get(account) ?? 1) - 1;
      if (rest > 0) left.set(account, rest);
      else left.delete(account);
    },
    done: () => done,
    accountsDone: () => accounts - left.size,
    count: (...wanted) => wanted.reduce((sum, verdict) => sum + (verdicts.get(verdict) ?? 0), 0),
  };
}

/**
 * `inFlight`: how many calls a stopping run still waits for; null if it is not stopping. `silentMs`: how long nothing
 * has answered, so that no time can be estimated; null if something answers.
 */
export function viewApplying(
  applied: ApplyTally,
  elapsedMs: number,
  { inFlight, silentMs }: { readonly inFlight: number | null; readonly silentMs: number | null },
): ProgressView {
  const [done, of] = [applied.done(), applied.targets];
  const [changed, conflicts, failed] = [
    applied.count('changed'),
    applied.count('conflict'),
    applied.count('failed', 'blocked'),
  ];
  const targets = `${number(done)} of ${plural(of, 'target')}`;
  const ahead = silentMs === null ? pace(done, of, elapsedMs) : null;
  const paceText = (): readonly string[] => {
    if (inFlight !== null) return [`${plural(inFlight, 'call')} in flight`];
    if (silentMs !== null) return [noAnswer(silentMs, 'the run')];
    return ahead === null ? [] : [perSecond(ahead.rate), `${duration(ahead.leftMs)} left`];
  };
  const paced = paceText();
  const phase = inFlight === null ? 'Applying' : 'Stopping';
  const counts: readonly Part[] = [
    { text: `${number(changed)} changed`, paint: green },
    ...(conflicts > 0 ? [{ text: `${number(conflicts)} in conflict`, paint: magenta }] : []),
    ...(failed > 0 ? [{ text: `${number(failed)} failed or blocked`, paint: red }] : []),
    { text: `${number(applied.accountsDone())} of ${plural(applied.accounts, 'account')} done` },
  ];
  return {
    live: (style, slow) =>
      linesOf(
        [
          { text: phase },
          bar(done, of, style),
          { text: percent(done, of) },
          { text: targets },
          ...paced.map((text) => ({ text })),
        ],
        counts,
        slow,
        style,
      ),
    plain: `${phase}: ${[targets, ...counts.map(({ text }) => text), ...paced].join(', ')}`,
    facts: {
      phase: phase.toLowerCase(),
      targetsDone: done,
      targets: of,
      accountsDone: applied.accountsDone(),
      accounts: applied.accounts,
      changed,
      conflicts,
      failed,
      ...(silentMs === null ? {} : { silentMs: Math.round(silentMs) }),
      ...(ahead === null
        ? {}
        : { perSecond: Math.round(ahead.rate * 10) / 10, leftMs: Math.round(ahead.leftMs) }),
    },
  };
}
