import { dirname } from 'node:path';
import type { Purpose } from '../../aws/index.ts';
import { UsageError } from '../../core/errors.ts';
import type { TargetValue } from '../../core/model.ts';
import { problemOfPlan, problemOfUndoing, type PlanFile } from '../../core/plan-file.ts';
import { requireSameOrganization, settingsOfRun } from '../chosen-run.ts';
import { requireConsent } from '../consent.ts';
import type { ExitStatus } from '../exit.ts';
import { outputsOf } from '../output.ts';
import { readPlanFile } from '../plan-file.ts';
import type { Invocation } from '../command.ts';
import type { Resolved } from '../resolve.ts';
import { reportPlan, rollOut } from '../rollout.ts';
import { withSession } from '../session.ts';
import { folderOf, stateDirOf } from '../state-dir.ts';
import { version } from '../version.ts';

/** `dhmc apply PLAN`: do exactly what a saved plan says, each cell only where it still is as the plan has it. */
export async function apply(invocation: Invocation): Promise<ExitStatus> {
  const { options, operands, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  const [name] = operands;
  if (name === undefined) throw new UsageError('Which plan? Nothing says.', 'Name a file that --save-plan wrote.');
  requireConsent(options.values, terminal);
  const outputs = await outputsOf(options.values);
  const saved = await readPlanFile(name);
  refuseUnlessWhole(saved, name);
  if (saved.action === 'rollback') await refuseUnlessUndoing(saved, name, options);
  const settings = settingsOfRun(saved.settings, options);
  const { scope, action: applies, rollsBack } = saved;

  return withSession(
    { invocation, purpose: dryRun ? { kind: 'read', checkUse: true } : purposeOf(saved), scope, settings },
    async (session) => {
      const { cloud } = session;
      requireSameOrganization(`The plan ${name}`, saved.organization, cloud.organization);
      const plan = { accounts: saved.accounts, notes: [`The plan was made at ${saved.createdAt} by ${saved.caller.arn}.`, ...saved.notes] };
      if (dryRun) return reportPlan(session, plan, { action: 'apply', dryRun, outputs });
      const folder = await folderOf(options.values, cloud.organization);
      return rollOut(session, () => Promise.resolve(plan), { action: 'apply', applies, scope, outputs, rollsBack, folder });
    },
  );
}

/** A plan is applied whole or not at all: one that no planner of this version could have made is refused. Throws `UsageError`. */
function refuseUnlessWhole(saved: PlanFile, name: string): void {
  if (saved.version !== version) {
    throw new UsageError(
      `The plan ${name} was made by dhmc ${saved.version}; this is dhmc ${version}.`,
      'Make a new plan, or apply it with the version that made it.',
    );
  }
  const problem = problemOfPlan(saved);
  if (problem !== null) throw notMadeSo(name, problem);
}

const notMadeSo = (name: string, problem: string): UsageError =>
  new UsageError(`The plan ${name} was not made so by dhmc: ${problem}`, 'Make a new plan; nothing was touched.');

/** A rollback is held against the journal of the run that it undoes, which the state directory has to hold. Throws `UsageError`. */
async function refuseUnlessUndoing(saved: PlanFile, name: string, options: Resolved): Promise<void> {
  const { rollsBack, organization } = saved;
  if (rollsBack === null) throw notMadeSo(name, 'it does not say which run it rolls back.');
  const { findRun, laterHistories, readHistory, runIdPattern } = await import('../../journal/index.ts');
  if (!runIdPattern.test(rollsBack)) throw notMadeSo(name, `${JSON.stringify(rollsBack)} is no id of a run.`);
  const stateDir = await stateDirOf(options.values);
  const journal = await findRun(stateDir, organization.id, rollsBack).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `The plan ${name} rolls back the run ${rollsBack}, and cannot be held against that run's journal: ${error.message}`,
      `Name the state directory that holds the journal with --state-dir, or put it there: ${organization.id}/${rollsBack}.jsonl.`,
    );
  });
  const history = await readHistory(journal.path);
  const problem = problemOfUndoing(saved, history, await laterHistories(history, [dirname(journal.path)]));
  if (problem !== null) throw notMadeSo(name, problem);
}

function purposeOf({ action, settings, accounts }: PlanFile): Purpose {
  switch (action) {
    case 'enable':
      return { kind: 'enable', passRoles: [settings.dhmcRole] };
    case 'disable':
      return { kind: 'disable', deleteRole: settings.deleteRole };
    case 'rollback':
      return {
        kind: 'rollback',
        passRoles: Object.fromEntries(
          accounts.map(({ account, targets }) => [
            account.id,
            targets.flatMap(({ kind, verdict, to }) => (kind === 'setting' && verdict === 'would-change' && isText(to) ? [to] : [])),
          ]),
        ),
      };
  }
}

const isText = (value: TargetValue): value is string => typeof value === 'string';
