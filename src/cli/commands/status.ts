import { planRun } from '../../run/index.ts';
import { clock } from '../clock.ts';
import type { ExitStatus } from '../exit.ts';
import { outputsOf } from '../output.ts';
import type { Invocation } from '../program.ts';
import { reportPlan } from '../rollout.ts';
import { scopeOf } from '../scope.ts';
import { withSession } from '../session.ts';
import { settingsOf } from '../settings.ts';

/** `dhmc status`: the plan of an enable that nobody applies. */
export async function status(invocation: Invocation): Promise<ExitStatus> {
  const { options } = invocation;
  const scope = scopeOf(options, 'organization');
  const outputs = await outputsOf(options.values);
  const settings = settingsOf(options.values);

  return withSession({ invocation, purpose: { kind: 'read' }, scope, settings }, async (session) => {
    const { cloud, signal, progress } = session;
    const plan = await planRun({ cloud, clock, action: 'status', scope, settings, signal, onProgress: progress.planning });
    return reportPlan(session, plan, { action: 'status', dryRun: false, outputs });
  });
}
