/** Records the events that open a run or a resumed part of one. */
import type { Plan } from '../../core/planning/plan.ts';
import type { RunResumed, RunStarted, StackSetAction } from '../../core/record/events.ts';
import { recordResume, recordStart } from '../../run/apply.ts';
import { timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { startedBy } from '../session/started.ts';
import type { Recorder } from './recorder.ts';

/** The commands that plan and apply; a proof has its own steps. */
export type WritingAction = Exclude<RunStarted['action'], 'prove' | StackSetAction>;

function startedOf(
  session: CommandSession,
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
    ...startedBy(session, order),
    action,
    ...(action === 'apply' ? { applies } : {}),
    rollsBack,
    scope,
    settings: session.settings,
  };
}

const resumedOf = ({ cloud, invocation }: CommandSession, order: number): RunResumed => ({
  type: 'run-resumed',
  at: timestamp(),
  order,
  caller: cloud.caller,
  command: invocation.commandLine,
});

/** Records who started or resumed the run, its plan, and who confirmed it. */
export async function recordOpening(
  session: CommandSession,
  { order, record }: Pick<Recorder, 'order' | 'record'>,
  options: Pick<RunStarted, 'scope' | 'rollsBack'> & {
    readonly action: WritingAction | 'resume';
    readonly applies: Required<RunStarted>['applies'];
    readonly plan: Plan;
    readonly by: 'prompt' | 'yes';
  },
): Promise<void> {
  const { action, plan, by } = options;
  const at = timestamp();
  if (action === 'resume')
    await recordResume(record, { resumed: resumedOf(session, order), plan, at, by });
  else
    await recordStart(record, {
      started: startedOf(session, { ...options, action, order }),
      plan,
      at,
      by,
    });
}
