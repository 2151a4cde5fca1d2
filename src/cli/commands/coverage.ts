import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { compareCoverage, describeUncompared } from '../../core/coverage/changes.ts';
import { isRunning } from '../../core/coverage/judge.ts';
import type { CoverageInstance, CoverageReport } from '../../core/coverage/model.ts';
import { tallyReasons } from '../../core/coverage/reason-groups.ts';
import { isUnmanaged, tallyCoverage } from '../../core/coverage/summary.ts';
import type { RowFilter } from '../../core/record/filter.ts';
import { UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { observeCoverage } from '../../run/coverage.ts';
import type { Invocation } from '../args/command.ts';
import { settingsOf } from '../args/run-settings.ts';
import { scopeOf } from '../args/scope.ts';
import { readCoverageBaseline, type CoverageBaseline } from '../coverage/baseline.ts';
import { coverageOutputs, openSink } from '../coverage/outputs.ts';
import { exitStatuses, type ExitStatus } from '../exit.ts';
import { clock, timestamp } from '../session/clock.ts';
import { requireKnownExclusions } from '../session/exclusions.ts';
import { openSession, type CommandSession } from '../session/session.ts';

/** `dhmc coverage`: which instances are managed, by which role, and why the others are not. Changes nothing. */
export async function coverage(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const { values } = options;
  const scope = scopeOf(options, 'organization');
  const outputs = await coverageOutputs(values);
  const settings = settingsOf(values);
  const since = values.since === undefined ? null : await readCoverageBaseline(values.since);
  const purpose = purposeFor({ does: 'coverage' });

  using session = await openSession({ invocation, purpose, scope, settings });
  const { cloud, messages, progress, signal } = session;
  await requireKnownExclusions(cloud, scope.regions.excludeRegions, messages);
  if (since !== null) requireSameOrganization(values.since ?? '', since, session);
  const tally = tallyCoverage();
  const reasons = tallyReasons();
  const comparison = since === null ? null : compareCoverage(since.earlier);
  const sink = await openSink({ outputs, terminal, messages });
  try {
    const { accounts, cut } = await observeCoverage({
      cloud,
      clock,
      scope,
      settings,
      tally,
      signal,
      onProgress: progress.planning,
      onInstances: async (instances) => {
        const shown = instances.filter((instance) => {
          tally.addInstance(instance);
          reasons.add(instance);
          const changed = comparison?.add(instance) === true;
          return isShown(instance, outputs.only, changed);
        });
        await sink.add(shown);
      },
    });
    progress.end();
    const cells = tally.sortedCells(accounts);
    const report: CoverageReport = {
      schema: 'dhmc.coverage/v1',
      startedAt: session.startedAt,
      finishedAt: timestamp(),
      caller: cloud.caller,
      organization: cloud.organization,
      partition: cloud.partition,
      summary: tally.summary(cloud.usage()),
      changes: comparison?.changes(cells) ?? null,
      accounts,
      cells,
    };
    const written = await sink.finish({
      report,
      reasons: reasons.groups(),
      leftOut: tally.leftOut(),
    });
    const uncompared = comparison === null ? '' : describeUncompared(comparison.uncompared(cells));
    if (uncompared !== '') messages.warn(uncompared);
    if (cut !== null) messages.warn(`Reading ended early: ${withoutCodeMarks(cut.hint)}`);
    return written ? tally.exitStatus({ check: values.check }) : exitStatuses.failure;
  } finally {
    await sink.close();
  }
}

function isShown(instance: CoverageInstance, only: RowFilter, changed: boolean): boolean {
  if (only === 'all') return true;
  return only === 'changes' ? changed : isUnmanaged(instance) && isRunning(instance.state);
}

function requireSameOrganization(
  name: string,
  { organization }: CoverageBaseline,
  { cloud }: CommandSession,
): void {
  if (organization === null || organization === cloud.organization.id) return;
  throw new UsageError(
    `--since: "${name}" is of the organization ${organization}, and the caller is in ${cloud.organization.id}.`,
    'Name a report of this organization, or use the profile that the report was made with.',
  );
}
