import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import { isUnfinished, type RunHistory } from '../../core/record/history.ts';
import type { Plan } from '../../core/planning/plan.ts';
import type { Scope } from '../../core/model/scope.ts';
import { purposeFor, recordedFormerRoles } from '../../core/planning/purpose.ts';
import { unseenNote } from '../../core/replanning/unseen.ts';
import { replanRollback } from '../../run/replan.ts';
import {
  describeRun,
  selectRun,
  loadRun,
  requireRunOf,
  mergedSettings,
} from '../runs/select-run.ts';
import { clock } from '../session/clock.ts';
import { requireConfirmation, requireDryRunForCheck } from '../rollout/confirm.ts';
import type { ExitStatus } from '../exit.ts';
import { scopeOptions } from '../args/option-sets.ts';
import { openOutputs } from '../rollout/report-output.ts';
import type { Invocation } from '../args/command.ts';
import type { Resolved } from '../args/resolve.ts';
import { lockRuns } from '../rollout/run-lock.ts';
import { reportDryRun, rollOut } from '../rollout/rollout.ts';
import { ownersFor } from '../runs/owners.ts';
import { defaultsOfRollback, scopeOf } from '../args/scope.ts';
import { refuseUnknownExclusions, regionsOfRun } from '../session/exclusions.ts';
import { openSession } from '../session/session.ts';
import { settingsOf } from '../args/run-settings.ts';
import { resolveRunFolder } from '../runs/state-dir.ts';

/** `dhmc disable rollback [RUN]`: restores exactly what a run changed. */
export async function rollback(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  const part = partOf(options);
  requireDryRunForCheck(options);
  // Report a problem with a named run first, before the missing confirmation.
  if (invocation.operands.length === 0) requireConfirmation(options.values, terminal);
  const outputs = await openOutputs(options.values);
  const { laterHistories, runToRollBack } = await import('../../journal/index.ts');
  const { path, named, earlier } = await selectRun(invocation, async (stateDir, organization) => {
    const chosen = await runToRollBack(stateDir, organization);
    return { path: chosen.run.path, earlier: chosen.earlier };
  });
  const { history } = await loadRun(path);
  requireConfirmation(options.values, terminal);
  const { started } = history;
  const { assumeUnused } = settingsOf(options.values);
  refuseUnknownExclusions(part?.regions.excludeRegions ?? [], regionsOfRun(history));
  const settings = {
    ...mergedSettings(started.settings, options),
    assumeUnused,
    waves: null,
    failureTolerance: null,
  };
  const scope = part ?? started.scope;
  const formerRoles = recordedFormerRoles(history);
  const purpose = purposeFor({ does: 'rollback', dryRun, formerRoles });

  using session = await openSession({
    invocation,
    purpose,
    scope: part,
    settings,
    about: ['Rolls back', describeRun(started)],
    scopeDefaults: defaultsOfRollback,
  });
  const { cloud, signal, progress } = session;
  requireRunOf(cloud.organization, history, named);
  const folder = await resolveRunFolder(options.values, cloud.organization);
  await using lock = dryRun ? null : await lockRuns(session, folder);
  // Read again under the lock: the run may have continued in the meantime.
  const { history: now } = dryRun ? { history } : await loadRun(path);
  const laterRuns = await laterHistories(now, [folder, dirname(path)]);
  const planned = await replanRollback({
    cloud,
    clock,
    history: now,
    scope: part,
    laterRuns,
    settings,
    signal,
    owners: await ownersFor(session, folder, dirname(path)),
    onProgress: progress.planning,
  });
  refuseIfNothingChosen(planned, part, started.run);
  const unseen = unseenNote(now, planned.accounts);
  const plan = {
    ...planned,
    notes: [
      ...notesOn(started.run, earlier),
      ...unfinishedNotes(now, laterRuns),
      ...(unseen === null ? [] : [unseen]),
      ...planned.notes,
    ],
  };
  const rollout = {
    action: 'rollback',
    applies: 'rollback',
    scope,
    outputs,
    rollsBack: started.run,
    after: history.order,
    settles: settles(plan),
  } as const;
  if (lock === null) return await reportDryRun(session, plan, rollout);
  return await rollOut(session, lock, plan, rollout);
}

/** The part of the run that the scope options select; null: all of it. */
function partOf(options: Resolved): Scope | null {
  return scopeOptions.some((name) => options.sources.has(name))
    ? scopeOf(options, 'organization')
    : null;
}

/**
 * Throws `UsageError` if the scope options select nothing of the run: it is probably a mistake, and must not count as a
 * success.
 */
function refuseIfNothingChosen(plan: Plan, part: Scope | null, run: string): void {
  const regionsAreChosen =
    part !== null && (part.regions.regions !== null || part.regions.excludeRegions.length > 0);
  if (part === null && plan.accounts.length === 0) {
    throw new UsageError(
      `Nothing is left to roll back: the run ${run} changed nothing.`,
      `See \`dhmc runs show ${run}\` for what it tried.`,
    );
  }
  const chosen = plan.accounts.flatMap(({ targets }) =>
    targets.filter(({ kind }) => kind === 'setting' || !regionsAreChosen),
  );
  if (part === null || chosen.length > 0) return;
  throw new UsageError(
    `The scope options select nothing that the run ${run} changed.`,
    `See \`dhmc runs show ${run}\` for what it changed, or leave these options out to roll back all of it.`,
  );
}

/**
 * Whether the rollback found targets with their previous values already. It is journaled then, so that the run counts
 * as rolled back.
 */
const settles = (plan: Plan): boolean =>
  plan.accounts.some(({ targets }) => targets.some(({ verdict }) => verdict === 'in-sync'));

const notesOn = (run: string, earlier: number): readonly string[] =>
  earlier === 0
    ? []
    : [
        `Rolling back ${run}, the newest run; ${String(earlier)} earlier ${earlier === 1 ? 'run is' : 'runs are'} still in force.`,
      ];

/** Notes about runs that could be finished instead. */
const unfinishedNotes = (
  history: RunHistory,
  laterRuns: readonly RunHistory[],
): readonly string[] => [
  ...(isUnfinished(history) && history.started.action !== 'prove'
    ? [
        `The run ${history.started.run} did not finish; dhmc resume ${history.started.run} would continue it.`,
      ]
    : []),
  ...laterRuns
    .filter((later) => later.started.rollsBack === history.started.run && isUnfinished(later))
    .map(
      ({ started: { run } }) =>
        `An earlier rollback of the run ${history.started.run} did not finish: this one restores the rest, as dhmc resume ${run} would.`,
    ),
];
