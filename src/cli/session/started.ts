/** The first event of every run in its journal: who started it, when, and with which command line. */
import type { RunStarted } from '../../core/record/events.ts';
import { version } from '../version.ts';
import type { CommandSession } from './session.ts';

type Beginning = Pick<
  Required<RunStarted>,
  | 'type'
  | 'run'
  | 'version'
  | 'startedAt'
  | 'order'
  | 'clockAheadMs'
  | 'caller'
  | 'organization'
  | 'partition'
  | 'command'
>;

export const startedBy = (
  {
    cloud,
    invocation,
    runId,
    startedAt,
  }: Pick<CommandSession, 'cloud' | 'invocation' | 'runId' | 'startedAt'>,
  order: number,
): Beginning => ({
  type: 'run-started',
  run: runId,
  version,
  startedAt,
  order,
  clockAheadMs: cloud.clockAheadMs(),
  caller: cloud.caller,
  organization: cloud.organization,
  partition: cloud.partition,
  command: invocation.commandLine,
});
