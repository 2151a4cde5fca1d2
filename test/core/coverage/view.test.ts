import { describe, expect, it } from 'vitest';
import { delays, viewOf } from '../../../src/core/coverage/view.ts';
import { ago, factsOf, lost, now, role, set, type Situation } from './situations/situation.ts';

const view = (situation: Partial<Situation>) =>
  viewOf(factsOf({ n: '', title: '', is: '', ...situation }));

it.each<[string, Partial<Situation>, object]>([
  ['an instance that is not listed', {}, { presence: 'unlisted', shown: null, fresh: true }],
  ['one that is online', { node: { role: 'x/DHMC' } }, { presence: 'online', shownIsSet: true }],
  ['one that shows another role', { node: { role: 'Other' } }, { shownIsSet: false }],
  ['one that shows an empty role', { node: { role: '' } }, { shown: null, shownIsSet: false }],
  ['one that was lost', { node: lost }, { presence: 'lost', fresh: false }],
  ['an old agent', { node: { version: '3.2.581.0' } }, { agentTooOld: true }],
  [
    'an agent that needs a role in its profile',
    { node: { version: '3.2.582.0' }, profile: { kind: 'without-role' } },
    { agentTooOld: true },
  ],
  ['an agent of no known version', { node: { version: 'x' } }, { agentTooOld: null }],
  ['a profile that was not read', { profile: { kind: 'none' } }, { heartbeat: 'no' }],
  ['a profile that allows it', { profile: role() }, { heartbeat: 'yes' }],
  [
    'a profile with conditions',
    { profile: role({ heartbeat: 'unknown' }) },
    { heartbeat: 'maybe' },
  ],
  ['metadata that is off', { instance: { metadata: 'disabled' } }, { metadataOff: true }],
  ['an unknown launch', { instance: { launchedAt: null } }, { launchAge: null }],
])('%s', (_, situation, seen) => {
  expect(view(situation)).toMatchObject(seen);
});

describe('the time at which a change should have arrived', () => {
  it.each<[string, Partial<Situation>, number | null]>([
    ['is none where all is long ago', {}, null],
    ['is 35 minutes after a start', { instance: { launchedAt: ago(5) } }, ago(5) + delays.pickUp],
    [
      'is an hour after a new profile of an instance that was lost',
      { node: lost, more: { associatedAt: ago(10) } },
      ago(10) + delays.change,
    ],
    [
      'is six hours after it for an old agent',
      { node: { ...lost, version: '3.3.100.0' }, more: { associatedAt: ago(10) } },
      ago(10) + delays.changeOfOldAgents,
    ],
    [
      'is the latest of several',
      { instance: { launchedAt: ago(30) }, more: { associatedAt: ago(2) } },
      ago(2) + delays.pickUp,
    ],
  ])('%s', (_, situation, time) => {
    expect(view(situation).settlesAt).toBe(time);
  });

  it.each([
    [set({ modifiedAt: ago(1) }), ago(1) + delays.pickUp],
    [set({ pending: true }), now + delays.pickUp],
    [set(), null],
  ])('of the setting is said by itself', (setting, time) => {
    expect(view({ setting }).settingSettlesAt).toBe(time);
  });
});
