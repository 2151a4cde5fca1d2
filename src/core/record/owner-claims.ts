/**
 * Whose settings are by the journals: the newest change of each, as long as the world shows no later writer. Journals of
 * large organizations are long, so their events are taken one by one, and little of each is kept.
 */
import { isOwnWork, type LastWrite } from './ownership.ts';
import {
  changeOutcome,
  keyOf,
  orderOf,
  type ChangeEnd,
  type ChangeRecord,
  type RunHistory,
} from './history.ts';
import type { RunEvent, RunStarted } from './events.ts';
import type { JournalOwners, OwnerName } from '../owners/book.ts';
import type { TargetKey } from '../model/model.ts';
import { asText, nameOfSet } from '../model/values.ts';
import { ownerByWriter } from '../owners/owner.ts';
import { writerBy } from '../owners/writer.ts';

/** A change of a run, and whose the setting is as long as it holds. */
interface Claim {
  readonly kind: 'change';
  readonly owner: OwnerName;
  readonly order: number;
  readonly run: Run;
  readonly to: string | null;
  /** Who AWS named when it was read back; null: the end is not on record. */
  readonly written: LastWrite | null;
}

/** A cell that was handed over to a stack set, or taken back from one. */
interface HandOverClaim {
  readonly kind: 'hand-over';
  readonly owner: OwnerName;
  readonly order: number;
  /** Of a cell that was handed over: when the operation ended, by AWS's clock, in milliseconds; null: not known. */
  readonly endedAt: number | null;
  /** Of a cell that was taken back: who had written it last by then; null: it was not read. */
  readonly written: LastWrite | null;
}

interface Run {
  readonly started: RunStarted;
  readonly callers: string[];
}

/** What the journals of a folder say, by `keyOf`. */
export interface OwnerClaims extends JournalOwners {
  /** Takes the events of one run, which count once they have ended; `shift` corrects its place among the runs. */
  follow(shift?: number): { add(event: RunEvent): void; end(): void };
}

type NowOfSetting = Parameters<JournalOwners['ownerOf']>[1];

/**
 * Whether nobody else wrote the setting after it changed hands; the stack set itself may. Dates of AWS are compared with
 * dates of AWS alone: this machine's clock decides nothing.
 */
function holdsStill({ owner, endedAt, written }: HandOverClaim, setting: NowOfSetting): boolean {
  const { value, modifiedBy, modifiedAt } = setting;
  if (value === null) return false;
  const writer = writerBy(modifiedBy);
  if (writer === null || modifiedAt === null) return true;
  if (written !== null)
    return written.modifiedBy === modifiedBy && written.modifiedAt === modifiedAt;
  if (owner.kind === 'stackset' && endedAt !== null && writer.kind !== 'stackset')
    return Date.parse(modifiedAt) <= endedAt;
  return writer.kind === 'stackset' || writer.kind === 'dhmc';
}

/** Whether the world shows the change as the run left it. */
function isStillMade({ run, to, order, written }: Claim, key: TargetKey, now: NowOfSetting) {
  if (now.value !== to) return false;
  const ended: ChangeEnd | null =
    written === null
      ? null
      : { verdict: 'changed', state: 'enabled', value: to, problem: null, at: null, ...written };
  const none = { formerRole: null, remadeWith: null, begunAt: run.started.startedAt };
  const change: ChangeRecord = { target: key, from: null, to, order, ended, ...none };
  const history: RunHistory = {
    ...{ started: run.started, callers: run.callers, order, stopped: null, finishedAt: null },
    ...{ plans: new Map(), changes: new Map(), endings: new Map() },
    ...{ handOvers: new Map(), takeOvers: [], roleHandOvers: new Map() },
  };
  return isOwnWork({ change, history }, { value: to, written: now, role: null });
}

