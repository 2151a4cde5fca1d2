/** What a run did to each target: the fold over its journal from which `rollback` and `resume` plan. */
import type { AccountPlan, Problem, RoleDetails, TargetKey, TargetValue } from '../model/model.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import type { RunEvent, RunResumed, RunStarted, RunStopped, TargetEnded } from './events.ts';

/** One change that the run began. */
export interface ChangeRecord {
  readonly target: TargetKey;
  /** The value before the run's first change of the target. */
  readonly from: TargetValue;
  /** The value that the run's last change of the target was to set. */
  readonly to: TargetValue;
  readonly begunAt: string;
  /** The order of the part of the run that began it: see `RunStarted.order`. */
  readonly order: number;
  readonly formerRole: RoleDetails | null;
  /** For a role that is created again: its tags and boundary. */
  readonly remadeWith: RoleDetails | null;
  /** Null if the change was begun and has no recorded end. */
  readonly ended: ChangeEnd | null;
}

/** A cell that was transferred to a stack set, or taken back from one. */
export interface HandOver {
  readonly target: TargetKey;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The operation that transferred it to the set; null if the run did not record that. */
  readonly operation: string | null;
  /** Whether the run recorded the transfer to the set. */
  readonly isGiven: boolean;
  readonly at: string;
  /** The order of that part of the run: see `RunStarted.order`. */
  readonly order: number;
  /** The owner of the cell since then. */
  readonly to: 'stackset' | 'dhmc';
  /** For a cell that was taken back: its value and last writer according to AWS; null if it was not read. */
  readonly found: {
    readonly value: TargetValue;
    readonly modifiedBy: string | null;
    readonly modifiedAt: string | null;
  } | null;
}

/** An operation by which a stack set takes over cells that are still as runs of dhmc left them. */
export interface TakeOver {
  readonly operation: string;
  readonly accounts: ReadonlySet<string>;
  readonly regions: ReadonlySet<string>;
}

/** A role of a stack set, and its owner since. */
export interface RoleHandOver {
  readonly account: string;
  readonly region: string;
  readonly stackSet: string;
  readonly role: string;
  readonly order: number;
  readonly to: 'stackset' | 'dhmc';
}

export interface ChangeEnd extends Pick<
  TargetEnded,
  'verdict' | 'state' | 'value' | 'modifiedBy' | 'modifiedAt' | 'problem'
> {
  /** By this machine's clock; null if a resumed run determined the result. */
  readonly at: string | null;
}

export interface RunHistory {
  readonly started: RunStarted;
  /** The ARNs of the callers that started and resumed it. */
  readonly callers: readonly string[];
  /** The order of its last part: see `RunStarted.order`. */
  readonly order: number;
  /** The latest plan of each account, by account id, in the order of the journal. */
  readonly plans: ReadonlyMap<string, AccountPlan>;
  /** Changes that were begun, by `keyOf`. */
  readonly changes: ReadonlyMap<string, ChangeRecord>;
  /** Ends of targets whose change was not begun (blocked, a conflict just before the write, …), by `keyOf`. */
  readonly endings: ReadonlyMap<string, TargetEnded>;
  /** The last transfer of each cell to or from a stack set, by `keyOf`. */
  readonly handOvers: ReadonlyMap<string, HandOver>;
  readonly takeOvers: readonly TakeOver[];
  /** Roles of stack sets, by account: the last event of each. */
  readonly roleHandOvers: ReadonlyMap<string, RoleHandOver>;
  /** Null if the run was not stopped, or was resumed since. */
  readonly stopped: RunStopped | null;
  /** When it finished; null if it did not. */
  readonly finishedAt: string | null;
}

/** The order of a run or of a part of it: see `RunStarted.order`. Journals of 0.1.0 have only the time. */
export const orderOf = (event: RunStarted | RunResumed): number =>
  event.order ?? Date.parse(event.type === 'run-started' ? event.startedAt : event.at);

/**
 * - made: the run read the change back.
 * - unrecorded: begun, without a recorded end; or AWS accepted it and did not show it.
 * - doubtful: an answer was lost, and the change was not visible when the run read the target last.
 * - none: refused, or someone else was first. The present value is not the run's.
 */
export type ChangeOutcome = 'made' | 'unrecorded' | 'doubtful' | 'none';

/** Codes of failures after which AWS may still have made the change. */
const leavesOpen: ReadonlySet<string> = new Set(['network', 'invalid-response', 'aws-error']);

/** Journals of 0.1.0 do not have the code `not-read-back`, so their message is compared. */
const wasAccepted = ({ code, message }: Problem): boolean =>
  code === 'not-read-back' || message.startsWith('AWS accepted the change');

/**
 * How a change ended, as far as is known. Only `made` and `unrecorded` changes may be undone, and `doubtful` ones that
 * AWS shows to be the run's.
 */
export function changeOutcome({
  from,
  ended,
}: Pick<ChangeRecord, 'from' | 'ended'>): ChangeOutcome {
  if (ended === null || ended.state === 'unknown') return 'unrecorded';
  if (ended.verdict === 'changed') return 'made';
  if (ended.verdict !== 'failed') return 'none';
  const { problem, value } = ended;
  if ((problem !== null && wasAccepted(problem)) || !sameTargetValue(value, from)) {
    return 'unrecorded';
  }
  return problem !== null && leavesOpen.has(problem.code) ? 'doubtful' : 'none';
}

