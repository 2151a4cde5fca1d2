/** `--wave-coverage`: reads the instances before a run, and waits after each wave. */
import type { Scope } from '../../core/model/scope.ts';
import type { WaveOutcome } from '../../run/apply.ts';
import type { CommandSession } from '../session/session.ts';
import type { FleetLook } from './fleet-look.ts';

export interface WaveGateCoverage {
  /** Reads the instances of the scope; returns a sentence for the plan. */
  readonly look: () => Promise<string>;
  readonly afterWave: (outcome: WaveOutcome) => Promise<string>;
}

/** Reads the instances of a scope. With a limit, it also waits between waves for the unmanaged ones to register. */
export function coverageOfWaves(
  session: CommandSession,
  scope: Scope,
  limitMinutes: number | undefined,
): WaveGateCoverage {
  let before: FleetLook | null = null;
  return {
    look: async () => {
      const fleet = await import('./fleet-look.ts');
      before = await fleet.lookAtFleet(session, scope);
      return fleet.describeFleet(before);
    },
    afterWave: async ({ accountIds }) => {
      if (before === null || limitMinutes === undefined) return '';
      const { watchWave } = await import('./fleet-look.ts');
      return watchWave(session, scope, { before, accountIds, limitMs: limitMinutes * 60_000 });
    },
  };
}
