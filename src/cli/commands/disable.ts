import { UsageError } from '../../core/model/errors.ts';
import type { RunSettings } from '../../core/record/events.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { planRun } from '../../run/plan.ts';
import { clock } from '../session/clock.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import type { ExitStatus } from '../exit.ts';
import { openOutputs } from '../rollout/report-output.ts';
import type { Invocation } from '../args/command.ts';
import { lockRuns } from '../rollout/run-lock.ts';
import { reportDryRun, rollOut } from '../rollout/rollout.ts';
import { ownersFor } from '../runs/owners.ts';
import { scopeOf } from '../args/scope.ts';
import { openSession } from '../session/session.ts';
import { requireWavesForFirst } from '../rollout/waves.ts';
import { settingsOf } from '../args/run-settings.ts';
import { resolveRunFolder } from '../runs/state-dir.ts';

/** `dhmc disable`: plans, shows, asks, and resets every setting in scope that names the DHMC role. */
export async function disable(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  const scope = scopeOf(options, 'refuse');
  const settings = settingsOf(options.values);
  requireWavesForFirst(settings);
  requireMeaningfulOverwrite(settings);
  if (settings.assumeUnused.length > 0 && !settings.deleteRole) {
    throw new UsageError(
      '--assume-unused needs --delete-role.',
      'Leave it out: settings are reset whether other regions can be read or not.',
    );
  }
  requireConfirmation(options.values, terminal);
  const outputs = await openOutputs(options.values);
  const purpose = purposeFor({ does: 'disable', dryRun, settings });

  using session = await openSession({ invocation, purpose, scope, settings });
  const { cloud, signal, progress } = session;
  const folder = await resolveRunFolder(options.values, cloud.organization);
  await using lock = dryRun ? null : await lockRuns(session, folder);
  const plan = await planRun({
    cloud,
    clock,
    action: 'disable',
    scope,
    settings,
    signal,
    owners: await ownersFor(session, folder),
    onProgress: progress.planning,
  });
  const rollout = {
    action: 'disable',
    applies: 'disable',
    scope,
    outputs,
    rollsBack: null,
  } as const;
  if (lock === null) return await reportDryRun(session, plan, rollout);
  return await rollOut(session, lock, plan, rollout);
}

/** Throws `UsageError` for other kinds of `--overwrite` than `stackset`: settings of other roles are never reset. */
function requireMeaningfulOverwrite({ overwrite }: Pick<RunSettings, 'overwrite'>): void {
  const others = overwrite.filter((kind) => kind !== 'stackset');
  if (others.length > 0)
    throw new UsageError(
      `--overwrite=${others.join(',')} has no effect on disable: disable resets only settings that name the DHMC role, whoever set them.`,
      'Leave it out; --overwrite=stackset also resets settings of a stack set.',
    );
}
