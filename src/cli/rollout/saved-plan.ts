/**
 * Saved plans, `dhmc.plan/v1`: a plan as JSON, with the settings that it was made with. docs/plan-format.md describes
 * it for reviewers.
 */
import { realpath, stat } from 'node:fs/promises';
import { UsageError } from '../../core/model/errors.ts';
import type { Plan } from '../../core/planning/plan.ts';
import type { PlanFile } from '../../core/validation/saved-plan.ts';
import type { Scope } from '../../core/model/scope.ts';
import { timestamp } from '../session/clock.ts';
import type { CommandSession } from '../session/session.ts';
import { shown } from '../terminal/terminal.ts';
import { version } from '../version.ts';
import type { Action, PlannedTarget } from '../../core/model/model.ts';

interface SavedAs {
  readonly action: PlanFile['action'] | 'apply' | 'resume';
  readonly scope: Scope;
  readonly rollsBack: string | null;
}

/** Whether plans of the action can be saved. */
export const savesPlans = (action: Action): action is PlanFile['action'] =>
  action === 'enable' || action === 'disable' || action === 'rollback';

/** Writes the plan to the file of `--save-plan`. Throws `UsageError` if that fails; nothing was changed yet. */
export async function savePlanIfAsked(
  session: CommandSession,
  plan: Plan,
  { action, scope, rollsBack }: SavedAs,
): Promise<void> {
  const file = session.invocation.options.values['save-plan'];
  if (file === undefined || !savesPlans(action)) return;
  const { cloud, settings, invocation, messages } = session;
  const saved: PlanFile = {
    schema: 'dhmc.plan/v1',
    version,
    createdAt: timestamp(),
    action,
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    command: invocation.commandLine,
    rollsBack,
    scope,
    settings,
    notes: plan.notes,
    ...(plan.warnings === undefined ? {} : { warnings: plan.warnings }),
    accounts: plan.accounts,
  };
  try {
    const { targetForFile } = await import('../../journal/index.ts');
    await writeWhole(file, planText(saved, targetForFile));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--save-plan: the plan could not be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'Name a file in a directory that you can write to. Nothing was changed.',
    );
  }
  messages.info(`The plan is saved in ${shown(file)}.`);
}

/**
 * Writes the file in one step, readable only by the user; follows a link of the user's own. A device or pipe is written
 * to directly.
 */
async function writeWhole(file: string, text: Iterable<string>): Promise<void> {
  const { refuseForeignLinks, replacePrivately, writeOver } =
    await import('../../journal/index.ts');
  await refuseForeignLinks('--save-plan: the file', file);
  const place = await realpath(file).catch(() => file);
  const there = await stat(place).catch(() => null);
  if (there !== null && !there.isFile()) return writeOver(place, text);
  await replacePrivately(place, text);
}

/** One target per line, so that two plans can be compared line by line. */
function* planText(
  { accounts, ...head }: PlanFile,
  forFile: (target: PlannedTarget) => unknown,
): Generator<string> {
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "accounts": [`;
  for (const [index, { targets, ...account }] of accounts.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(account).slice(0, -1)}, "targets": [`;
    for (const [at, target] of targets.entries())
      yield `${at === 0 ? '' : ','}\n      ${JSON.stringify(forFile(target))}`;
    yield '\n    ] }';
  }
  yield '\n  ]\n}\n';
}

/** In bytes. A plan of 10,000 accounts with every region has a fifth of it. */
const maxPlan = 500_000_000;

/** Reads a saved plan. Throws `UsageError`, which names the problem, if it is not one or has an unknown version. */
export async function readPlanFile(file: string): Promise<PlanFile> {
  const { FileRefused, currentUser, objectionTo, ownershipError, parsePlanFile, ...files } =
    await import('../../journal/index.ts');
  await files.refuseForeignLinks('The plan', file);
  let text: string;
  try {
    text = await files.readRegular(file, {
      most: maxPlan,
      check(stats) {
        const objection = objectionTo(stats, currentUser());
        if (objection !== null) throw ownershipError('The plan', file, objection);
      },
    });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof FileRefused)
      throw new UsageError(
        `The plan ${file} ${error.message}.`,
        'Name a file that --save-plan wrote.',
      );
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      code === 'ENOENT' ? `Plan ${file} not found.` : `The plan ${file} cannot be read: ${code}.`,
      'Name a file that --save-plan wrote.',
    );
  }
  const parsed = parsePlanFile(text);
  if (!parsed.ok)
    throw new UsageError(
      `${file} is not a plan that dhmc can apply: ${parsed.reason}.`,
      'Make a new one with --save-plan.',
    );
  return parsed.plan;
}
