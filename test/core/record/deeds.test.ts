import { describe, expect, it } from 'vitest';
import {
  countDeeds,
  deedOf,
  describeDeeds,
  describeOutcome,
  summarizeDeeds,
} from '../../../src/core/record/deeds.ts';
import { plannedDeed } from '../../support/planned-deed.ts';
import type { Target } from '../../../src/core/model/model.ts';

const arn = 'arn:aws:iam::222222222222:role/service-role/Dhmc';
const role = (trust: string) => ({ arn, trust });
const policy = 'arn:aws:iam::aws:policy/AmazonSSMManagedEC2InstanceDefaultPolicy';
const ours = 'service-role/Dhmc';

type Change = Pick<Target, 'kind' | 'account' | 'region' | 'state' | 'verdict' | 'from' | 'to'>;
const change = (
  kind: Target['kind'],
  state: Target['state'],
  from: Target['from'],
  to: Target['to'],
  at: Partial<Change> = {},
): Change => ({
  kind,
  account: '222222222222',
  region: kind === 'setting' ? 'eu-west-1' : null,
  state,
  verdict: 'would-change',
  from,
  to,
  ...at,
});

describe('deedOf', () => {
  it.each([
    ['create', change('role', 'absent', null, role('{}'))],
    ['delete', change('role', 'whole', role('{}'), null)],
    ['repair', change('role', 'broken', role('{}'), role('{"a":1}'))],
    ['replace', change('role', 'whole', role('{"a":1}'), role('{}'))],
    ['attach', change('grant', 'absent', null, policy)],
    ['detach', change('grant', 'attached', policy, null)],
    ['set', change('setting', 'disabled', null, ours)],
    ['reset', change('setting', 'enabled', ours, null)],
    ['replace', change('setting', 'foreign', 'Other', ours)],
    ['replace', change('setting', 'enabled', ours, 'Other')],
    ['repair', change('setting', 'broken', 'Dhmc', ours)],
    ['repair', change('setting', 'broken', 'old/DHMC', ours)],
    ['repair', change('setting', 'broken', ours, ours)],
    // A rollback that undoes a repair is not a repair.
    ['replace', change('setting', 'enabled', ours, ours)],
    ['replace', change('setting', 'enabled', ours, 'Dhmc')],
  ] as const)('gives %s for %j', (deed, target) => {
    expect(deedOf(target)).toBe(deed);
  });
});

const plan: readonly Change[] = [
  change('role', 'whole', role('{}'), null, { account: '333333333333' }),
  change('setting', 'disabled', null, ours),
  change('setting', 'disabled', null, ours, { region: 'us-east-1' }),
  change('setting', 'foreign', 'Other', ours, { account: '333333333333' }),
  change('role', 'absent', null, role('{}')),
  change('grant', 'absent', null, policy),
];

