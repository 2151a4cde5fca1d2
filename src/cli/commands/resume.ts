import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import { isUnfinished, type RunHistory } from '../../core/record/history.ts';
import { reportedAction } from '../../core/record/report.ts';
import type { Plan } from '../../core/planning/plan.ts';
import { settlesUnfinished } from '../../core/replanning/resume.ts';
import { purposeFor, recordedFormerRoles } from '../../core/planning/purpose.ts';
import { replanResume, type Exclusions } from '../../run/replan.ts';
import {
  describeRun,
  selectRun,
  loadRun,
  requireRunOf,
  mergedSettings,
} from '../runs/select-run.ts';
import type { Scope } from '../../core/model/scope.ts';
import { coverageOfWaves } from '../coverage/wave-gate.ts';
import { clock } from '../session/clock.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import type { ExitStatus } from '../exit.ts';
import { openOutputs } from '../rollout/report-output.ts';
import type { Invocation } from '../args/command.ts';
import type { Keeps } from '../rollout/report.ts';
import { lockRuns } from '../rollout/run-lock.ts';
import { reportDryRun, rollOut } from '../rollout/rollout.ts';
import { ownersFor } from '../runs/owners.ts';
import { refuseUnknownExclusions, regionsOfRun } from '../session/exclusions.ts';
import { openSession } from '../session/session.ts';
import { resolveStateDir } from '../runs/state-dir.ts';

/** `dhmc resume [RUN]`: finishes a run or retries what failed in it, only for targets of its confirmed plan. */
export async function resume(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  // Report a problem with a named run first, before the missing confirmation.
  if (invocation.operands.length === 0) requireConfirmation(options.values, terminal);
  const outputs = await openOutputs(options.values);
  const { laterHistories, runToResume } = await import('../../journal/index.ts');
  const { path, named } = await selectRun(invocation, async (stateDir, organization) => ({
    path: (await runToResume(stateDir, organization)).path,
    earlier: 0,
  }));
  const { requireUnpacked } = await import('../../journal/index.ts');
  await requireUnpacked(path);
  const { history, report: earlierReport } = await loadRun(path);
  requireConfirmation(options.values, terminal);
  const rolledBack = await rolledBackBy(history, path, invocation);
  const { started } = history;
  const settings = mergedSettings(started.settings, options);
  const applies = appliesOf(history);
  const exclude: Exclusions = {
    accounts: options.values['exclude-account'] ?? [],
    regions: options.values['exclude-region'] ?? [],
  };
  const waitMinutes = options.values['wave-coverage'];
  const coverage = waitMinutes !== undefined && !dryRun;
  refuseUnknownExclusions(exclude.regions, regionsOfRun(history));
  if (waitMinutes !== undefined && (applies !== 'enable' || settings.waves === null))
    throw new UsageError(
      `--wave-coverage needs a run that turns DHMC on in waves; ${started.run} does not.`,
      'Leave it out.',
    );
  // Exclude from the scope what this resume leaves out.
  const scope: Scope = {
    ...started.scope,
    accounts: {
      ...started.scope.accounts,
      excludeAccounts: [...started.scope.accounts.excludeAccounts, ...exclude.accounts],
    },
    regions: {
      ...started.scope.regions,
      excludeRegions: [...started.scope.regions.excludeRegions, ...exclude.regions],
    },
  };
  const formerRoles = rolledBack === null ? {} : recordedFormerRoles(rolledBack);
  const purpose = purposeFor({ does: applies, dryRun, settings, formerRoles, coverage });

  using session = await openSession({
    invocation,
    purpose,
    scope: null,
    settings,
    runId: started.run,
    about: ['Resumes', describeRun(started)],
  });
  const { cloud, signal, progress } = session;
  requireRunOf(cloud.organization, history, named);
  const folder = dirname(path);
  await using lock = dryRun ? null : await lockRuns(session, folder);
  // Read again under the lock: the run may have been active until now.
  const latest = dryRun ? { history, report: earlierReport } : await loadRun(path);
  const { look, afterWave } = coverageOfWaves(session, scope, waitMinutes);
  const coverageNotes = coverage ? [await look()] : [];
  // What may be restored depends on the runs after the one that is rolled back, without this rollback itself.
  const later = rolledBack === null ? [] : await laterHistories(rolledBack, [folder]);
  const laterRuns = await laterHistories(latest.history, [folder]);
  const planned = await replanResume({
    cloud,
    clock,
    action: applies,
    history: latest.history,
    settings,
    rolledBack,
    laterOfRolledBack: later.filter((run) => run.started.run !== started.run),
    laterRuns,
    exclude,
    signal,
    owners: await ownersFor(session, folder),
    onProgress: progress.planning,
  });
  refuseIfNothingLeft(planned, exclude, started.run);
  const plan = {
    ...planned,
    notes: [...coverageNotes, ...notesOn(latest.history, laterRuns, exclude), ...planned.notes],
  };
  const rollout = {
    action: 'resume',
    applies,
    scope,
    outputs,
    rollsBack: started.rollsBack,
    resumes: { path, fold: latest.report },
    settles: isUnfinished(latest.history) || settlesUnfinished(latest.history, plan.accounts),
    ...(coverage ? { afterWave } : {}),
    ...narrowed(plan, exclude),
  } as const;
  if (lock === null) return await reportDryRun(session, plan, rollout);
  return await rollOut(session, lock, plan, rollout);
}

