/** The events that open a run, or a part of one. */
import type { RunResumed, RunStarted } from '../../core/record/events.ts';
import { timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { version } from '../version.ts';

export function startedOf(
  { cloud, invocation, runId, settings, startedAt }: CommandSession,
  {
    action,
    applies,
    scope,
    rollsBack,
    order,
  }: Pick<RunStarted, 'action' | 'scope' | 'rollsBack'> & {
    readonly applies: Required<RunStarted>['applies'];
    readonly order: number;
  },
): RunStarted {
  return {
    type: 'run-started',
    run: runId,
    action,
    version,
    startedAt,
    order,
    clockAheadMs: cloud.clockAheadMs(),
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    command: invocation.commandLine,
    ...(action === 'apply' ? { applies } : {}),
    rollsBack,
    scope,
    settings,
  };
}

export const resumedOf = ({ cloud, invocation }: CommandSession, order: number): RunResumed => ({
  type: 'run-resumed',
  at: timestamp(),
  order,
  caller: cloud.caller,
  command: invocation.commandLine,
});
