/** Whose settings are by the journals: the newest change of each, as long as the world shows no later writer. */
import { isOwnWork, type Entry } from './ownership.ts';
import { changeOutcome, keyOf, type RunHistory } from './history.ts';
import type { JournalOwners, OwnerName } from '../owners/book.ts';
import type { TargetKey } from '../model/model.ts';
import { asText } from '../model/values.ts';
import { ownerByWriter } from '../owners/owner.ts';
import { writerBy } from '../owners/writer.ts';
/** A change of a run, and whose the setting is as long as it holds. */
interface Claim extends Entry {
  readonly kind: 'change';
  readonly owner: OwnerName;
  readonly order: number;
}

/** A cell that was handed over to a stack set, or taken back from one. */
interface HandOverClaim {
  readonly kind: 'hand-over';
  readonly owner: OwnerName;
  readonly order: number;
  /** By AWS's clock, in milliseconds. */
  readonly at: number;
}

type NowOfSetting = Parameters<JournalOwners['ownerOf']>[1];

/** Whether somebody else wrote the setting after it changed hands: the stack set itself may go on to. */
function holdsStill({ owner, at }: HandOverClaim, setting: NowOfSetting): boolean {
  if (setting.value === null) return false;
  if (owner.kind === 'stackset' && writerBy(setting.modifiedBy)?.kind === 'stackset') return true;
  return setting.modifiedAt === null || Date.parse(setting.modifiedAt) <= at;
}

/** `<name>` of `arn:…:stackset/<name>:<uuid>`. */
const nameOfSet = (arn: string): string => /:stackset\/([^:]+):/.exec(arn)?.[1] ?? arn;

/** What the journals of a folder say, by `keyOf`. */
export interface OwnerClaims extends JournalOwners {
  /** Adds what a run changed; `shift` corrects its place among the runs. */
  add(history: RunHistory, shift?: number): void;
}

/** Whose a setting is that a run of dhmc has written: dhmc's, or whose it was where it got its former value back. */
function ownerAfter(history: RunHistory, target: TargetKey, to: string): OwnerName {
  const { run, rollsBack } = history.started;
  const row = history.plans
    .get(target.account)
    ?.targets.find(({ kind, region }) => kind === 'setting' && region === target.region);
  if (row?.ownerAfter !== undefined) return row.ownerAfter;
  const former = rollsBack === null ? null : ownerByWriter({ value: to, modifiedBy: null });
  return former ?? { kind: 'dhmc', name: run };
}

export function collectClaims(): OwnerClaims {
  const claims = new Map<string, Claim | HandOverClaim>();
  const isNewest = (key: string, order: number): boolean =>
    order >= (claims.get(key)?.order ?? -Infinity);
  return {
    add(history, shift = 0) {
      // Of the run, no more is kept than what its claims rest on.
      const kept: RunHistory = {
        ...history,
        plans: new Map(),
        changes: new Map(),
        endings: new Map(),
        handOvers: new Map(),
      };
      for (const [key, change] of history.changes) {
        if (change.target.kind !== 'setting') continue;
        const outcome = changeOutcome(change);
        if (outcome !== 'made' && outcome !== 'unrecorded') continue;
        const order = change.order + shift;
        if (!isNewest(key, order)) continue;
        const to = asText(change.to);
        const { run } = history.started;
        const owner =
          to === null
            ? ({ kind: 'dhmc', name: run } as const)
            : ownerAfter(history, change.target, to);
        claims.set(key, { kind: 'change', change, history: kept, owner, order });
      }
      const { run, clockAheadMs } = history.started;
      for (const [key, handOver] of history.handOvers) {
        const order = handOver.order + shift;
        if (!isNewest(key, order)) continue;
        const owner =
          handOver.to === 'stackset'
            ? ({ kind: 'stackset', name: nameOfSet(handOver.stackSet) } as const)
            : ({ kind: 'dhmc', name: run } as const);
        const at = Date.parse(handOver.at) - (clockAheadMs ?? 0);
        claims.set(key, { kind: 'hand-over', owner, order, at });
      }
    },
    ownerOf(target, setting) {
      const claim = claims.get(keyOf(target));
      if (claim === undefined) return null;
      if (claim.kind === 'hand-over') return holdsStill(claim, setting) ? claim.owner : null;
      if (setting.value !== asText(claim.change.to)) return null;
      const now = { value: setting.value, written: setting, role: null };
      return isOwnWork(claim, now) ? claim.owner : null;
    },
  };
}
