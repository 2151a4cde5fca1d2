/** Decides whether a stack set accepts another operation. */
import type { State } from '../../state/state.ts';
import { AwsError } from '../../protocols/aws-error.ts';
import { storeOf, type Operation } from './model.ts';
import { operationInProgress, requireNewId } from './shared.ts';

const maxQueued = 10_000;

/**
 * Throws if the operation's id is in use, if the stack set does not queue operations and one is active, or if the
 * queue is full.
 */
export function admit(state: State, operation: Operation, id: string | undefined): void {
  const { set } = operation;
  requireNewId(set, id);
  const others = [...storeOf(state).active].filter((other) => other.set === set);
  if (!set.managedExecution && others.length > 0) throw operationInProgress(set);
  if (others.filter(({ status }) => status === 'QUEUED').length >= maxQueued)
    throw new AwsError('LimitExceededException', `At most ${maxQueued} operations are queued.`);
}
