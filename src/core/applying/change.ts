/**
 * The states of one change, and what follows from each outcome: look, record the intent, write, verify. Pure: whoever
 * carries it out reads, writes and waits, and asks `next` what to do.
 *
 *     look ──before──▶ record ──▶ write ──accepted──▶ verify ──after──▶ changed
 *      ▲ │                          │                    │
 *      │ ├─after──▶ in-sync,        │                    ├─moved──▶ conflict
 *      │ │          or changed      │                    └─late───▶ failed: not read back
 *      │ └─moved──▶ conflict        ├─refused──▶ failed
 *      └───busy, lost, taken, ──────┤
 *          not yet visible          └─lost too often──▶ last look
 *
 * An answer that was lost leaves open whether the change was made: nothing is written again before a look.
 */
import type { Problem } from '../model/model.ts';
import { concurrent, isCredentialProblem, propagation } from '../problems/problems.ts';

/** How long a change may take to be seen by our own reads, in milliseconds. */
export const readBackLimitMs = 15_000;
/** How long IAM may take to make a role known, counted from the run's last change of it, in milliseconds. */
export const propagationLimitMs = 60_000;
/** How long after the first lost answer of an account its calls are tried again, in milliseconds. */
export const silenceLimitMs = 40_000;
const busyTries = 8;
const lostTries = 5;
const takenTries = 5;

/** Milliseconds before the next try: 0.25 s doubling to 4 s. */
const backoff = (tries: number): number => Math.min(4_000, 250 * 2 ** tries);

/** - before: as it was planned from. - after: as wanted. - moved: neither. */
export type Found = 'before' | 'after' | 'moved';

/** Who made what was found, as far as AWS shows. */
export type MadeBy = 'run' | 'others' | 'unclear';

/** After a network problem: others are answered again, or it is this account's trouble; `stopped`: the run ends. */
export type Reachability = 'try-again' | 'give-up' | 'stopped';

export type Outcome =
  | { readonly kind: 'read'; readonly found: Found; readonly by: MadeBy }
  | { readonly kind: 'unread'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'recorded' }
  /** The journal cannot be written: nothing may be changed. */
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'accepted' }
  /** See `WriteResult`. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'lost'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'not-visible' | 'busy' | 'exists' | 'gone'; readonly problem: Problem }
  /** The run was stopped before the action was begun. */
  | { readonly kind: 'stopped' };

/** What the change is about, and what is known of its account now. */
export interface Circumstances {
  readonly kind: 'setting' | 'role' | 'grant';
  /** Whether something is to be made or set, and not removed. */
  readonly makes: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Until when a role that SSM does not see may still be on its way; 0: this run has not changed it. */
  readonly visibleUntil: number;
  /** Until when lost calls of the account are tried again. */
  readonly silentUntil: number;
}

export type Activity = 'look' | 'record' | 'write' | 'verify' | 'last-look';

export interface ChangeState {
  /** What is being done. */
  readonly doing: Activity;
  /** The intent is on record. */
  readonly begun: boolean;
  /** Some write was accepted, or its answer was lost. */
  readonly sent: boolean;
  /** An answer was lost, and nobody has looked since. */
  readonly uncertain: boolean;
  /** Writes that were sent. */
  readonly attempts: number;
  /** The problem seen last. */
  readonly last: Problem | null;
  readonly verifyUntil: number;
  readonly tries: {
    readonly busy: number;
    readonly lost: number;
    readonly taken: number;
    readonly unseen: number;
    readonly verify: number;
  };
}

export const firstState: ChangeState = {
  doing: 'look',
  begun: false,
  sent: false,
  uncertain: false,
  attempts: 0,
  last: null,
  verifyUntil: 0,
  tries: { busy: 0, lost: 0, taken: 0, unseen: 0, verify: 0 },
};

/** How a change ended. `null` in place of it: it was not begun, or nobody knows, and nothing is recorded. */
export interface ChangeVerdict {
  readonly verdict: 'changed' | 'in-sync' | 'conflict' | 'failed' | 'blocked' | 'not-attempted';
  /** Where state and value come from: the last reading, the plan, or nowhere. */
  readonly shows: 'reading' | 'plan' | 'nothing';
  readonly problem: Problem | 'moved' | 'not-read-back' | null;
}

export type Next =
  | { readonly kind: 'do'; readonly state: ChangeState; readonly afterMs: number }
  | { readonly kind: 'end'; readonly state: ChangeState; readonly ended: ChangeVerdict | null };

const go = (
  state: ChangeState,
  over: Partial<ChangeState> & Pick<ChangeState, 'doing'>,
  afterMs = 0,
): Next => ({ kind: 'do', state: { ...state, ...over }, afterMs });

const end = (state: ChangeState, ended: ChangeVerdict | null): Next => ({
  kind: 'end',
  state,
  ended,
});

const failed = (state: ChangeState, problem: Problem): Next =>
  end(state, { verdict: 'failed', shows: state.uncertain ? 'nothing' : 'plan', problem });

const again = (state: ChangeState, name: keyof ChangeState['tries'], afterMs?: number): Next =>
  go(
    state,
    { doing: 'look', tries: { ...state.tries, [name]: state.tries[name] + 1 } },
    afterMs ?? backoff(state.tries[name]),
  );

