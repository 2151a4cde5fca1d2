/**
 * The state machine of one change: look, record the intent, write, verify. It is pure: its caller reads, writes and
 * waits, and gets the next step from `next`.
 *
 *     look ──before──▶ record ──▶ write ──accepted──▶ verify ──after──▶ changed
 *      ▲ │                          │                    │
 *      │ ├─after──▶ in-sync,        │                    ├─moved──▶ conflict
 *      │ │          or changed      │                    └─late───▶ failed: not read back
 *      │ └─moved──▶ conflict        ├─refused──▶ failed
 *      └───busy, lost, taken, ──────┤
 *          not yet visible          └─lost too often──▶ last look
 *
 * After a lost answer, it is unknown whether the change was made. So the target is read before it is written again.
 */
import type { Problem } from '../model/model.ts';
import { concurrent, isCredentialProblem, propagation } from '../problems/problems.ts';

/** How long a change may take to be visible to our reads, in milliseconds. */
export const readBackLimitMs = 15_000;
/** How long IAM may take to propagate a role, from the run's last change of it, in milliseconds. */
export const propagationLimitMs = 60_000;
/** How long calls of an account are retried after its first lost answer, in milliseconds. */
export const silenceLimitMs = 40_000;
const busyTries = 8;
const lostTries = 5;
const takenTries = 5;

/** The delay before the next try, in milliseconds: from 0.25 s, doubling up to 4 s. */
const backoff = (tries: number): number => Math.min(4_000, 250 * 2 ** tries);

/** - before: the value that the plan starts from. - after: the planned value. - moved: neither. */
export type Found = 'before' | 'after' | 'moved';

/** Who set the value that was found, as far as AWS shows. */
export type MadeBy = 'run' | 'others' | 'unclear';

/**
 * After a network problem.
 *
 * - try-again: AWS answers again.
 * - give-up: only this account fails.
 * - stopped: the run ends.
 */
export type Reachability = 'try-again' | 'give-up' | 'stopped';

export type Outcome =
  | { readonly kind: 'read'; readonly found: Found; readonly by: MadeBy }
  | { readonly kind: 'unread'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'recorded' }
  /** The journal cannot be written, so nothing may be changed. */
  | { readonly kind: 'not-recorded' }
  | { readonly kind: 'accepted' }
  /** See `WriteResult`. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'lost'; readonly problem: Problem; readonly connection: Reachability }
  | { readonly kind: 'not-visible' | 'busy' | 'exists' | 'gone'; readonly problem: Problem }
  /** The run was stopped before this activity began. */
  | { readonly kind: 'stopped' };

/** The kind of change, and the present state of its account. */
export interface Circumstances {
  readonly kind: 'setting' | 'role' | 'grant';
  /** Whether the change creates or sets something, rather than removing it. */
  readonly makes: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /**
   * Until when a role may still be invisible to SSM, since IAM propagates it; 0 if this run has not changed the role.
   */
  readonly visibleUntil: number;
  /** Until when lost calls of the account are retried. */
  readonly silentUntil: number;
}

export type Activity = 'look' | 'record' | 'write' | 'verify' | 'last-look';

export interface ChangeState {
  /** The present activity. */
  readonly doing: Activity;
  /** The intent was recorded. */
  readonly begun: boolean;
  /** A write was accepted, or its answer was lost. */
  readonly sent: boolean;
  /** An answer was lost, and the target was not read since. */
  readonly uncertain: boolean;
  /** The number of writes that were sent. */
  readonly attempts: number;
  /** The last problem. */
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

/**
 * How a change ended. Where this is null, the change was not begun or its result is unknown, and no end is recorded.
 */
export interface ChangeVerdict {
  readonly verdict: 'changed' | 'in-sync' | 'conflict' | 'failed' | 'blocked' | 'not-attempted';
  /** The source of state and value in the report: the last reading, the plan, or none. */
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

/** The run was stopped while AWS is reachable: after a lost answer, the target is read once more. */
const stopped = (state: ChangeState): Next =>
  state.begun && state.uncertain ? go(state, { doing: 'last-look' }) : cutOff(state);

/** The run was stopped, and the target is not read any more. */
function cutOff(state: ChangeState): Next {
  const { begun, uncertain, last } = state;
  if (!begun) return end(state, null);
  if (uncertain) return last === null ? end(state, null) : failed(state, last);
  return end(state, { verdict: 'not-attempted', shows: 'plan', problem: last });
}

/** The target has the planned value: `changed` if this run set it, else `in-sync`. */
function reached(state: ChangeState, by: MadeBy): Next {
  const isOurs = state.begun && by !== 'others' && (state.sent || by === 'run');
  return end(state, { verdict: isOurs ? 'changed' : 'in-sync', shows: 'reading', problem: null });
}

const hasMoved = (state: ChangeState): Next =>
  end(state, { verdict: 'conflict', shows: 'reading', problem: 'moved' });

/** The next step after the outcome of the present activity. */
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
      // IAM sees its own roles at once. Only SSM may need time to see them.
      if (kind !== 'setting' || visibleUntil === 0) return failed(noted, problem);
      if (now < visibleUntil) return again(noted, 'unseen');
      // A denial that outlasts the wait is not caused by IAM's propagation.
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
