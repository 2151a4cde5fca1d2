/** The waves of a plan with their accounts, for formats that have no messages beside them. */
import { number, plural } from '../core/model/counted.ts';
import type { Report } from '../core/model/model.ts';

export interface PlanWave {
  readonly title: string;
  /** Contains account names: escape it. */
  readonly text: string;
}

/** More accounts are only counted; each row of JSON and CSV has its wave. */
const maxNames = 10;

/** Empty if the plan has no waves. */
export function planWaves({
  accounts,
  targets,
}: Pick<Report, 'accounts' | 'targets'>): readonly PlanWave[] {
  const waves = new Map<number, { readonly ids: Set<string>; cells: number }>();
  for (const { wave, account, kind, verdict } of targets) {
    if (wave === null || wave === undefined) continue;
    const known = waves.get(wave) ?? { ids: new Set<string>(), cells: 0 };
    waves.set(wave, known);
    known.ids.add(account);
    if (kind === 'setting' && verdict === 'would-change') known.cells += 1;
  }
  const names = new Map(accounts.map(({ id, name }) => [id, `${name} ${id}`.trim()]));
  return [...waves]
    .sort(([one], [other]) => one - other)
    .map(([wave, { ids, cells }]) => {
      const listed = [...ids].slice(0, maxNames).map((id) => names.get(id) ?? id);
      const more = ids.size - maxNames;
      return {
        title: `Wave ${number(wave)}`,
        text: `${plural(ids.size, 'account')}, ${plural(cells, 'cell')}: ${listed.join(', ')}${more > 0 ? ` and ${plural(more, 'more account')}` : ''}`,
      };
    });
}
