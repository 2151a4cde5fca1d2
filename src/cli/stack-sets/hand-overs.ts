/**
 * Records which cells belong to a stack set according to CloudFormation, even if an earlier command started the
 * operations.
 */
import type { RecordEvent } from '../../core/record/events.ts';
import type { FoundSet } from '../../core/stack-sets/deployment.ts';
import { nameOfSet } from '../../core/model/values.ts';
import { kindOfSet } from '../../core/stack-sets/stack-sets.ts';
import type { StackSetsAccess } from '../../run/stack-sets-access.ts';
import { timestamp } from '../session/clock.ts';

export interface HeldCell {
  readonly account: string;
  readonly region: string;
  /** The stack set's ARN. */
  readonly stackSet: string;
  /** The instance's last operation; null if unknown. */
  readonly operation: string | null;
}

/** Cells in which stack sets of settings have a current instance. */
export const currentCells = (found: ReadonlyMap<string, FoundSet>): readonly HeldCell[] =>
  [...found.values()].flatMap(({ set, instances }) =>
    kindOfSet(set) === 'role'
      ? []
      : instances.flatMap(({ account, region, status, lastOperation: operation }) =>
          status === 'CURRENT' ? [{ account, region, stackSet: set.arn, operation }] : [],
        ),
  );

/** Records the cells as handed over, with the time at which each operation ended; reads each operation once. */
export async function recordHandOvers(
  record: RecordEvent,
  access: StackSetsAccess,
  cells: readonly HeldCell[],
): Promise<void> {
  const ends = new Map<string, string | null>();
  const endOf = async ({ stackSet, operation }: HeldCell): Promise<string | null> => {
    if (operation === null) return null;
    const known = ends.get(operation);
    if (known !== undefined) return known;
    const reading = await access.operation(nameOfSet(stackSet), operation);
    const end = reading.known ? (reading.value?.endedAt ?? null) : null;
    ends.set(operation, end);
    return end;
  };
  for (const cell of cells) {
    const endedAt = await endOf(cell);
    const { account, region, stackSet, operation } = cell;
    await record({
      type: 'cell-handed-over',
      at: timestamp(),
      target: { kind: 'setting', account, region },
      stackSet,
      operation,
      ...(endedAt === null ? {} : { endedAt }),
    });
  }
}
