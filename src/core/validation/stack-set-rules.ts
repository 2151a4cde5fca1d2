/** Which events the journal of a run with stack sets may contain: only those that such a run records. */
import {
  isStackSetRun,
  type CellHandedOver,
  type CellTakenBack,
  type RoleHandedOver,
  type RoleTagBegun,
  type RoleTakenBack,
  type RunEvent,
  type RunStarted,
  type StackSetCallBegun,
  type StackSetCallEnded,
} from '../record/events.ts';
import { isRolePath, settingValueOf } from '../iam/role-names.ts';
import { looksLikeRegion, partitionOfRegion } from '../model/regions.ts';
import type { Partition } from '../model/model.ts';

type RoleEvent = RoleHandedOver | RoleTagBegun | RoleTakenBack;
type StackSetEvent =
  StackSetCallBegun | StackSetCallEnded | CellHandedOver | CellTakenBack | RoleEvent;

const setName = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;
const operationId = /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/;
const unitId = /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/;
const accountId = /^\d{12}$/;
const setArn =
  /^arn:(aws[a-z-]*):cloudformation:[a-z0-9-]+:\d{12}:stackset\/[a-zA-Z][-a-zA-Z0-9]*:[0-9a-zA-Z-]+$/;

const quoted = (text: string): string => JSON.stringify(text);

const stackSetEvents: ReadonlySet<RunEvent['type']> = new Set<StackSetEvent['type']>([
  ...(['stack-set-call-begun', 'stack-set-call-ended'] as const),
  ...(['cell-handed-over', 'cell-taken-back'] as const),
  ...(['role-handed-over', 'role-tag-begun', 'role-taken-back'] as const),
]);

export const isStackSetEvent = (event: RunEvent): event is StackSetEvent =>
  stackSetEvents.has(event.type);

/** What is wrong with the terms of a run with stack sets, as the end of a sentence; null if they are valid. */
export function problemOfStackSetRun({
  rollsBack,
  settings,
  stackSets,
}: RunStarted): string | null {
  if (stackSets === undefined) return 'does not say which stack sets it is about';
  if (rollsBack !== null || settings.overwrite.length > 0 || settings.deleteRole)
    return 'works with stack sets, and rolls back, overwrites or removes what others made';
  if (!setName.test(stackSets.prefix))
    return `has ${quoted(stackSets.prefix)}, which is not a valid prefix for the names of stack sets`;
  return stackSets.pilot === null || accountId.test(stackSets.pilot)
    ? null
    : `has ${quoted(stackSets.pilot)}, which cannot be an account`;
}

/** What is wrong with an event in a run with these terms, as the end of a sentence; null if it is valid. */
export function problemOfStackSetEvent(event: RunEvent, started: RunStarted): string | null {
  if (!isStackSetRun(started))
    return isStackSetEvent(event) ? 'is about stack sets, which the run is not' : null;
  switch (event.type) {
    case 'account-planned':
    case 'change-begun':
    case 'target-ended':
    case 'run-resumed':
      return `is ${quoted(event.type)}, which a run with stack sets never records`;
    case 'stack-set-call-begun':
      return problemOfCall(event, started);
    case 'stack-set-call-ended':
      return problemOfNames(event) ?? problemOfArn(event.arn);
    case 'cell-handed-over':
      return (
        problemOfCell(event, started) ??
        problemOfOperation(event.operation) ??
        problemOfTime(event.endedAt ?? null)
      );
    case 'cell-taken-back':
      return problemOfCell(event, started) ?? problemOfTime(event.written?.modifiedAt ?? null);
    case 'role-handed-over':
    case 'role-taken-back':
      return (
        problemOfRole(event, started) ??
        problemOfRegion(event.region, started.partition) ??
        problemOfArn(event.stackSet)
      );
    case 'role-tag-begun':
      return problemOfRole(event, started);
    case 'run-started':
    case 'run-confirmed':
    case 'run-stopped':
    case 'run-finished':
      return null;
  }
}

const problemOfOperation = (id: string | null): string | null =>
  id === null || operationId.test(id)
    ? null
    : `has ${quoted(id)}, which cannot be an operation of a stack set`;

const problemOfArn = (arn: string | null): string | null =>
  arn === null || setArn.test(arn) ? null : `has ${quoted(arn)}, which cannot be a stack set`;

const problemOfRegion = (region: string, partition: Partition): string | null =>
  looksLikeRegion(region) && partitionOfRegion(region) === partition
    ? null
    : `has ${quoted(region)}, which cannot be a region of ${partition}`;

const problemOfTime = (time: string | null): string | null =>
  time === null || !Number.isNaN(Date.parse(time))
    ? null
    : `has ${quoted(time)}, which is not a time`;

/** What is wrong with a role, as the end of a sentence; null if it is a role of its account with a valid name. */
function problemOfRole(
  { account, role }: Pick<RoleEvent, 'account' | 'role'>,
  { partition }: RunStarted,
): string | null {
  const before = `arn:${partition}:iam::${account}:role/`;
  return accountId.test(account) && role.startsWith(before) && isRolePath(settingValueOf(role))
    ? null
    : `has ${quoted(role)}, which cannot be a role of account ${quoted(account)}`;
}

function problemOfNames({
  stackSet,
  operation,
}: Pick<StackSetCallBegun, 'stackSet' | 'operation'>): string | null {
  if (!setName.test(stackSet)) return `has ${quoted(stackSet)}, which cannot name a stack set`;
  return problemOfOperation(operation);
}

function problemOfCall(
  event: StackSetCallBegun,
  { partition, stackSets }: RunStarted,
): string | null {
  const { units, accounts, regions, call, accountFilter, takesOver = false } = event;
  const isTakeOver = call === 'CreateStackInstances' && accountFilter === 'INTERSECTION';
  if (takesOver && !(isTakeOver && stackSets?.takeOver === true))
    return 'takes cells over, which its run or its call does not do';
  const unit = units.find((id) => !unitId.test(id));
  if (unit !== undefined) return `has ${quoted(unit)}, which cannot be a root or unit`;
  const account = accounts.find((id) => !accountId.test(id));
  if (account !== undefined) return `has ${quoted(account)}, which cannot be an account`;
  for (const region of regions) {
    const problem = problemOfRegion(region, partition);
    if (problem !== null) return problem;
  }
  return problemOfNames(event);
}

function problemOfCell(
  { target, stackSet }: CellHandedOver | CellTakenBack,
  { partition }: RunStarted,
): string | null {
  const { kind, account, region } = target;
  if (kind !== 'setting' || region === null || !accountId.test(account))
    return 'is about something else than a cell';
  return problemOfRegion(region, partition) ?? problemOfArn(stackSet);
}
