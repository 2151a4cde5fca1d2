import { describe, expect, it } from 'vitest';
import { coveredRegions } from '../../../../src/cli/stack-sets/input/regions.ts';
import { known, unknown, type RegionOptIn } from '../../../../src/core/model/model.ts';
import type { StackSetsAccess } from '../../../../src/run/stack-sets-access.ts';
import { member, memoryCloud, organization, problem } from '../../../support/memory-cloud.ts';

const statuses: readonly RegionOptIn[] = [
  { region: 'us-east-1', status: 'ENABLED_BY_DEFAULT' },
  { region: 'eu-west-1', status: 'ENABLED_BY_DEFAULT' },
  { region: 'af-south-1', status: 'ENABLED' },
  { region: 'eu-south-2', status: 'DISABLED' },
];
const covered = (
  regions: readonly string[] | null,
  excludeRegions: readonly string[] = [],
  knowsType: StackSetsAccess['knowsType'] = () => Promise.resolve(known(true)),
) => {
  const management = { ...member(organization.managementAccount, []), regions: [...statuses] };
  return coveredRegions(
    memoryCloud([management]).cloud,
    { knowsType } as unknown as StackSetsAccess,
    { regions, excludeRegions },
  );
};

describe('the regions that a stack set covers', () => {
  it('are the regions that every account has, in order', async () => {
    const { regions, notCovered } = await covered(null);
    expect(regions).toEqual(['eu-west-1', 'us-east-1']);
    expect(notCovered).toMatchObject([{ region: 'af-south-1', account: null, cells: null }]);
    expect(notCovered[0]?.reason).toContain('name it with --region');
  });

  it('are the named regions, even if accounts have to enable them', async () => {
    expect(await covered(['af-south-1'])).toMatchObject({
      regions: ['af-south-1'],
      notCovered: [],
    });
  });

  it('exclude regions by option, and those that are off in the management account', async () => {
    expect((await covered(null, ['us-east-1'])).regions).toEqual(['eu-west-1']);
    const { regions, notCovered } = await covered(['eu-west-1', 'eu-south-2']);
    expect(regions).toEqual(['eu-west-1']);
    expect(notCovered[0]?.reason).toContain('is not enabled in account');
  });

  it('exclude regions where CloudFormation does not know the resource type', async () => {
    const { regions, notCovered } = await covered(null, ['af-south-1'], (region) =>
      Promise.resolve(known(region === 'us-east-1')),
    );
    expect(regions).toEqual(['us-east-1']);
    expect(notCovered[0]?.reason).toContain('does not know AWS::SSM::ServiceSetting');
  });

  it('include regions, with a note, where the resource type could not be read', async () => {
    const { regions, notes } = await covered(['eu-west-1'], [], () =>
      Promise.resolve(unknown(problem('denied', 'No.'))),
    );
    expect(regions).toEqual(['eu-west-1']);
    expect(notes).toEqual([expect.stringContaining('eu-west-1 could not be read: No.')]);
  });

  it.each([
    [['eu-wset-1'], [], '"eu-wset-1" is not a region that account'],
    [null, ['eu-wset-1'], '"eu-wset-1" is not a region that account'],
    [['eu-south-2'], [], 'No region is left'],
    [null, ['us-east-1', 'eu-west-1', 'af-south-1'], 'No region is left'],
  ])('are refused for %j without %j', async (regions, excludeRegions, message) => {
    await expect(covered(regions, excludeRegions)).rejects.toThrow(message);
  });
});
