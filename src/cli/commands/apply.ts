import { dirname } from 'node:path';
import { UsageError } from '../../core/model/errors.ts';
import type { RunHistory } from '../../core/record/history.ts';
import {
  validatePlanFile,
  validateRollback,
  type PlanFile,
} from '../../core/validation/saved-plan.ts';
import { plannedRoles, purposeFor } from '../../core/planning/purpose.ts';
import { replanSaved } from '../../run/replan.ts';
import { requireSameOrganization, mergedSettings } from '../runs/select-run.ts';
import { clock } from '../session/clock.ts';
import { requireConfirmation, requireDryRunForCheck } from '../rollout/confirm.ts';
import type { ExitStatus } from '../exit.ts';
import { openOutputs } from '../rollout/report-output.ts';
import { readPlanFile } from '../rollout/saved-plan.ts';
import type { Invocation } from '../args/command.ts';
import type { Resolved } from '../args/resolve.ts';
import { lockRuns } from '../rollout/run-lock.ts';
import { reportDryRun, rollOut } from '../rollout/rollout.ts';
import { ownersFor } from '../runs/owners.ts';
import { openSession } from '../session/session.ts';
import { resolveRunFolder, resolveStateDir } from '../runs/state-dir.ts';

/**
 * `dhmc apply PLAN`: makes exactly the changes of a saved plan, and only in cells that are still as the plan saw them.
 */
export async function apply(invocation: Invocation): Promise<ExitStatus> {
  const { options, operands, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  const [name] = operands;
  if (name === undefined)
    throw new UsageError('No plan given.', 'Name a file that --save-plan wrote.');
  requireDryRunForCheck(options);
  const outputs = await openOutputs(options.values);
  const saved = await readPlanFile(name);
  refuseUnlessWhole(saved, name);
  requireConfirmation(options.values, terminal);
  const undone = saved.action === 'rollback' ? await undoneBy(saved, name, options) : null;
  const settings = mergedSettings(saved.settings, options);
  const { scope, action: applies, rollsBack } = saved;
  const formerRoles = plannedRoles(saved.accounts);
  const purpose = purposeFor({ does: applies, dryRun, settings, formerRoles });

  using session = await openSession({ invocation, purpose, scope, settings });
  const { cloud, signal, progress } = session;
  requireSameOrganization(`The plan ${name}`, saved.organization, cloud.organization);
  const folder = await resolveRunFolder(options.values, cloud.organization);
  await using lock = dryRun ? null : await lockRuns(session, folder);
  // Read again under the lock: nobody else writes now.
  const laterRuns = undone === null ? [] : await undone.later();
  const planned = await replanSaved({
    cloud,
    clock,
    saved,
    settings,
    rolledBack: undone?.history ?? null,
    laterRuns,
    signal,
    owners: await ownersFor(session, folder),
    onProgress: progress.planning,
  });
  const plan = {
    ...planned,
    notes: [`The plan was made at ${saved.createdAt} by ${saved.caller.arn}.`, ...planned.notes],
  };
  const rollout = { action: 'apply', applies, scope, outputs, rollsBack } as const;
  if (lock === null) return await reportDryRun(session, plan, rollout);
  return await rollOut(session, lock, plan, rollout);
}

/** Throws `UsageError` for a plan that no planner could have made: a plan is applied completely or not at all. */
function refuseUnlessWhole(saved: PlanFile, name: string): void {
  const problem = validatePlanFile(saved);
  if (problem !== null) throw notMadeSo(name, problem);
}

const notMadeSo = (name: string, problem: string): UsageError =>
  new UsageError(
    `The plan ${name} is not one that dhmc could have made: ${problem}`,
    'Make a new plan. Nothing was changed.',
  );

interface Undone {
  readonly history: RunHistory;
  /** Reads the runs after it from their current journals. */
  readonly later: () => Promise<readonly RunHistory[]>;
}

/**
 * The run that the plan rolls back. Its journal must be in the state directory, and the plan is compared with it.
 * Throws `UsageError`.
 */
async function undoneBy(saved: PlanFile, name: string, options: Resolved): Promise<Undone> {
  const { rollsBack, organization } = saved;
  if (rollsBack === null) throw notMadeSo(name, 'it does not say which run it rolls back.');
  const { findRun, laterHistories, readHistory, runIdPattern } =
    await import('../../journal/index.ts');
  if (!runIdPattern.test(rollsBack))
    throw notMadeSo(name, `${JSON.stringify(rollsBack)} is not the id of a run.`);
  const stateDir = await resolveStateDir(options.values);
  const journal = await findRun(stateDir, organization.id, rollsBack).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `The plan ${name} rolls back the run ${rollsBack}, and cannot be compared with that run's journal: ${error.message}`,
      `Name the state directory that holds the journal with --state-dir, or put it there: ${organization.id}/${rollsBack}.jsonl.`,
    );
  });
  const history = await readHistory(journal.path);
  const later = () => laterHistories(history, [dirname(journal.path)]);
  const problem = validateRollback(saved, history, await later());
  if (problem !== null) throw notMadeSo(name, problem);
  return { history, later };
}
