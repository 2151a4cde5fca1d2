import { UsageError } from '../../core/errors.ts';
import { planRun } from '../../run/index.ts';
import { clock } from '../clock.ts';
import { requireConsent } from '../consent.ts';
import type { ExitStatus } from '../exit.ts';
import { outputsOf } from '../output.ts';
import type { Invocation } from '../command.ts';
import { savePlanIfAsked } from '../plan-file.ts';
import { reportPlan, rollOut } from '../rollout.ts';
import { scopeOf } from '../scope.ts';
import { withSession } from '../session.ts';
import { settingsOf } from '../settings.ts';
import { folderOf } from '../state-dir.ts';

/** `dhmc disable`: plan, show, ask, and reset every setting in scope that names our role. */
export async function disable(invocation: Invocation): Promise<ExitStatus> {
  const { options, terminal } = invocation;
  const dryRun = options.values['dry-run'];
  const scope = scopeOf(options, 'refuse');
  const settings = settingsOf(options.values);
  const { deleteRole } = settings;
  if (settings.assumeUnused.length > 0 && !deleteRole) {
    throw new UsageError(
      '--assume-unused goes with --delete-role.',
      'Leave it out: settings are reset whether other regions can be read or not.',
    );
  }
  requireConsent(options.values, terminal);
  const outputs = await outputsOf(options.values);
  const purpose = dryRun
    ? ({ kind: 'read', checkAttachments: deleteRole, checkUse: true } as const)
    : ({ kind: 'disable', deleteRole } as const);

  return withSession({ invocation, purpose, scope, settings }, async (session) => {
    const { cloud, signal, progress } = session;
    const makePlan = () => planRun({ cloud, clock, action: 'disable', scope, settings, signal, onProgress: progress.planning });
    if (dryRun) {
      const plan = await makePlan();
      await savePlanIfAsked(session, plan, { action: 'disable', scope, rollsBack: null });
      return reportPlan(session, plan, { action: 'disable', dryRun, outputs });
    }
    const folder = await folderOf(options.values, cloud.organization);
    return rollOut(session, makePlan, { action: 'disable', applies: 'disable', scope, outputs, rollsBack: null, folder });
  });
}