export function collectClaims(): OwnerClaims {
  const claims = new Map<string, Claim | HandOverClaim>();
  const texts = new Map<string, string>();
  /** The same text once, however many lines have it. */
  const once = <T extends string | null>(text: T): T | string => {
    if (text === null) return text;
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };

  const follow: OwnerClaims['follow'] = (shift = 0) => {
    const own = new Map<string, Claim | HandOverClaim>();
    let run: Run | null = null;
    let order = 0;
    let dhmc: OwnerName = { kind: 'dhmc', name: '' };
    /** Changes that were begun, and whose end has not come yet. */
    const open = new Map<string, Pick<ChangeRecord, 'from' | 'to'>>();
    const formerOwners = new Map<string, OwnerName>();
    const ownerOf = (key: string, to: string | null): OwnerName => {
      if (to === null || (run?.started.rollsBack ?? null) === null) return dhmc;
      return formerOwners.get(key) ?? ownerByWriter({ value: to, modifiedBy: null }) ?? dhmc;
    };
    const made = (key: string, to: string | null, written: LastWrite | null): void => {
      if (run === null) return;
      const owner = ownerOf(key, to);
      own.set(key, { kind: 'change', owner, order: order + shift, run, to: once(to), written });
    };
    const writtenIn = ({ modifiedBy, modifiedAt }: LastWrite): LastWrite => ({
      modifiedBy: once(modifiedBy),
      modifiedAt,
    });
    const add = (event: RunEvent): void => {
      switch (event.type) {
        case 'run-started':
          run = { started: event, callers: [event.caller.arn] };
          dhmc = { kind: 'dhmc', name: event.run };
          order = orderOf(event);
          return;
        case 'run-resumed':
          order = Math.max(order + 1, orderOf(event));
          run?.callers.push(event.caller.arn);
          return;
        case 'account-planned':
          for (const row of event.plan.targets) {
            if (row.kind !== 'setting') continue;
            const key = keyOf(row);
            if (row.ownerAfter !== undefined) formerOwners.set(key, row.ownerAfter);
            if (!open.has(key)) continue;
            // A resumed run found out how what it had begun ended.
            if (row.verdict === 'changed') made(key, asText(row.to), writtenIn(row));
            if (['changed', 'in-sync', 'conflict'].includes(row.verdict)) open.delete(key);
          }
          return;
        case 'change-begun':
          if (event.target.kind === 'setting')
            open.set(keyOf(event.target), { from: event.from, to: event.to });
          return;
        case 'target-ended': {
          const key = keyOf(event.target);
          const begun = open.get(key);
          if (begun === undefined) return;
          const outcome = changeOutcome({ from: begun.from, ended: event });
          if (outcome === 'unrecorded') return;
          open.delete(key);
          if (outcome === 'made') made(key, asText(begun.to), writtenIn(event));
          return;
        }
        case 'cell-handed-over':
        case 'cell-taken-back': {
          const name = nameOfSet(event.stackSet);
          const owner =
            event.type === 'cell-taken-back' ? dhmc : { kind: 'stackset' as const, name };
          const [endedAt, written] =
            event.type === 'cell-handed-over'
              ? [event.endedAt === undefined ? null : Date.parse(event.endedAt), null]
              : [null, event.written === undefined ? null : writtenIn(event.written)];
          const claim = { kind: 'hand-over', owner, endedAt, written } as const;
          own.set(keyOf(event.target), { ...claim, order: order + shift });
          return;
        }
        default:
          return;
      }
    };
    return {
      add,
      end() {
        for (const [key, { to }] of open) made(key, asText(to), null);
        for (const [key, made] of own)
          if (made.order >= (claims.get(key)?.order ?? -Infinity)) claims.set(key, made);
      },
    };
  };

  return {
    follow,
    ownerOf(target, setting) {
      const found = claims.get(keyOf(target));
      if (found === undefined) return null;
      const holds =
        found.kind === 'hand-over'
          ? holdsStill(found, setting)
          : isStillMade(found, target, setting);
      return holds ? found.owner : null;
    },
  };
}
