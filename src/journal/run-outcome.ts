/** What a run came to, in short: enough to list it, and to tell what of it is still in force. Pure. */
import { keyOf } from '../core/record/history.ts';
import type { RunEvent, TargetEnded } from '../core/record/events.ts';
import type { TargetValue, Verdict } from '../core/model/model.ts';
import { sameTargetValue } from '../core/iam/trust-policy.ts';

/** What a run did to one target: a change that was begun, and what is known of its end. */
interface Deed {
  readonly from: TargetValue;
  readonly to: TargetValue;
  /** When it was begun last. */
  readonly at: string;
  /** The end that was recorded last; null where the run was cut off before. */
  readonly ended: Pick<TargetEnded, 'verdict' | 'state' | 'value'> | null;
}

/** What a run came to: its changes, and how every target of its plan stands. */
export interface RunOutcome {
  readonly changes: ReadonlyMap<string, Deed>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** When the run saw that a target was as it is to be. */
  readonly seenAt: ReadonlyMap<string, string>;
  readonly accounts: number;
  /** When the last thing happened that carries a time. */
  readonly lastAt: string | null;
  readonly outcome: 'finished' | 'stopped' | 'unfinished';
}

/** Folds a run's events. A target that was to change and has no end counts as `not-attempted`. */
export async function summarizeRun(events: AsyncIterable<RunEvent>): Promise<RunOutcome> {
  const changes = new Map<string, Deed>();
  const verdicts = new Map<string, Verdict>();
  const seenAt = new Map<string, string>();
  const accounts = new Set<string>();
  let lastAt: string | null = null;
  let outcome: RunOutcome['outcome'] = 'unfinished';
  let stopped = false;
  for await (const event of events) {
    if ('at' in event) lastAt = event.at;
    switch (event.type) {
      case 'run-started':
        lastAt = event.startedAt;
        break;
      case 'account-planned':
        accounts.add(event.plan.account.id);
        for (const target of event.plan.targets) {
          const key = keyOf(target);
          verdicts.set(key, target.verdict === 'would-change' ? 'not-attempted' : target.verdict);
          if (lastAt !== null && target.verdict === 'in-sync') seenAt.set(key, lastAt);
          const change = changes.get(key);
          const isSettled = change?.ended !== null && change?.ended.verdict !== 'failed';
          // A resumed run found what had come of a change that was begun before.
          if (
            change !== undefined &&
            !isSettled &&
            ['changed', 'in-sync', 'conflict'].includes(target.verdict)
          ) {
            const { verdict, state, from, to } = target;
            changes.set(key, {
              ...change,
              ended: { verdict, state, value: verdict === 'conflict' ? from : to },
            });
          }
        }
        break;
      case 'change-begun': {
        const key = keyOf(event.target);
        const earlier = changes.get(key);
        // Begun again by a resumed run: what counts is what was there before, unless the earlier try came to nothing.
        const from =
          earlier === undefined || earlier.ended?.verdict === 'failed' ? event.from : earlier.from;
        changes.set(key, { from, to: event.to, at: event.at, ended: null });
        break;
      }
      case 'target-ended': {
        const key = keyOf(event.target);
        const change = changes.get(key);
        if (change !== undefined)
          changes.set(key, {
            ...change,
            ended: { verdict: event.verdict, state: event.state, value: event.value },
          });
        verdicts.set(key, event.verdict);
        seenAt.set(key, event.at);
        break;
      }
      case 'run-resumed':
        stopped = false;
        outcome = 'unfinished';
        break;
      case 'run-stopped':
        stopped = true;
        outcome = 'stopped';
        break;
      case 'run-finished':
        outcome = stopped ? 'stopped' : 'finished';
        break;
      case 'run-confirmed':
        break;
    }
  }
  return { changes, verdicts, seenAt, accounts: accounts.size, lastAt, outcome };
}

/**
 * What is known of a change: `made`; `open`, where it was begun and nobody knows how it ended; `none`, where AWS refused it
 * or somebody else was quicker.
 */
export function outcomeOf({ from, ended }: Deed): 'made' | 'open' | 'none' {
  if (ended === null || ended.state === 'unknown') return 'open';
  if (ended.verdict === 'changed') return 'made';
  return ended.verdict === 'failed' && !sameTargetValue(ended.value, from) ? 'open' : 'none';
}
