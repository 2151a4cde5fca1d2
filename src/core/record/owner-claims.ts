/**
 * The owners of settings according to the journals: the latest change of each decides, unless AWS shows a later writer.
 * Journals of large organizations are long, so events are read one by one, and little of each is kept in memory.
 */
import { isOwnWork, type LastWrite } from './ownership.ts';
import { changeOutcome, keyOf, orderOf, type ChangeEnd, type ChangeRecord } from './history.ts';
import type { RunEvent } from './events.ts';
import type { JournalOwners, OwnerName } from '../owners/book.ts';
import type { TargetKey } from '../model/model.ts';
import { asText, nameOfSet } from '../model/values.ts';
import { ownerByWriter } from '../owners/owner.ts';
import { writerBy } from '../owners/writer.ts';

interface Origin {
  readonly owner: OwnerName;
  /** The run that the claim comes from, and its corrected order. */
  readonly run: ClaimingRun;
  readonly order: number;
}

/** A change of a run, with the owner of the setting while it is in effect. */
interface ChangeClaim extends Origin {
  readonly kind: 'change';
  readonly to: string | null;
  /** The writer that AWS showed when the change was read back; null if its end is not recorded. */
  readonly written: LastWrite | null;
}

/** A cell that was transferred to a stack set, or taken back from one. */
interface HandOverClaim extends Origin {
  readonly kind: 'hand-over';
  /** For a cell that was transferred: when the operation ended, by AWS's clock, in milliseconds; null if unknown. */
  readonly endedAt: number | null;
  /** For a cell that was taken back: its last writer until then; null if it was not read. */
  readonly written: LastWrite | null;
}

export type OwnerClaim = ChangeClaim | HandOverClaim;

/** A run's id, and the ARNs of the callers that started and resumed it. */
export interface ClaimingRun {
  readonly run: string;
  readonly callers: readonly string[];
}

/** The latest claim of each setting, by account id and region. */
export type ClaimsByAccount = ReadonlyMap<string, ReadonlyMap<string, OwnerClaim>>;

/** The claims of the journals in a folder. */
export interface OwnerClaims extends JournalOwners {
  /** Takes the events of one run, which count after `end()`. `shift` corrects the order of the run. */
  follow(shift?: number): { add(event: RunEvent): void; end(): void };
  /** Adds claims that were collected before. For each setting, the newer claim counts. */
  add(claims: ClaimsByAccount): void;
  readonly byAccount: ClaimsByAccount;
}

type NowOfSetting = Parameters<JournalOwners['ownerOf']>[1];

/**
 * Whether no one but the stack set wrote the setting after the transfer. Dates from AWS are compared only with dates
 * from AWS, never with this machine's clock.
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

/** Whether the setting is still as the run left it. */
function isStillMade(claim: ChangeClaim, target: TargetKey, now: NowOfSetting): boolean {
  const { run, to, written } = claim;
  if (now.value !== to) return false;
  const ended: ChangeEnd | null =
    written === null
      ? null
      : { verdict: 'changed', state: 'enabled', value: to, problem: null, at: null, ...written };
  const change = { target, from: null, ended, remadeWith: null };
  const history = { started: run, callers: run.callers };
  return isOwnWork({ change, history }, { value: to, written: now, role: null });
}

/** Whether a claim is newer than another. If their order is equal, the id of the run decides. */
const isNewer = (one: OwnerClaim, other: OwnerClaim): boolean =>
  one.order > other.order || (one.order === other.order && one.run.run >= other.run.run);

