import { describe, expect, it } from 'vitest';
import { delays, viewOf } from '../../../src/core/coverage/view.ts';
import {
  ago,
  factsOf,
  lost,
  now,
  problem,
  role,
  set,
  type Situation,
} from './situations/situation.ts';

const view = (situation: Partial<Situation>) =>
  viewOf(factsOf({ n: '', title: '', is: '', ...situation }));

it.each<[string, Partial<Situation>, object]>([
  ['an instance that is not listed', {}, { presence: 'unlisted', shown: null, fresh: true }],
  [
    'an instance that is online',
    { node: { role: 'x/DHMC' } },
    { presence: 'online', shownIsSet: true },
  ],
  ['an instance that shows another role', { node: { role: 'Other' } }, { shownIsSet: false }],
  [
    'an instance that shows an empty role',
    { node: { role: '' } },
    { shown: null, shownIsSet: false },
  ],
  ['an instance whose connection is lost', { node: lost }, { presence: 'lost', fresh: false }],
  ['an old agent', { node: { version: '3.2.581.0' } }, { agentTooOld: true }],
  [
    'an agent that needs a role in its instance profile',
    { node: { version: '3.2.582.0' }, profile: { kind: 'without-role' } },
    { agentTooOld: true },
  ],
  ['an agent with an unknown version', { node: { version: 'x' } }, { agentTooOld: null }],
  ['an instance without a profile', { profile: { kind: 'none' } }, { heartbeat: 'no' }],
  [
    'a profile that could not be read',
    { profile: { kind: 'unread', role: null, problem } },
    { heartbeat: 'unread' },
  ],
  ['a profile that allows the heartbeat', { profile: role() }, { heartbeat: 'yes' }],
  [
    'a profile with conditions',
    { profile: role({ heartbeat: 'unknown' }) },
    { heartbeat: 'maybe' },
  ],
  [
    'a metadata endpoint that is off',
    { instance: { metadata: 'disabled' } },
    { metadataOff: true },
  ],
  ['an unknown launch time', { instance: { launchedAt: null } }, { launchAge: null }],
])('the view is right for %s', (_, situation, seen) => {
  expect(view(situation)).toMatchObject(seen);
});

describe('the time at which a change should have arrived', () => {
  it.each<[string, Partial<Situation>, number | null]>([
    ['is null where every change is long ago', {}, null],
    [
      'is 35 minutes after the launch',
      { instance: { launchedAt: ago(5) } },
      ago(5) + delays.pickUp,
    ],
    [
      'is an hour after a new profile of an instance whose connection is lost',
      { node: lost, more: { associatedAt: ago(10) } },
      ago(10) + delays.change,
    ],
    [
      'is six hours after a new profile for an old agent whose connection is lost',
      { node: { ...lost, version: '3.3.100.0' }, more: { associatedAt: ago(10) } },
      ago(10) + delays.changeOfOldAgents,
    ],
    [
      'is the latest of several times',
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
  ])('is known separately for the setting', (setting, time) => {
    expect(view({ setting }).settingSettlesAt).toBe(time);
  });
});