/** The run was stopped, and AWS can be reached: what was lost is looked at once more. */
const stopped = (state: ChangeState): Next =>
  state.begun && state.uncertain ? go(state, { doing: 'last-look' }) : cutOff(state);

/** The run was stopped, and nothing can be looked at any more. */
function cutOff(state: ChangeState): Next {
  const { begun, uncertain, last } = state;
  if (!begun) return end(state, null);
  if (uncertain) return last === null ? end(state, null) : failed(state, last);
  return end(state, { verdict: 'not-attempted', shows: 'plan', problem: last });
}

/** What is there is what was wanted: whether this run made it. */
function reached(state: ChangeState, by: MadeBy): Next {
  const isOurs = state.begun && by !== 'others' && (state.sent || by === 'run');
  return end(state, { verdict: isOurs ? 'changed' : 'in-sync', shows: 'reading', problem: null });
}

const hasMoved = (state: ChangeState): Next =>
  end(state, { verdict: 'conflict', shows: 'reading', problem: 'moved' });

/** What follows from the outcome of what was done. */
export function next(state: ChangeState, outcome: Outcome, at: Circumstances): Next {
  switch (outcome.kind) {
    case 'stopped':
      return stopped(state);
    case 'read':
      return afterReading(state, outcome, at);
    case 'unread':
      return afterUnread({ ...state, last: outcome.problem }, outcome, at);
    case 'recorded':
      return go(state, { doing: 'write', begun: true });
    case 'not-recorded':
      return end(state, null);
    default:
      return afterWrite({ ...state, attempts: state.attempts + 1 }, outcome, at);
  }
}

function afterReading(
  state: ChangeState,
  { found, by }: Extract<Outcome, { kind: 'read' }>,
  { now }: Circumstances,
): Next {
  if (found === 'moved') return hasMoved(state);
  if (found === 'after') return state.doing === 'verify' ? verified(state) : reached(state, by);
  const { last, tries } = state;
  switch (state.doing) {
    case 'verify':
      if (now >= state.verifyUntil) {
        return end(state, { verdict: 'failed', shows: 'reading', problem: 'not-read-back' });
      }
      return verifyAgain(state);
    case 'last-look':
      return end(state, { verdict: 'failed', shows: 'reading', problem: last });
    default: {
      const seen = { ...state, uncertain: false };
      if (tries.taken >= takenTries && last !== null) return failed(seen, last);
      return go(seen, { doing: state.begun ? 'write' : 'record' });
    }
  }
}

const verified = (state: ChangeState): Next =>
  end(state, { verdict: 'changed', shows: 'reading', problem: null });

const verifyAgain = (state: ChangeState): Next =>
  go(
    state,
    { doing: 'verify', tries: { ...state.tries, verify: state.tries.verify + 1 } },
    backoff(state.tries.verify),
  );

function afterUnread(
  state: ChangeState,
  { problem, connection }: Extract<Outcome, { kind: 'unread' }>,
  { now }: Circumstances,
): Next {
  const unknown = (verdict: 'failed' | 'blocked'): Next =>
    end(state, { verdict, shows: 'nothing', problem });
  switch (state.doing) {
    case 'verify': {
      const isFinal =
        now >= state.verifyUntil ||
        problem.code.startsWith('denied') ||
        isCredentialProblem(problem);
      return isFinal ? unknown('failed') : verifyAgain(state);
    }
    case 'last-look':
      return unknown('failed');
    default:
      if (connection === 'try-again') return go(state, { doing: 'look' });
      if (connection === 'stopped') return cutOff(state);
      return state.begun ? failed(state, problem) : unknown('blocked');
  }
}

function afterWrite(
  state: ChangeState,
  outcome: Exclude<Outcome, { kind: 'stopped' | 'read' | 'unread' | 'recorded' | 'not-recorded' }>,
  { kind, makes, now, visibleUntil, silentUntil }: Circumstances,
): Next {
  if (outcome.kind === 'accepted') {
    return go(state, { doing: 'verify', sent: true, verifyUntil: now + readBackLimitMs });
  }
  const { problem } = outcome;
  const { tries } = state;
  const noted = { ...state, last: problem };
  switch (outcome.kind) {
    case 'refused':
      return outcome.connection === 'stopped' ? cutOff(noted) : failed(noted, problem);
    case 'not-visible':
      // IAM itself sees its roles at once: only SSM has to be waited for.
      if (kind !== 'setting' || visibleUntil === 0) return failed(noted, problem);
      if (now < visibleUntil) return again(noted, 'unseen');
      // A denial that outlasts the wait is not one of IAM's delays.
      return failed(noted, problem.code.startsWith('denied') ? problem : propagation(problem));
    case 'busy':
      return tries.busy >= busyTries ? failed(noted, concurrent(problem)) : again(noted, 'busy');
    case 'lost': {
      const lost = { ...noted, sent: true, uncertain: true };
      if (outcome.connection === 'stopped') return cutOff(lost);
      if (tries.lost >= lostTries || now >= silentUntil) return go(lost, { doing: 'last-look' });
      return again(lost, 'lost', outcome.connection === 'try-again' ? 0 : undefined);
    }
    case 'exists':
      return again(noted, 'taken', tries.taken === 0 ? 0 : backoff(tries.taken + 1));
    case 'gone':
      if (makes && now < visibleUntil) return again(noted, 'unseen');
      return tries.taken > 0 ? failed(noted, problem) : again(noted, 'taken', 0);
  }
}
