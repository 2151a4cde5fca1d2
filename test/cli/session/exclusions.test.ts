import { describe, expect, it } from 'vitest';
import {
  refuseUnknownExclusions,
  regionsOfRun,
  requireKnownExclusions,
} from '../../../src/cli/session/exclusions.ts';
import { known, unknown, type Reading, type RegionOptIn } from '../../../src/core/model/model.ts';
import { historyIn, ourRole } from '../../support/histories.ts';
import { member, memoryCloud, problem } from '../../support/memory-cloud.ts';

const { cloud } = memoryCloud([member('000000000001', [])]);
const closed = unknown(problem('denied'));

/** The outcome of checking the exclusions where the caller's own account lists these regions. */
async function outcomeOf(
  excluded: readonly string[],
  listed: Reading<readonly RegionOptIn[]> | 'closed',
): Promise<string> {
  const said: string[] = [];
  const enter = async (id: string) => {
    said.push('entered');
    const entered = await cloud.enter(id);
    if (listed === 'closed' || !entered.known) return closed;
    return known({ ...entered.value, regions: () => Promise.resolve(listed) });
  };
  try {
    const warn = (text: string) => void said.push(text.includes('zz-new-9') ? 'warned' : text);
    await requireKnownExclusions({ ...cloud, enter }, excluded, { warn });
    return said.join(', ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('an excluded region', () => {
  it.each<[readonly string[], Reading<readonly RegionOptIn[]> | 'closed', string | RegExp]>([
    [['eu-west-1'], 'closed', /^$/],
    [['zz-new-9'], known([{ region: 'zz-new-9', status: 'ENABLED' }]), /^entered$/],
    [['zz-new-9'], known([]), /dhmc does not know the region "zz-new-9"/],
    [['zz-new-9'], closed, /^entered, warned$/],
    [['zz-new-9'], 'closed', /^entered, warned$/],
  ])('is checked right for %j where the account lists %j', async (excluded, listed, outcome) => {
    expect(await outcomeOf(excluded, listed)).toMatch(outcome);
  });

  it.each<[string, readonly string[], boolean]>([
    ['eu-west-1', [], true],
    ['zz-new-9', ['zz-new-9'], true],
    ['eu-wst-1', ['eu-west-1'], false],
  ])('%s of %j is accepted without a call: %s', (excluded, chosen, taken) => {
    const refuse = () => {
      refuseUnknownExclusions([excluded], chosen);
    };
    if (taken) expect(refuse).not.toThrow();
    else expect(refuse).toThrow('--exclude-region: "eu-wst-1" is not a region that dhmc knows');
  });
});

it('the regions of a run include regions that dhmc does not know', () => {
  const regions = regionsOfRun(
    historyIn(1, [
      { kind: 'role', from: null, to: ourRole },
      { kind: 'setting', region: 'zz-new-9', from: null, to: 'Dhmc' },
    ]),
  );
  expect(regions).toEqual(['zz-new-9']);
});
