/** What a run did, target by target: the fold over its journal that rollback and resume plan from. */
import type { AccountPlan, Problem, RoleDetails, TargetKey, TargetValue } from '../model/model.ts';
import { sameTargetValue } from '../iam/trust-policy.ts';
import type { RunEvent, RunResumed, RunStarted, RunStopped, TargetEnded } from './events.ts';

/** One change that the run began. */
export interface ChangeRecord {
  readonly target: TargetKey;
  /** What was there before the run's first change of the target. */
  readonly from: TargetValue;
  /** What the run's last change of it was to make. */
  readonly to: TargetValue;
  readonly begunAt: string;
  /** The place of the part of the run that began it among all runs: see `RunStarted.order`. */
  readonly order: number;
  readonly formerRole: RoleDetails | null;
  /** Of a role that is made again: what it is made with. */
  readonly remadeWith: RoleDetails | null;
  /** Null: begun, and its end is not on record. */
  readonly ended: ChangeEnd | null;
}

/** A cell that a stack set was given, or that was taken back from one. */
export interface HandOver {
  readonly target: TargetKey;
  /** The set's ARN. */
  readonly stackSet: string;
  /** The operation that gave it to the set, as far as the run recorded that; null: not known. */
  readonly operation: string | null;
  /** Whether the run recorded that the set had been given it. */
  readonly isGiven: boolean;
  readonly at: string;
  /** The place of the part of the run among all runs: see `RunStarted.order`. */
  readonly order: number;
  /** Who has had the cell since. */
  readonly to: 'stackset' | 'dhmc';
  /** Of a cell that was taken back: what it held, and who had written it last, by AWS; null: it was not read. */
  readonly found: {
    readonly value: TargetValue;
    readonly modifiedBy: string | null;
    readonly modifiedAt: string | null;
  } | null;
}

/** An operation by which a stack set takes over cells that are as runs of dhmc left them. */
export interface TakeOver {
  readonly operation: string;
  readonly accounts: ReadonlySet<string>;
  readonly regions: ReadonlySet<string>;
}

/** A role that a stack set made: whose it has been since. */
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
  /** By this machine's clock; null if a resumed run found it out. */
  readonly at: string | null;
}

export interface RunHistory {
  readonly started: RunStarted;
  /** The ARNs of those who started and resumed it. */
  readonly callers: readonly string[];
  /** The place of its last part among all runs. */
  readonly order: number;
  /** The newest plan of each account, by account id, in the order of the journal. */
  readonly plans: ReadonlyMap<string, AccountPlan>;
  /** Changes that were begun, by `keyOf`. */
  readonly changes: ReadonlyMap<string, ChangeRecord>;
  /** Ends of targets without a change of their own (blocked, conflict found just before writing …), by `keyOf`. */
  readonly endings: ReadonlyMap<string, TargetEnded>;
  /** Cells that were handed over to a stack set or taken back, by `keyOf`: the last of each. */
  readonly handOvers: ReadonlyMap<string, HandOver>;
  readonly takeOvers: readonly TakeOver[];
  /** Roles that stack sets made, by account: the last of each. */
  readonly roleHandOvers: ReadonlyMap<string, RoleHandOver>;
  /** Null if it was not stopped, or has been resumed since. */
  readonly stopped: RunStopped | null;
  /** When it ended; null: it did not finish. */
  readonly finishedAt: string | null;
}

/** The place among all runs of a run, or of a part of one: by the clock where a journal of 0.1.0 does not say it. */
export const orderOf = (event: RunStarted | RunResumed): number =>
  event.order ?? Date.parse(event.type === 'run-started' ? event.startedAt : event.at);

/**
 * - made: the run saw that it was done.
 * - unrecorded: begun, and its end is not recorded; or AWS accepted it and did not show it.
 * - doubtful: an answer was lost, and the change was not there when the run looked last.
 * - none: refused, or somebody else was first. Whatever is there now is not the run's.
 */
export type ChangeOutcome = 'made' | 'unrecorded' | 'doubtful' | 'none';

/** Codes of failures that leave open whether AWS carried the call out. */
const leavesOpen: ReadonlySet<string> = new Set(['network', 'invalid-response', 'aws-error']);

/** Journals of 0.1.0 have no code of its own for it. */
const wasAccepted = ({ code, message }: Problem): boolean =>
  code === 'not-read-back' || message.startsWith('AWS accepted the change');

/** What is known of how a change ended. Only `made` and `unrecorded` ones may be undone, and `doubtful` ones that AWS shows to be the run's. */
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

/** Verdicts by which a resumed run says that it found out how a change ended. */
const settles: ReadonlySet<string> = new Set(['changed', 'in-sync', 'conflict']);

/** Verdicts after which nothing more is to be done to a role that a stack set made. */
const settlesRole: ReadonlySet<string> = new Set(['changed', 'in-sync', 'skipped']);

const isOpen = (change: ChangeRecord): boolean =>
  ['unrecorded', 'doubtful'].includes(changeOutcome(change));

export const keyOf = (target: TargetKey): string =>
  `${target.account}/${target.kind}/${target.region ?? ''}`;

/** Whether the run was cut off, or stopped before its end. */
export const isUnfinished = ({ stopped, finishedAt }: RunHistory): boolean =>
  finishedAt === null || stopped !== null;

export interface HistoryFold {
  add(event: RunEvent): void;
  /** The place of the part of the run that was added last. */
  order(): number;
  /** Null before `run-started` was added. */
  history(): RunHistory | null;
}

/** Folds a journal's events one by one, so that they need not be held together. */
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
          // A resumed run found out how what it had begun ended.
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
        // A change that is begun again has the same before, unless the earlier one came to nothing and the value was changed meanwhile.
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
