/** The shape of an advice rule, and the ways in which rules find blockers. */
import type { AdviceReason, AdviceVerdict, Blocker } from '../model.ts';
import type { RegionView, RoleView } from '../view.ts';

/** A blocker without the reason, which is the rule's. */
type Finding = Omit<Blocker, 'reason'>;

export interface Rule {
  readonly id: string;
  readonly reason: AdviceReason;
  /** The best verdict that the rule allows. */
  readonly verdict: Exclude<AdviceVerdict, 'safe'>;
  readonly about: string;
  readonly find: (view: RoleView) => readonly Finding[];
}

export const everywhere = (hint: string, instances: readonly string[] = []): readonly Finding[] => [
  { region: null, instances, hint },
];

/** One finding for each region where `find` does not return null. */
export const inRegions =
  (find: (region: RegionView, view: RoleView) => Omit<Finding, 'region'> | null) =>
  (view: RoleView): readonly Finding[] =>
    view.regions.flatMap((here) => {
      const found = find(here, view);
      return found === null ? [] : [{ region: here.region, ...found }];
    });

/** The instances with a fault, by region. */
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

/** The heartbeat after the removal, with the Deny if the role already has it, since that may stay. */
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
