/** What the resets in a plan would affect. dhmc reports this before the prompt; it does not stop the plan. */
import { inWords } from '../problems/in-words.ts';
import { lastSegment } from '../iam/role-names.ts';
import type { Problem, Reading } from '../model/model.ts';
import { isToChange, type Plan } from './plan.ts';
import { nameAndId, type AccountNames } from '../model/account-names.ts';
import { plural } from '../model/counted.ts';

/**
 * The online EC2 instances of a region, by the role that AWS shows for them. Instances with another role do not count.
 */
export interface InstanceUse {
  /** Instances for which AWS shows the DHMC role. */
  readonly withOurRole: number;
  /** Instances without a role: managed through DHMC, or through an instance profile. */
  readonly withoutRole: number;
}

/** The reading of one cell that will be reset. */
export interface CellUse {
  readonly account: string;
  readonly region: string;
  readonly instances: Reading<InstanceUse>;
  /** How many associations would turn DHMC on again. */
  readonly associations: Reading<number>;
}

/** The regions where the plan resets the setting, by account. */
export const cellsToReset = (plan: Plan): ReadonlyMap<string, readonly string[]> => {
  const cells = new Map<string, string[]>();
  for (const { account, targets } of plan.accounts)
    for (const target of targets) {
      if (
        target.kind !== 'setting' ||
        target.region === null ||
        target.to !== null ||
        target.from === null ||
        !isToChange(target)
      )
        continue;
      cells.set(account.id, [...(cells.get(account.id) ?? []), target.region]);
    }
  return cells;
};

const maxListed = 10;

const listed = (cells: readonly string[]): string =>
  `${cells.slice(0, maxListed).join('; ')}${cells.length > maxListed ? `; and ${(cells.length - maxListed).toLocaleString('en')} more cells` : ''}`;

/** Whole sentences with unescaped untrusted text; empty if nothing is in use. */
export function warningsOfResets(
  names: AccountNames,
  uses: readonly CellUse[],
  dhmcRole: string,
): readonly string[] {
  const cell = ({ account, region }: CellUse): string => `${nameAndId(account, names)} ${region}`;
  const role = lastSegment(dhmcRole);

  const used = uses.flatMap((use) =>
    use.instances.known && use.instances.value.withOurRole + use.instances.value.withoutRole > 0
      ? [{ use, ...use.instances.value }]
      : [],
  );
  const certain = used.reduce((sum, { withOurRole }) => sum + withOurRole, 0);
  const possible = used.reduce((sum, { withoutRole }) => sum + withoutRole, 0);
  const warnings: string[] = [];
  if (certain + possible > 0) {
    const parts = [
      ...(certain > 0 ? [`${plural(certain, 'EC2 instance')} online with the role ${role}`] : []),
      ...(possible > 0
        ? [
            `${plural(possible, 'EC2 instance')} online for which AWS names no role, managed through DHMC or through an instance profile`,
          ]
        : []),
    ];
    const cells = used.map(
      ({ use, withOurRole, withoutRole }) =>
        `${cell(use)}: ${(withOurRole + withoutRole).toLocaleString('en')}`,
    );
    warnings.push(
      `In the cells to be reset, Systems Manager manages ${parts.join(', and ')}. Once the setting is reset, those that depend on DHMC are no longer managed. By cell: ${listed(cells)}.`,
    );
  }

  const associated = uses.filter(
    ({ associations }) => associations.known && associations.value > 0,
  );
  if (associated.length > 0) {
    warnings.push(
      `An association of AWSQuickSetupType-EnableDHMC (Quick Setup's or the unified console's) will switch DHMC on again, once a day, in ${listed(associated.map(cell))}. Remove the configuration there first.`,
    );
  }

  for (const [what, of] of [
    ['instances are managed through DHMC now', (use: CellUse) => use.instances],
    ['Quick Setup would switch it on again', (use: CellUse) => use.associations],
  ] as const) {
    const unread = uses.flatMap((use) => {
      const reading = of(use);
      return reading.known ? [] : [{ use, problem: reading.problem }];
    });
    const byReason = new Map<string, { readonly problem: Problem; readonly cells: string[] }>();
    for (const { use, problem } of unread) {
      const group = byReason.get(problem.code) ?? { problem, cells: [] };
      group.cells.push(cell(use));
      byReason.set(problem.code, group);
    }
    for (const { problem, cells } of byReason.values()) {
      warnings.push(`Whether ${what} could not be read in ${listed(cells)}: ${inWords(problem)}`);
    }
  }
  return warnings;
}
