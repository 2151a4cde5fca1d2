import type { Report } from '../../core/model/model.ts';
import { purposeFor } from '../../core/planning/purpose.ts';
import type { Damage } from '../../journal/index.ts';
import { planHasChanges } from '../../core/planning/plan.ts';
import { planRun } from '../../run/plan.ts';
import { requireSameOrganization } from '../runs/select-run.ts';
import { clock } from '../session/clock.ts';
import type { ExitStatus } from '../exit.ts';
import { openOutputs } from '../rollout/report-output.ts';
import type { Invocation } from '../args/command.ts';
import { reportPlan } from '../rollout/report.ts';
import { ownersFor } from '../runs/owners.ts';
import { commandOfScope } from '../args/command-line.ts';
import { scopeOf } from '../args/scope.ts';
import { openSession } from '../session/session.ts';
import { settingsOf } from '../args/run-settings.ts';
import { resolveRunFolder, resolveStateDir } from '../runs/state-dir.ts';
import { shown } from '../terminal/terminal.ts';

/** `dhmc status`: an enable plan that is never applied; with --since also the differences from an earlier report. */
export async function status(invocation: Invocation): Promise<ExitStatus> {
  const { options } = invocation;
  const scope = scopeOf(options, 'organization');
  const outputs = await openOutputs(options.values);
  const settings = settingsOf(options.values);
  const since = await sinceOf(invocation);

  const purpose = purposeFor({ does: 'status' });
  using session = await openSession({ invocation, purpose, scope, settings });
  const { cloud, signal, progress, messages } = session;
  if (since !== null) {
    requireSameOrganization(
      `${since.name}, which --since names,`,
      since.report.organization,
      cloud.organization,
    );
    for (const { line, reason } of since.damage)
      messages.warn(`${shown(since.name)}: line ${line} ${shown(reason)}; it is left out.`);
  }
  const folder = await resolveRunFolder(options.values, cloud.organization);
  const plan = await planRun({
    cloud,
    clock,
    action: 'status',
    scope,
    settings,
    signal,
    owners: await ownersFor(session, folder),
    onProgress: progress.planning,
  });
  const exit = await reportPlan(session, plan, {
    action: 'status',
    dryRun: false,
    outputs,
    since: since?.report ?? null,
  });
  if (outputs.format === 'table' && planHasChanges(plan))
    messages.info(
      `See what enable would do: ${shown(commandOfScope('enable', scope, settings, invocation.given))}`,
    );
  return exit;
}

interface Since {
  readonly name: string;
  readonly report: Report;
  readonly damage: readonly Damage[];
}

async function sinceOf({ options }: Invocation): Promise<Since | null> {
  const name = options.values.since;
  if (name === undefined) return null;
  const { readBaseline } = await import('../runs/baseline.ts');
  const damage: Damage[] = [];
  return {
    name,
    report: await readBaseline(name, await resolveStateDir(options.values), (found) =>
      damage.push(found),
    ),
    damage,
  };
}
