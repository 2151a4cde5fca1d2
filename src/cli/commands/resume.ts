import { dirname } from 'node:path';
import type { Purpose } from '../../aws/index.ts';
import { UsageError } from '../../core/model/errors.ts';
import { isUnfinished, type RunHistory } from '../../core/record/history.ts';
import type { Plan } from '../../core/planning/plan.ts';
import { settlesUnfinished } from '../../core/planning/resume.ts';
import { replanResume } from '../../run/index.ts';
import {
  selectRun,
  recordedFormerRoles,
  loadRun,
  requireRunOf,
  mergedSettings,
} from '../runs/select-run.ts';
import { clock } from '../session/clock.ts';
import { requireConfirmation } from '../rollout/confirm.ts';
import type { ExitStatus } from '../exit.ts';
import { openOutputs } from '../rollout/report-output.ts';
import type { Invocation } from '../args/command.ts';
import { reportPlan, rollOut } from '../rollout/rollout.ts';
import { withSession } from '../session/session.ts';
import { resolveStateDir } from '../runs/state-dir.ts';

/** `dhmc resume [RUN]`: finish a run, or try again what failed in it: the targets of its confirmed plan, and no others. */
export async function resume(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  requireConfirmation(options.values, terminal);
  const outputs = await openOutputs(options.values);
  const { laterHistories, runToResume } = await import('../../journal/index.ts');
  const { path, named } = await selectRun(invocation, async (stateDir, organization) => ({
    path: (await runToResume(stateDir, organization)).path,
    earlier: 0,
  }));
  const { history, report: earlierReport } = await loadRun(path);
  const rolledBack = await rolledBackBy(history, path, invocation);
  const { started } = history;
  const settings = mergedSettings(started.settings, options);
  const applies = appliesOf(history);
  const purpose: Purpose = dryRun
    ? {
        kind: 'read',
        checkAttachments: settings.deleteRole || applies === 'rollback',
        checkUse: true,
      }
    : purposeOf(history, rolledBack);

  return withSession(
    { invocation, purpose, scope: null, settings, runId: started.run },
    async (session) => {
      const { cloud, signal, progress } = session;
      requireRunOf(cloud.organization, history, named);
      const folder = dirname(path);
      const planOf = async (now: RunHistory): Promise<Plan> => {
        // What stands on the run that is rolled back, the rollback itself left out, decides what may be put back.
        const later = rolledBack === null ? [] : await laterHistories(rolledBack, [folder]);
        const laterRuns = later.filter((run) => run.started.run !== started.run);
        return replanResume({
          cloud,
          clock,
          action: applies,
          history: now,
          rolledBack,
          laterRuns,
          signal,
          onProgress: progress.planning,
        });
      };
      if (dryRun)
        return reportPlan(session, await planOf(history), { action: 'resume', dryRun, outputs });
      let latest = { history, report: earlierReport };
      const makePlan = async (): Promise<Plan> => {
        // Read again, now that nobody else writes: the run may have been at work until now.
        latest = await loadRun(path);
        return planOf(latest.history);
      };
      return rollOut(session, makePlan, {
        action: 'resume',
        applies,
        scope: started.scope,
        outputs,
        rollsBack: started.rollsBack,
        folder,
        resumes: { path, fold: () => latest.report },
        settles: (plan) =>
          isUnfinished(latest.history) || settlesUnfinished(latest.history, plan.accounts),
      });
    },
  );
}

/** What the run does to its targets: of a saved plan, the plan's own action. */
const appliesOf = ({ started }: RunHistory): 'enable' | 'disable' | 'rollback' =>
  started.action === 'apply' ? (started.applies ?? 'enable') : started.action;

function purposeOf(history: RunHistory, rolledBack: RunHistory | null): Purpose {
  const { settings } = history.started;
  switch (appliesOf(history)) {
    case 'enable':
      return {
        kind: 'enable',
        passRoles: [settings.dhmcRole],
        checkBoundary: settings.permissionsBoundary !== null,
      };
    case 'disable':
      return { kind: 'disable', deleteRole: settings.deleteRole };
    case 'rollback':
      return {
        kind: 'rollback',
        passRoles: rolledBack === null ? {} : recordedFormerRoles(rolledBack),
      };
  }
}

/** The run that a rollback undoes, from its journal beside the rollback's or in the state directory. Throws `UsageError`. */
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
    `Put it beside ${path}, under the name ${rollsBack}.jsonl.`,
  );
}