/** Verdicts with which a resumed run settles how a change ended. */
const settles: ReadonlySet<string> = new Set(['changed', 'in-sync', 'conflict']);

/** Verdicts after which a stack set's role needs nothing more. */
const settlesRole: ReadonlySet<string> = new Set(['changed', 'in-sync', 'skipped']);

const isOpen = (change: ChangeRecord): boolean =>
  ['unrecorded', 'doubtful'].includes(changeOutcome(change));

export const keyOf = (target: TargetKey): string =>
  `${target.account}/${target.kind}/${target.region ?? ''}`;

/** Whether the run was killed, or stopped before its end. */
export const isUnfinished = ({ stopped, finishedAt }: RunHistory): boolean =>
  finishedAt === null || stopped !== null;

export interface HistoryFold {
  add(event: RunEvent): void;
  /** The order of the part of the run that was added last. */
  order(): number;
  /** Null until `run-started` is added. */
  history(): RunHistory | null;
}

/** Folds a journal's events one by one, so that memory never holds all of them. */
export function foldHistory(): HistoryFold {
  let started: RunStarted | null = null;
  let stopped: RunStopped | null = null;
  let finishedAt: string | null = null;
  let order = 0;
  const callers: string[] = [];
  const plans = new Map<string, AccountPlan>();
  const changes = new Map<string, ChangeRecord>();
  const endings = new Map<string, TargetEnded>();
  const handOvers = new Map<string, HandOver>();
  const takeOvers: TakeOver[] = [];
  const roleHandOvers = new Map<string, RoleHandOver>();
  const add = (event: RunEvent): void => {
    switch (event.type) {
      case 'run-started':
        started = event;
        order = orderOf(event);
        callers.push(event.caller.arn);
        return;
      case 'account-planned':
        plans.set(event.plan.account.id, event.plan);
        for (const row of event.plan.targets) {
          const change = changes.get(keyOf(row));
          // A resumed run determined how a change that it had begun ended.
          if (change !== undefined && isOpen(change) && settles.has(row.verdict)) {
            const { verdict, state, to: value, modifiedBy, modifiedAt, problem } = row;
            const ended = { verdict, state, value, modifiedBy, modifiedAt, problem, at: null };
            changes.set(keyOf(row), { ...change, ended });
          }
        }
        return;
      case 'change-begun': {
        const key = keyOf(event.target);
        const earlier = changes.get(key);
        // A change that is begun again keeps its former value, unless the earlier attempt had no effect: someone may have
        // changed the value in between.
        const from =
          earlier === undefined || changeOutcome(earlier) === 'none' ? event.from : earlier.from;
        changes.set(key, {
          target: event.target,
          from,
          to: event.to,
          begunAt: event.at,
          order,
          formerRole: event.formerRole ?? earlier?.formerRole ?? null,
          remadeWith: plans.get(event.target.account)?.formerRole ?? earlier?.remadeWith ?? null,
          ended: null,
        });
        return;
      }
      case 'target-ended': {
        const key = keyOf(event.target);
        const change = changes.get(key);
        if (change !== undefined && change.ended === null)
          changes.set(key, { ...change, ended: event });
        endings.set(key, event);
        return;
      }
      case 'run-stopped':
        stopped = event;
        return;
      case 'run-resumed':
        stopped = null;
        finishedAt = null;
        order = Math.max(order + 1, orderOf(event));
        if (!callers.includes(event.caller.arn)) callers.push(event.caller.arn);
        return;
      case 'run-finished':
        finishedAt = event.at;
        return;
      case 'cell-handed-over':
      case 'cell-taken-back': {
        const { target, stackSet, at } = event;
        const key = keyOf(target);
        const common = { target, stackSet, at, order };
        if (event.type === 'cell-handed-over') {
          const { operation } = event;
          handOvers.set(key, {
            ...{ ...common, operation, isGiven: true, to: 'stackset', found: null },
          });
          return;
        }
        const { value, written } = event;
        const earlier = handOvers.get(key);
        handOvers.set(key, {
          ...common,
          operation: earlier?.operation ?? null,
          isGiven: earlier?.isGiven ?? false,
          to: 'dhmc',
          found: written === undefined ? null : { value, ...written },
        });
        return;
      }
      case 'role-handed-over':
      case 'role-taken-back': {
        const { account, region, stackSet, role } = event;
        const isBack = event.type === 'role-taken-back' && settlesRole.has(event.verdict);
        const to = isBack ? 'dhmc' : 'stackset';
        roleHandOvers.set(account, { account, region, stackSet, role, order, to });
        return;
      }
      case 'stack-set-call-begun': {
        const { takesOver, operation, accounts, regions } = event;
        if (takesOver === true && operation !== null)
          takeOvers.push({ operation, accounts: new Set(accounts), regions: new Set(regions) });
        return;
      }
      case 'role-tag-begun':
      case 'stack-set-call-ended':
      case 'run-confirmed':
        return;
    }
  };
  return {
    add,
    order: () => order,
    history: () =>
      started === null
        ? null
        : {
            ...{ started, callers, order, plans, changes, endings },
            ...{ handOvers, takeOvers, roleHandOvers, stopped, finishedAt },
          },
  };
}
