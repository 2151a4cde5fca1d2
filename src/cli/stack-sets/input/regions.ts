/** The regions in which new accounts can be covered, and the reasons against the others. */
import { UsageError } from '../../../core/model/errors.ts';
import type { RegionSelection } from '../../../core/model/scope.ts';
import type { NotCovered } from '../../../core/stack-sets/report.ts';
import type { Cloud } from '../../../run/cloud.ts';
import type { StackSetsAccess } from '../../../run/stack-sets-access.ts';
import { valueOf } from '../access.ts';

export interface CoveredRegions {
  readonly regions: readonly string[];
  readonly notCovered: readonly NotCovered[];
  readonly notes: readonly string[];
}

const settingType = 'AWS::SSM::ServiceSetting';

const isEnabled = (status: string): boolean =>
  status === 'ENABLED' || status === 'ENABLED_BY_DEFAULT';

/**
 * The regions that are named, else those that every account has enabled. An instance needs its region enabled in the
 * account and in the management account, and CloudFormation must know the setting's type there. Throws `UsageError` if
 * no region is left.
 */
export async function coveredRegions(
  cloud: Cloud,
  access: StackSetsAccess,
  { regions: named, excludeRegions }: RegionSelection,
): Promise<CoveredRegions> {
  const entered = valueOf(await cloud.enter(cloud.caller.account));
  const listed = valueOf(await entered.regions());
  const statuses = new Map<string, string>(listed.map(({ region, status }) => [region, status]));
  const unknown = [...(named ?? []), ...excludeRegions].find((region) => !statuses.has(region));
  if (unknown !== undefined)
    throw new UsageError(
      `"${unknown}" is not a region that account ${cloud.caller.account} can have.`,
      'Check the code of the region; `aws account list-regions` lists all.',
    );
  const notCovered: NotCovered[] = [];
  const leave = (region: string, reason: string): void => {
    notCovered.push({ account: null, region, cells: null, reason });
  };
  const chosen: string[] = [];
  for (const [region, status] of statuses) {
    if (excludeRegions.includes(region) || (named !== null && !named.includes(region))) continue;
    if (!isEnabled(status)) {
      if (named !== null)
        leave(region, `The region is not enabled in account ${cloud.caller.account}.`);
    } else if (named === null && status !== 'ENABLED_BY_DEFAULT')
      leave(
        region,
        'Accounts have to enable this region first, and a new one has not: name it with --region to cover it anyway.',
      );
    else chosen.push(region);
  }
  const notes: string[] = [];
  const { managementAccount } = cloud.organization;
  const optedInto = chosen.filter((region) => statuses.get(region) === 'ENABLED');
  if (optedInto.length > 0 && cloud.caller.account !== managementAccount)
    notes.push(
      `A stack instance needs its region enabled in the management account ${managementAccount} too, which cannot be read from account ${cloud.caller.account}: ${optedInto.join(', ')}. Where it is not, the stack instances fail.`,
    );
  const regions: string[] = [];
  for (const region of chosen.sort()) {
    const knows = await access.knowsType(region, settingType);
    if (knows.known && !knows.value)
      leave(region, `CloudFormation does not know ${settingType} there.`);
    else regions.push(region);
    if (!knows.known)
      notes.push(
        `Whether CloudFormation knows ${settingType} in ${region} could not be read: ${knows.problem.message}`,
      );
  }
  if (regions.length === 0)
    throw new UsageError(
      'No region is left that a stack set can cover.',
      notCovered[0]?.reason ?? 'Leave out some of the exclusions.',
    );
  return { regions, notCovered, notes };
}
