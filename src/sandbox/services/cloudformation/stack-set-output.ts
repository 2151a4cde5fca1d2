/** Stack sets in responses. */
import type { Output } from '../service.ts';
import type { AutoDeployment, StackSet } from './model.ts';
import { isoTime } from './shared.ts';

/** Automatic deployment in a response. */
export const autoDeploymentOut = ({ enabled, retain, dependsOn }: AutoDeployment): Output => ({
  Enabled: enabled,
  ...(enabled ? { RetainStacksOnAccountRemoval: retain } : {}),
  ...(dependsOn.length === 0 ? {} : { DependsOn: dependsOn }),
});

/** The findings of the newest drift detection, over all instances. */
export function driftOut(set: StackSet): Output {
  if (set.drift === null)
    return {
      DriftStatus: 'NOT_CHECKED',
      DriftDetectionStatus: 'COMPLETED',
      TotalStackInstancesCount: 0,
    };
  const { drift, instances, operations } = set;
  const checked = [...instances.values()];
  const tasks = operations
    .find(({ id }) => id === drift.operation)
    ?.lanes.flatMap((lane) => lane.tasks);
  const count = (status: string): number =>
    (tasks ?? []).filter((task) => task.status === status).length;
  const drifted = checked.filter(({ driftStatus }) => driftStatus === 'DRIFTED').length;
  const withoutFailure = count('FAILED') > 0 ? 'PARTIAL_SUCCESS' : 'COMPLETED';
  const ended = drift.failed ? 'FAILED' : withoutFailure;
  return {
    DriftStatus: drifted > 0 ? 'DRIFTED' : 'IN_SYNC',
    DriftDetectionStatus: drift.running ? 'IN_PROGRESS' : ended,
    LastDriftCheckTimestamp: isoTime(drift.at),
    TotalStackInstancesCount: tasks?.length ?? 0,
    DriftedStackInstancesCount: drifted,
    InSyncStackInstancesCount: checked.filter(({ driftStatus }) => driftStatus === 'IN_SYNC')
      .length,
    InProgressStackInstancesCount: count('RUNNING') + count('PENDING'),
    FailedStackInstancesCount: count('FAILED'),
  };
}
