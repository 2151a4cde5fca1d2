/** What returns to dhmc when stack sets are removed: their cells, and the roles that they created. */
import { parseRoleName, roleArn } from '../../core/iam/role-names.ts';
import type { Partition } from '../../core/model/model.ts';
import { keyOf } from '../../core/record/history.ts';
import type { CellTakenBack, RecordEvent, RunSettings } from '../../core/record/events.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import type { NotCovered, ReportedInstance } from '../../core/stack-sets/report.ts';
import { isSetOf, kindOfSet } from '../../core/stack-sets/stack-sets.ts';
import type { Records } from '../../core/stack-sets/take-over.ts';
import { leftCells, leftRole, rowOfCell, rowOfRole } from '../../core/stack-sets/taken-back.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import { takeBackRoles, type MadeRole } from '../../run/stack-set-roles.ts';
import { clock, timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { currentCells, recordHandOvers } from './hand-overs.ts';
import { cellKey, readCells, type Looked } from './outcome.ts';

/** A cell that one of dhmc's stack sets has, or that was handed over and not taken back. */
export interface SetCell {
  readonly account: string;
  readonly region: string;
  /** The stack set's ARN. */
  readonly stackSet: string;
}

export interface TakeBackPlan {
  readonly cells: readonly SetCell[];
  readonly roles: readonly MadeRole[];
}

type Found = ReadonlyMap<string, FoundSet>;

/** From the instances of the stack sets, and from journals for what an earlier removal left undone. */
export function planTakeBack(
  found: Found,
  { handOvers, roles: records }: Records,
  {
    prefix,
    partition,
    settings,
  }: { readonly prefix: string; readonly partition: Partition; readonly settings: RunSettings },
): TakeBackPlan {
  const cells = new Map<string, SetCell>();
  const roles = new Map<string, MadeRole>();
  for (const { target, stackSet, to } of handOvers.values())
    if (to === 'stackset' && isSetOf(stackSet, prefix, 'setting')) {
      const { account, region } = target;
      cells.set(cellKey(account, region ?? ''), { account, region: region ?? '', stackSet });
    }
  for (const { account, region, stackSet, role, to } of records.values())
    if (to === 'stackset' && isSetOf(stackSet, prefix, 'role'))
      roles.set(account, { account, region, stackSet, role });
  const name = parseRoleName(settings.dhmcRole);
  for (const { set, instances } of found.values())
    for (const { account, region, stack } of instances) {
      if (stack === null) continue;
      const place = { account, region, stackSet: set.arn };
      if (kindOfSet(set) !== 'role') cells.set(cellKey(account, region), place);
      else roles.set(account, { ...place, role: roleArn(partition, account, name) });
    }
  return { cells: [...cells.values()], roles: [...roles.values()] };
}

/** Records what the stack sets have before they are deleted, so that an interrupted removal can be continued. */
export async function recordTakeBackPlan(
  { record, access }: { readonly record: RecordEvent; readonly access: StackSetsAccess },
  found: Found,
  { handOvers, roles: records }: Records,
  { cells, roles }: TakeBackPlan,
): Promise<void> {
  const operations = new Map(
    currentCells(found).map((cell) => [cellKey(cell.account, cell.region), cell.operation]),
  );
  const unrecorded = cells.flatMap((cell) => {
    const { account, region } = cell;
    const operation = operations.get(cellKey(account, region)) ?? null;
    return handOvers.get(keyOf({ kind: 'setting', account, region }))?.to === 'stackset'
      ? []
      : [{ ...cell, operation }];
  });
  await recordHandOvers(record, access, unrecorded);
  for (const made of roles)
    if (records.get(made.account)?.to !== 'stackset')
      await record({ type: 'role-handed-over', at: timestamp(), ...made });
}

export interface TakenBack {
  readonly instances: readonly ReportedInstance[];
  readonly notCovered: readonly NotCovered[];
}

export const nothingBack: TakenBack = { instances: [], notCovered: [] };

/** Reads every cell that no stack set has any more, records it as dhmc's, and tags the roles as dhmc's. */
export async function takeBack(
  session: CommandSession,
  of: {
    readonly left: Found;
    readonly plan: TakeBackPlan;
    readonly settings: RunSettings;
    readonly record: RecordEvent;
    readonly names: Map<string, string>;
  },
): Promise<TakenBack> {
  const { cloud, signal, messages } = session;
  const { left, plan, settings, record, names } = of;
  const held = new Set<string>();
  for (const { set, instances } of left.values())
    for (const { account, region } of instances)
      held.add(kindOfSet(set) === 'role' ? account : cellKey(account, region));
  const cells = plan.cells.filter(({ account, region }) => !held.has(cellKey(account, region)));
  const roles = plan.roles.filter(({ account }) => !held.has(account));
  const accounts = [...new Set([...cells, ...roles].map(({ account }) => account))];
  const looked = await readCells(session, accounts, {
    settings,
    names,
    regions: [...new Set([...cells, ...roles].map(({ region }) => region))].sort(),
  });
  // After an interruption, cells that were not read must not be recorded as dhmc's: the next removal reads them.
  if (signal.aborted) return nothingBack;
  const events: CellTakenBack[] = [];
  for (const cell of cells) {
    const event = takenBack(cell, looked);
    await record(event);
    events.push(event);
  }
  if (roles.length > 0)
    messages.info(
      `Tagging ${roles.length.toLocaleString('en')} ${roles.length === 1 ? 'role' : 'roles'} as dhmc's`,
    );
  const tagged = await takeBackRoles({
    cloud,
    clock,
    record,
    signal,
    concurrency: settings.concurrency,
    roles,
    stateOf: (account) => looked.cells.get(cellKey(account, ''))?.state ?? 'unknown',
  });
  return {
    instances: [...events.map(rowOfCell), ...tagged.map(rowOfRole)],
    notCovered: [...leftCells(events), ...tagged.flatMap(leftRole)],
  };
}

function takenBack({ account, region, stackSet }: SetCell, looked: Looked): CellTakenBack {
  const there = looked.cells.get(cellKey(account, region));
  const problem =
    looked.inactive.get(account) ?? (there?.state === 'unknown' ? there.problem : null);
  return {
    type: 'cell-taken-back',
    at: timestamp(),
    target: { kind: 'setting', account, region },
    stackSet,
    value: there?.value ?? null,
    state: there?.state ?? 'unknown',
    ...(there === undefined || there.state === 'unknown' ? {} : { written: there.written }),
    ...(problem === null ? {} : { problem }),
  };
}
