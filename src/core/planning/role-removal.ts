/**
 * Whether our role may be deleted: only if dhmc created it, nothing else is attached to it, and no setting in any
 * enabled region names it. This is checked for the plan, and again with fresh readings just before the first detach.
 */
import type { Partition, Problem, Role } from '../model/model.ts';
import { grantPolicyArn, createdByDhmc, sharesName } from '../iam/role-names.ts';
import type { RoleName } from '../iam/role-names.ts';
import { keptRole, maybeNamedIn } from '../problems/problems.ts';
import type { AccountReadings, CellReading } from '../model/readings.ts';
import { ownTrusts, sameDocument } from '../iam/trust-policy.ts';

export type Removal =
  | { readonly kind: 'remove'; readonly role: Role }
  | { readonly kind: 'absent' }
  /** The role is kept on purpose: its verdict is `skipped`. */
  | { readonly kind: 'keep'; readonly problem: Problem }
  /** The role is kept because something is unknown. */
  | { readonly kind: 'blocked'; readonly problem: Problem };

export interface RemovalTerms {
  readonly partition: Partition;
  readonly role: RoleName;
  /** Regions where the setting is reset first: they do not count. */
  readonly toBeReset: ReadonlySet<string>;
  /** Regions where the setting may still name the role afterwards. */
  readonly stillNaming: ReadonlySet<string>;
  /** Whether the grant is detached first. */
  readonly grantGoes: boolean;
  /** `--assume-unused`: regions that count as not naming the role if they cannot be read. */
  readonly assumeUnused: readonly string[];
}

/** Why the role and its grant must stay: a setting names the role, or may name it. Null if none does. */
export function usersOf(
  readings: AccountReadings,
  terms: RemovalTerms,
): Extract<Removal, { kind: 'keep' | 'blocked' }> | null {
  if (!readings.regions.known) return { kind: 'blocked', problem: readings.regions.problem };
  const cells: readonly CellReading[] = [...readings.cells, ...readings.outOfScope].filter(
    (cell) => !terms.toBeReset.has(cell.region) && !terms.stillNaming.has(cell.region),
  );
  const using = cells
    .filter((cell) => cell.setting.known && sharesName(cell.setting.value.value, terms.role))
    .map((cell) => cell.region);
  if (using.length > 0) {
    const regions = using.sort().join(', ');
    return {
      kind: 'keep',
      problem: keptRole('role-named-in-regions', `the setting names it in ${regions}`, { regions }),
    };
  }
  const unread = cells.flatMap((cell) => {
    if (cell.setting.known || terms.assumeUnused.includes(cell.region)) return [];
    const { problem } = cell.setting;
    const isOut =
      problem.code === 'region-without-dhmc' ||
      (problem.code === 'region-not-enabled' && isClosed(readings, cell.region));
    return isOut ? [] : [{ region: cell.region, problem }];
  });
  const [first] = unread;
  if (first !== undefined) {
    const regions = unread.map(({ region }) => region).sort();
    return { kind: 'blocked', problem: maybeNamedIn(regions, first.problem) };
  }
  return null;
}

/** Whether ListRegions shows that the region is not enabled: then nothing there can use the role. */
const isClosed = (readings: AccountReadings, region: string): boolean =>
  readings.regions.known &&
  !readings.regions.value.some(
    (entry) => entry.region === region && entry.status.startsWith('ENABLED'),
  );

export function roleRemoval(readings: AccountReadings, terms: RemovalTerms): Removal {
  if (!readings.role.known) return { kind: 'blocked', problem: readings.role.problem };
  const role = readings.role.value;
  if (role === null) return { kind: 'absent' };
  if (!createdByDhmc(role)) {
    return {
      kind: 'keep',
      problem: keptRole('role-made-by-others', 'dhmc did not create it'),
    };
  }
  const own = ownTrusts(terms.role, readings.account.id);
  if (!own.some((trust) => sameDocument(role.trust, trust))) {
    return {
      kind: 'keep',
      problem: keptRole(
        'role-trust-extended',
        'its trust policy is not the one that dhmc gave it',
        { role: role.arn },
      ),
    };
  }
  if (!readings.grants.known) return { kind: 'blocked', problem: readings.grants.problem };
  const attachments = readings.attachments;
  if (attachments !== null && !attachments.known)
    return { kind: 'blocked', problem: attachments.problem };
  const more = [
    ...(readings.grants.value ?? []).filter(
      (arn) => !terms.grantGoes || arn !== grantPolicyArn(terms.partition),
    ),
    ...(attachments?.value?.inlinePolicies ?? []).map((name) => `the inline policy ${name}`),
    ...(attachments?.value?.instanceProfiles ?? []).map((name) => `the instance profile ${name}`),
  ];
  if (more.length > 0) {
    const attached = more.join(', ');
    return {
      kind: 'keep',
      problem: keptRole('role-has-attachments', `${attached} is attached to it`, { attached }),
    };
  }
  return usersOf(readings, terms) ?? { kind: 'remove', role };
}
