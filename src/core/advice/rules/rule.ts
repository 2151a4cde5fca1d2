/** What a rule of the advice is, and how rules find what holds a role back. */
import type { AdviceReason, AdviceVerdict, Blocker } from '../model.ts';
import type { RegionView, RoleView } from '../view.ts';

/** Where a rule found something. */
type Finding = Omit<Blocker, 'reason'>;

export interface Rule {
  /** The rule of the facts that it stands for. */
  readonly id: string;
  readonly reason: AdviceReason;
  /** The best verdict that is left. */
  readonly verdict: Exclude<AdviceVerdict, 'safe'>;
  readonly about: string;
  readonly find: (view: RoleView) => readonly Finding[];
}

export const everywhere = (hint: string, instances: readonly string[] = []): readonly Finding[] => [
  { region: null, instances, hint },
];

/** A finding for each region where the rule finds instances; null: nothing there. */
export const inRegions =
  (find: (region: RegionView, view: RoleView) => Omit<Finding, 'region'> | null) =>
  (view: RoleView): readonly Finding[] =>
    view.regions.flatMap((here) => {
      const found = find(here, view);
      return found === null ? [] : [{ region: here.region, ...found }];
    });

/** Instances with a fault, by region. */
export const withFault = (
  reason: AdviceReason,
  hint: (region: string, view: RoleView) => string,
): Rule['find'] =>
  inRegions((here, view) => {
    const instances = here.faults.get(reason) ?? [];
    return instances.length === 0 ? null : { instances, hint: hint(here.region, view) };
  });

export const allOf = ({ running, stopped }: RegionView): readonly string[] => [
  ...running,
  ...stopped,
];
export const accountOf = (view: RoleView): string => view.account.place.account;

/** The heartbeat after the removal; an existing Deny may stay. */
export const heartbeatLeft = ({
  removal,
  heartbeatAfter,
  heartbeatAfterWithDeny,
}: RoleView): RoleView['heartbeatAfter'] =>
  removal.isHandedOver ? heartbeatAfterWithDeny : heartbeatAfter;

export const hasUnread = ({ policies, boundary }: RoleView['detail']['policies']): boolean =>
  [...policies, ...(boundary === null ? [] : [boundary])].some(
    ({ statements }) => statements === null,
  );