export function collectClaims(): OwnerClaims {
  const byAccount = new Map<string, Map<string, OwnerClaim>>();
  const texts = new Map<string, string>();
  /** Returns the same string for equal texts, to save memory. */
  const once = <T extends string | null>(text: T): T | string => {
    if (text === null) return text;
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
  const addAll: OwnerClaims['add'] = (claims) => {
    for (const [account, regions] of claims) {
      const own = byAccount.get(account) ?? new Map<string, OwnerClaim>();
      byAccount.set(account, own);
      for (const [region, claim] of regions) {
        const former = own.get(region);
        if (former === undefined || isNewer(claim, former)) own.set(region, claim);
      }
    }
  };

  const follow: OwnerClaims['follow'] = (shift = 0) => {
    const own = new Map<string, Map<string, OwnerClaim>>();
    let run: (ClaimingRun & { readonly callers: string[] }) | null = null;
    let isRollback = false;
    let order = 0;
    /** Changes that were begun and have no recorded end so far. */
    const open = new Map<string, Pick<ChangeRecord, 'target' | 'from' | 'to'>>();
    const formerOwners = new Map<string, OwnerName>();
    const claim = ({ account, region }: TargetKey, made: OwnerClaim): void => {
      const regions = own.get(account) ?? new Map<string, OwnerClaim>();
      own.set(account, regions.set(region ?? '', made));
    };
    const ownerAfter = (target: TargetKey, to: string | null, dhmc: OwnerName): OwnerName => {
      if (to === null || !isRollback) return dhmc;
      const former = formerOwners.get(keyOf(target));
      return former ?? ownerByWriter({ value: to, modifiedBy: null }) ?? dhmc;
    };
    const made = (target: TargetKey, to: string | null, written: LastWrite | null): void => {
      if (run === null) return;
      const owner = ownerAfter(target, to, { kind: 'dhmc', name: run.run });
      claim(target, { kind: 'change', owner, run, order: order + shift, to: once(to), written });
    };
    const writtenIn = ({ modifiedBy, modifiedAt }: LastWrite): LastWrite => ({
      modifiedBy: once(modifiedBy),
      modifiedAt,
    });
    const add = (event: RunEvent): void => {
      switch (event.type) {
        case 'run-started':
          run = { run: event.run, callers: [event.caller.arn] };
          isRollback = event.rollsBack !== null;
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
            // A resumed run determined how a change that it had begun ended.
            if (row.verdict === 'changed') made(row, asText(row.to), writtenIn(row));
            if (['changed', 'in-sync', 'conflict'].includes(row.verdict)) open.delete(key);
          }
          return;
        case 'change-begun': {
          const { target, from, to } = event;
          if (target.kind === 'setting') open.set(keyOf(target), { target, from, to });
          return;
        }
        case 'target-ended': {
          const key = keyOf(event.target);
          const begun = open.get(key);
          if (begun === undefined) return;
          const outcome = changeOutcome({ from: begun.from, ended: event });
          if (outcome === 'unrecorded') return;
          open.delete(key);
          if (outcome === 'made') made(event.target, asText(begun.to), writtenIn(event));
          return;
        }
        case 'cell-handed-over':
        case 'cell-taken-back': {
          if (run === null) return;
          const owner: OwnerName =
            event.type === 'cell-taken-back'
              ? { kind: 'dhmc', name: run.run }
              : { kind: 'stackset', name: nameOfSet(event.stackSet) };
          const [endedAt, written] =
            event.type === 'cell-handed-over'
              ? [event.endedAt === undefined ? null : Date.parse(event.endedAt), null]
              : [null, event.written === undefined ? null : writtenIn(event.written)];
          const origin = { owner, run, order: order + shift };
          claim(event.target, { kind: 'hand-over', ...origin, endedAt, written });
          return;
        }
        default:
          return;
      }
    };
    return {
      add,
      end() {
        for (const { target, to } of open.values()) made(target, asText(to), null);
        addAll(own);
      },
    };
  };

  return {
    follow,
    add: addAll,
    byAccount,
    ownerOf(target, setting) {
      const found = byAccount.get(target.account)?.get(target.region ?? '');
      if (found === undefined) return null;
      const holds =
        found.kind === 'hand-over'
          ? holdsStill(found, setting)
          : isStillMade(found, target, setting);
      return holds ? found.owner : null;
    },
  };
}