/**
 * Throws `UsageError` for a resume that excludes everything: it is probably a mistake, and must not count as a success.
 */
function refuseIfNothingLeft(plan: Plan, { accounts }: Exclusions, run: string): void {
  if (plan.accounts.length > 0 || accounts.length === 0) return;
  throw new UsageError(
    `--exclude-account leaves nothing of the run ${run}.`,
    `See \`dhmc runs show ${run}\` for its accounts.`,
  );
}

/** If a resume excludes parts of its run, its report is about the rest. */
function narrowed(plan: Plan, { accounts, regions }: Exclusions): { readonly keeps?: Keeps } {
  if (accounts.length + regions.length === 0) return {};
  const included = new Set(plan.accounts.map(({ account }) => account.id));
  return {
    keeps: ({ account, region }) =>
      included.has(account) && (region === null || !regions.includes(region)),
  };
}

const notesOn = (
  { started: { run } }: RunHistory,
  laterRuns: readonly RunHistory[],
  { accounts, regions }: Exclusions,
): readonly string[] => [
  ...laterRuns
    .filter(({ started }) => started.rollsBack === run)
    .map(
      ({ started }) =>
        `The run ${run} was rolled back by ${started.run}: what it restored stays as it is.`,
    ),
  ...(accounts.length + regions.length === 0
    ? []
    : [`Left out of this resume: ${[...accounts, ...regions].join(', ')}.`]),
];

/** What the run does to its targets; for a saved plan, the plan's own action. */
function appliesOf({ started }: RunHistory): 'enable' | 'disable' | 'rollback' {
  const { applies, run } = started;
  const action = reportedAction(started);
  if (action === 'prove')
    throw new UsageError(
      `The run ${run} is a proof, which cannot be resumed.`,
      `Restore what it left with \`dhmc disable rollback ${run}\`, and run \`dhmc prove\` again.`,
    );
  return action === 'apply' ? (applies ?? 'enable') : action;
}

/**
 * The run that a rollback undoes, from the journal beside the rollback's own or in the state directory. Throws
 * `UsageError`.
 */
async function rolledBackBy(
  { started }: RunHistory,
  path: string,
  invocation: Invocation,
): Promise<RunHistory | null> {
  const { rollsBack, organization } = started;
  if (rollsBack === null) return null;
  const { findRun, journalPath } = await import('../../journal/index.ts');
  for (const find of [
    () => Promise.resolve({ path: journalPath(dirname(path), rollsBack) }),
    () => Promise.resolve({ path: `${journalPath(dirname(path), rollsBack)}.gz` }),
    async () =>
      findRun(await resolveStateDir(invocation.options.values), organization.id, rollsBack),
  ]) {
    try {
      return (await loadRun((await find()).path)).history;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  throw new UsageError(
    `The journal of the run ${rollsBack}, which the run ${started.run} rolls back, cannot be read.`,
    `Put it next to ${path}, under the name ${rollsBack}.jsonl.`,
  );
}
