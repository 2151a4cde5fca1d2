import { describe, expect, it } from 'vitest';
import { planWaves } from '../../src/render/plan-waves.ts';
import { buildReport } from '../support/reports.ts';

const { accounts, targets } = buildReport({ accounts: 30, dryRun: true });
const [first, second] = accounts;
const inWaves = (waveOf: (account: string) => number | null) => ({
  accounts,
  targets: targets.map((target) => ({ ...target, wave: waveOf(target.account) })),
});

describe('the waves of a plan', () => {
  it('are empty without waves', () => {
    expect(planWaves(inWaves(() => null))).toEqual([]);
  });

  it('name their accounts, and count the settings that would change', () => {
    const waves = planWaves(inWaves((id) => (id === second?.id ? 1 : id === first?.id ? 2 : null)));
    const cells = targets.filter(
      ({ account, kind, verdict }) =>
        account === second?.id && kind === 'setting' && verdict === 'would-change',
    ).length;
    expect(waves.map(({ title }) => title)).toEqual(['Wave 1', 'Wave 2']);
    expect(waves[0]?.text).toBe(
      `1 account, ${String(cells)} cells: ${second?.name ?? ''} ${second?.id ?? ''}`,
    );
  });

  it('name ten accounts, and count the rest', () => {
    const [wave] = planWaves(inWaves(() => 1));
    expect(wave?.text).toMatch(/^30 accounts, .* and 20 more accounts$/);
  });
});
