import { UsageError } from '../../core/model/errors.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import { planRun } from '../../run/plan.ts';
import { coverageOfWaves } from '../coverage/wave-gate.ts';
import { clock } from '../session/clock.ts';
import {
  requireConfirmation,
  requireDryRunForCheck,
  requireDryRunForPreflight,
} from '../rollout/confirm.ts';
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

/** `dhmc enable`: plans, shows the plan, asks, applies, verifies and reports. */
export async function enable(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  requireDryRunForCheck(options);
  requireDryRunForPreflight(options);
  const scope = scopeOf(options, 'refuse');
  requireConfirmation(options.values, terminal);
  const outputs = await openOutputs(options.values);
  const settings = settingsOf(options.values);
  requireWavesForFirst(settings);
  const waitMinutes = options.values['wave-coverage'];
  if (waitMinutes !== undefined && options.values.waves === undefined)
    throw new UsageError('--wave-coverage needs --waves.', 'Add --waves, or leave it out.');
  const coverage = options.values.coverage || waitMinutes !== undefined;
  const diagnoses = dryRun && options.values.preflight;
  const purpose = purposeFor({
    does: 'enable',
    dryRun,
    settings,
    coverage,
    preflight: diagnoses,
  });

  using session = await openSession({ invocation, purpose, scope, settings, diagnoses });
  const { cloud, signal, progress } = session;
  const folder = await resolveRunFolder(options.values, cloud.organization);
  await using lock = dryRun ? null : await lockRuns(session, folder);
  const { look, afterWave } = coverageOfWaves(session, scope, waitMinutes);
  const notes = coverage ? [await look()] : [];
  const planned = await planRun({
    cloud,
    clock,
    action: 'enable',
    scope,
    settings,
    signal,
    owners: await ownersFor(session, folder),
    onProgress: progress.planning,
  });
  const plan = { ...planned, notes: [...notes, ...planned.notes] };
  const rollout = {
    action: 'enable',
    applies: 'enable',
    scope,
    outputs,
    rollsBack: null,
    ...(waitMinutes === undefined ? {} : { afterWave }),
  } as const;
  if (lock === null) return await reportDryRun(session, plan, rollout);
  return await rollOut(session, lock, plan, rollout);
}
