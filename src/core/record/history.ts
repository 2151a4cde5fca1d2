/** What a run did, target by target: the fold over its journal that rollback and resume plan from. */
import type { AccountPlan, RoleDetails, TargetKey, TargetValue } from '../model/model.ts';
import type { RunEvent, RunStarted, RunStopped, TargetEnded } from './events.ts';

/** One change that the run began. */
export interface ChangeRecord {
  readonly target: TargetKey;
  /** What was there before the run's first change of the target. */
  readonly from: TargetValue;
  /** What the run's last change of it was to make. */
  readonly to: TargetValue;
  readonly begunAt: string;
  readonly formerRole: RoleDetails | null;
  /** Null: begun, and its end is not on record. */
  readonly ended: Pick<
    TargetEnded,
    'verdict' | 'state' | 'value' | 'modifiedBy' | 'modifiedAt'
  > | null;
}

export interface RunHistory {
  readonly started: RunStarted;
  /** The newest plan of each account, by account id, in the order of the journal. */
  readonly plans: ReadonlyMap<string, AccountPlan>;
  /** Changes that were begun, by `keyOf`. */
  readonly changes: ReadonlyMap<string, ChangeRecord>;
  /** Ends of targets without a change of their own (blocked, conflict found just before writing …), by `keyOf`. */
  readonly endings: ReadonlyMap<string, TargetEnded>;
  /** Null where it was not stopped, or has been resumed since. */
  readonly stopped: RunStopped | null;
  /** When it ended; null: it did not finish. */
  readonly finishedAt: string | null;
}

export const keyOf = (target: TargetKey): string =>
  `${target.account}/${target.kind}/${target.region ?? ''}`;

/** Whether the run was cut off, or stopped before its end. */
export const isUnfinished = ({ stopped, finishedAt }: RunHistory): boolean =>
  finishedAt === null || stopped !== null;

export interface HistoryFold {
  add(event: RunEvent): void;
  /** Null before `run-started` was added. */
  history(): RunHistory | null;
}

/** Folds a journal's events one by one, so that they need not be held together. */
export function foldHistory(): HistoryFold {
  let started: RunStarted | null = null;
  let stopped: RunStopped | null = null;
  let finishedAt: string | null = null;
  const plans = new Map<string, AccountPlan>();
  const changes = new Map<string, ChangeRecord>();
  const endings = new Map<string, TargetEnded>();
  const add = (event: RunEvent): void => {
    switch (event.type) {
      case 'run-started':
        started = event;
        return;
      case 'account-planned':
        plans.set(event.plan.account.id, event.plan);
        for (const row of event.plan.targets) {
          const change = changes.get(keyOf(row));
          // A resumed run found that what it had begun was made.
          if (
            row.verdict === 'changed' &&
            change !== undefined &&
            change.ended?.verdict !== 'changed'
          ) {
            const { verdict, state, to: value, modifiedBy, modifiedAt } = row;
            changes.set(keyOf(row), {
              ...change,
              ended: { verdict, state, value, modifiedBy, modifiedAt },
            });
          }
        }
        return;
      case 'change-begun': {
        const key = keyOf(event.target);
        const earlier = changes.get(key);
        // A change that is begun again has the same before, unless the earlier one came to nothing and the world moved.
        const from =
          earlier === undefined || earlier.ended?.verdict === 'failed' ? event.from : earlier.from;
        changes.set(key, {
          target: event.target,
          from,
          to: event.to,
          begunAt: event.at,
          formerRole: event.formerRole ?? earlier?.formerRole ?? null,
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
        return;
      case 'run-finished':
        finishedAt = event.at;
        return;
      case 'run-confirmed':
        return;
    }
  };
  return {
    add,
    history: () =>
      started === null ? null : { started, plans, changes, endings, stopped, finishedAt },
  };
}
