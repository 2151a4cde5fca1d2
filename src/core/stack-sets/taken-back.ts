/** After the removal of stack sets: the cells and roles that belong to dhmc again, and which roles may be tagged. */
import { managedByTag } from '../iam/role-names.ts';
import type { Problem, Role } from '../model/model.ts';
import { nameOfSet } from '../model/values.ts';
import type { CellHandedOver, CellTakenBack, RoleTakenBack } from '../record/events.ts';
import type { NotCovered, ReportedInstance } from './report.ts';
import { managedByStackSet, type StackSet } from './stack-sets.ts';
import { plural } from '../model/counted.ts';
import { problemFor } from '../problems/hints.ts';

/** What to do with a stack set's role. */
export type RoleDecision =
  | { readonly kind: 'retag' }
  /** The role already belongs to dhmc, or does not exist. */
  | { readonly kind: 'done' }
  | { readonly kind: 'leave'; readonly problem: Problem };

/** Decides from the existing role: only the set's role, if its tag still names a stack set, is tagged. */
export function decideRole(role: Pick<Role, 'arn' | 'tags'> | null, made: string): RoleDecision {
  if (role === null) return { kind: 'done' };
  const leave = (message: string): RoleDecision => ({
    kind: 'leave',
    problem: problemFor('role-left-to-others', message, { detail: message }),
  });
  if (role.arn !== made)
    return leave(`The account has the role ${role.arn}, and the stack set made ${made}.`);
  const manager = role.tags[managedByTag];
  if (manager === 'dhmc') return { kind: 'done' };
  if (manager === managedByStackSet) return { kind: 'retag' };
  return leave(
    manager === undefined
      ? `Someone removed the tag ${managedByTag} of the role ${made}: it is left as it is.`
      : `The tag ${managedByTag} of the role ${made} says ${manager}: it is left as it is.`,
  );
}

/** A sentence that says why an unfinished removal should continue; null if there is none. */
export function unfinishedRemoval({
  sets,
  cells,
  roles,
}: {
  readonly sets: readonly Pick<StackSet, 'name' | 'autoDeployment'>[];
  /** The number of cells that belong to stack sets according to the journals; `roles` is the same for roles. */
  readonly cells: number;
  readonly roles: number;
}): string | null {
  const off = sets.filter(({ autoDeployment }) => !autoDeployment.enabled);
  if (off.length > 0)
    return `Automatic deployment of ${off.map(({ name }) => name).join(', ')} is off, as after a removal that was begun and did not finish.`;
  if (sets.length > 0 || cells + roles === 0) return null;
  const left = [
    ...(cells > 0 ? [plural(cells, 'cell')] : []),
    ...(roles > 0 ? [plural(roles, 'role')] : []),
  ];
  return `The journals do not count ${left.join(' and ')} as dhmc's yet: a removal was begun and did not finish.`;
}

const row = (
  of: Pick<ReportedInstance, 'set' | 'account' | 'region' | 'status' | 'cell' | 'problem'>,
): ReportedInstance => ({ ...of, detailedStatus: null, drift: null });

/** The row of a cell with a new owner. If it was not read, it has no state; if it could not be read, it is unknown. */
export function rowOfCell(event: CellHandedOver | CellTakenBack): ReportedInstance {
  const { target, stackSet } = event;
  const place = { set: nameOfSet(stackSet), account: target.account, region: target.region ?? '' };
  if (event.type === 'cell-handed-over')
    return row({ ...place, status: 'HANDED_OVER', cell: null, problem: null });
  const { state, problem = null } = event;
  if (isOfInactive(event))
    return row({ ...place, status: 'TAKEN_BACK', cell: null, problem: null });
  const cell = state === 'unknown' && problem === null ? null : state;
  return row({ ...place, status: 'TAKEN_BACK', cell, problem });
}

const isOfInactive = ({ problem }: CellTakenBack): boolean =>
  problem?.reason === 'stack-account-inactive';

/** The number of cells in inactive accounts, and why they were not read. */
export function leftCells(events: Iterable<CellTakenBack>): readonly NotCovered[] {
  const left = new Map<string, NotCovered>();
  for (const { target, problem } of events) {
    if (problem?.reason !== 'stack-account-inactive') continue;
    const { account } = target;
    const cells = (left.get(account)?.cells ?? 0) + 1;
    left.set(account, { account, region: null, cells, reason: problem.message });
  }
  return [...left.values()];
}

/** The row of a role that belongs to dhmc again, or could not be tagged. */
export const rowOfRole = ({
  account,
  region,
  stackSet,
  verdict,
  state,
  problem,
}: RoleTakenBack): ReportedInstance =>
  row({
    ...{ set: nameOfSet(stackSet), account, region, status: 'TAKEN_BACK' },
    cell: verdict === 'skipped' && state === 'unknown' ? null : state,
    problem: verdict === 'skipped' ? null : problem,
  });

/** A role that was left alone, with the reason. */
export const leftRole = ({ account, verdict, problem }: RoleTakenBack): readonly NotCovered[] =>
  verdict === 'skipped' && problem !== null
    ? [{ account, region: null, cells: null, reason: problem.message }]
    : [];
