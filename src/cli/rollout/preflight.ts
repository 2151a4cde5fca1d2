/** `--preflight`: which changes of a plan AWS would deny. */
import type { Preflight } from '../../core/model/model.ts';
import type { Plan } from '../../core/planning/plan.ts';
import type { CommandSession } from '../session/session.ts';

/** Marks the plan's rows that AWS would deny. Returns the plan unchanged without `--preflight`. */
export async function checkPlan(
  { diagnosed, settings, signal, progress }: CommandSession,
  plan: Plan,
): Promise<{ readonly plan: Plan; readonly preflight: Preflight | null }> {
  if (diagnosed === null) return { plan, preflight: null };
  const [{ readPreflight }, { preflightPlan }] = await Promise.all([
    import('../../run/preflight.ts'),
    import('../../core/doctor/preflight.ts'),
  ]);
  const readings = await readPreflight({
    cloud: diagnosed,
    plan,
    concurrency: settings.concurrency,
    signal,
    onProgress: progress.examining,
  });
  return preflightPlan(plan, readings);
}