describe('the deeds of a plan', () => {
  it('are counted in a fixed order, creations first and deletions last', () => {
    const verdicts = { 'would-change': 1 };
    expect(countDeeds(plan.map(plannedDeed))).toEqual([
      { deed: 'create', kind: 'role', count: 1, accounts: 1, regions: 0, verdicts },
      { deed: 'attach', kind: 'grant', count: 1, accounts: 1, regions: 0, verdicts },
      {
        deed: 'set',
        kind: 'setting',
        count: 2,
        accounts: 1,
        regions: 2,
        verdicts: { 'would-change': 2 },
      },
      { deed: 'replace', kind: 'setting', count: 1, accounts: 1, regions: 1, verdicts },
      { deed: 'delete', kind: 'role', count: 1, accounts: 1, regions: 0, verdicts },
    ]);
    expect(countDeeds([])).toEqual([]);
  });

  it('are described in the imperative, deletions in capitals', () => {
    expect(describeDeeds(plan).map(({ text }) => text)).toEqual([
      'Create role service-role/Dhmc in 1 account',
      'Attach policy AmazonSSMManagedEC2InstanceDefaultPolicy in 1 account',
      "Set 2 settings in 2 regions of 1 account, from AWS's default (DHMC off) to service-role/Dhmc",
      'Replace 1 setting in 1 region of 1 account, from Other to service-role/Dhmc',
      'DELETE role service-role/Dhmc in 1 account',
    ]);
  });

  it('separate settings that a rollback breaks again from those that it replaces', () => {
    const rollback = [
      change('setting', 'enabled', ours, ours),
      change('setting', 'enabled', ours, 'Other', { region: 'us-east-1' }),
    ];
    expect(describeDeeds(rollback).map(({ text }) => text)).toEqual([
      'Replace 1 setting in 1 region of 1 account, from service-role/Dhmc to Other',
      'Break 1 setting in 1 region of 1 account again, as before the run: it keeps the role service-role/Dhmc, which stops working',
    ]);
  });

  it('count the settings of each former role', () => {
    const replaced = ['A', 'B', 'B', 'C', 'D'].map((from, at) =>
      change('setting', 'foreign', from, ours, { region: `r-${String(at)}` }),
    );
    expect(describeDeeds(replaced).map(({ text }) => text)).toEqual([
      'Replace 5 settings in 5 regions of 1 account, from B (2), A (1), C (1) and 1 other role to service-role/Dhmc',
    ]);
  });

  it('keep the paths of a role where settings name it at several', () => {
    const reset = ['Dhmc', ours, ours].map((from, at) =>
      change('setting', 'enabled', from, null, { region: `r-${String(at)}` }),
    );
    expect(describeDeeds(reset).map(({ text }) => text)).toEqual([
      "Reset 3 settings in 3 regions of 1 account, from service-role/Dhmc (2), Dhmc (1) to AWS's default (DHMC off)",
    ]);
  });

  it('have the number of each verdict after a run, the worst first', () => {
    const done = plan.map((each, at) => ({
      ...each,
      verdict: at === 1 ? ('failed' as const) : ('changed' as const),
    }));
    expect(countDeeds(done.map(plannedDeed)).map((deed) => describeOutcome(deed))).toEqual([
      'Create 1 role in 1 account: 1 changed',
      'Attach 1 policy in 1 account: 1 changed',
      'Set 2 settings in 2 regions of 1 account: 1 failed, 1 changed',
      'Replace 1 setting in 1 region of 1 account: 1 changed',
      'DELETE 1 role in 1 account: 1 changed',
    ]);
  });

  it('separate changes that were begun from those that were not attempted', () => {
    const deeds = (['a', 'b', 'c'] as const).map((region, index) => ({
      ...plannedDeed(
        change('setting', 'disabled', null, ours, { region, verdict: 'not-attempted' }),
      ),
      isBegun: index === 0,
    }));
    const [all] = countDeeds(deeds);
    expect(all).toMatchObject({ verdicts: { 'not-attempted': 3 }, begun: 1 });
    expect(all && describeOutcome(all)).toBe(
      'Set 3 settings in 3 regions of 1 account: 1 begun (result unknown), 2 not-attempted',
    );
    const [none] = countDeeds(deeds.slice(1));
    expect(none).not.toHaveProperty('begun');
  });

  it('count settings that a rollback broke again separately from replaced ones', () => {
    const left = (region: string, over: Partial<Change> = {}): Change =>
      change('setting', 'broken', ours, ours, { region, verdict: 'changed', ...over });
    const notReached = left('a', { state: 'enabled', verdict: 'not-attempted' });
    const replaced = left('b', { state: 'foreign', to: 'Other' });
    const outcomes = (...rows: readonly Change[]): readonly string[] =>
      countDeeds(rows.map((row) => ({ ...plannedDeed(row), deed: 'replace' }))).map((deed) =>
        describeOutcome(deed, [
          ...rows,
          left('c', { state: 'enabled', verdict: 'in-sync' }),
          left('d', { verdict: 'skipped' }),
          left('e', { from: null, to: null, state: 'disabled', verdict: 'failed' }),
          left('f', { state: 'enabled' }),
          left('g', { state: 'foreign', verdict: 'conflict' }),
          left('h', { verdict: 'failed' }),
        ]),
      );
    expect(outcomes(left('a'), left('b'))).toEqual([
      'Break 2 settings in 2 regions of 1 account again: 2 changed',
    ]);
    expect(outcomes(notReached, replaced)).toEqual([
      'Replace 2 settings in 2 regions of 1 account, 1 of them broken again as before: 1 not-attempted, 1 changed',
    ]);
    expect(outcomes(replaced)).toEqual(['Replace 1 setting in 1 region of 1 account: 1 changed']);
  });

  it('fit in one line of the prompt', () => {
    expect(summarizeDeeds(plan)).toBe(
      'Create 1 role, attach 1 policy, set 2 settings, replace 1 setting, DELETE 1 role in 2 accounts',
    );
    const repairs = [
      change('role', 'broken', role('{}'), role('{"a":1}')),
      change('role', 'broken', role('{}'), role('{"a":1}'), { account: '333333333333' }),
    ];
    expect(summarizeDeeds(repairs)).toBe('Repair 2 trust policies in 2 accounts');
    const rollback = [
      change('setting', 'enabled', ours, ours),
      change('setting', 'enabled', ours, 'Other', { region: 'us-east-1' }),
    ];
    expect(summarizeDeeds(rollback)).toBe('Replace 1 setting, break 1 setting again in 1 account');
    expect(summarizeDeeds([change('role', 'whole', role('{"a":1}'), role('{}'))])).toBe(
      'Restore 1 trust policy in 1 account',
    );
  });

  it('say that a broken setting keeps its value and its role is repaired', () => {
    expect(
      describeDeeds([change('setting', 'broken', ours, ours)]).map(({ text }) => text),
    ).toEqual([
      'Repair 1 broken setting in 1 region of 1 account: it keeps the role service-role/Dhmc, which then works',
    ]);
  });

  it('say the purpose of a repair, and that a rollback restores a trust policy', () => {
    const changes = [
      change('setting', 'broken', 'old/DHMC', ours),
      change('role', 'whole', role('{"a":1}'), role('{}')),
    ];
    expect(describeDeeds(changes).map(({ text }) => text)).toEqual([
      'Repair 1 broken setting in 1 region of 1 account, so that it works',
      'Restore the former trust policy of role service-role/Dhmc in 1 account',
    ]);
  });
});
