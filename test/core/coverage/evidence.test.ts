import { expect, it } from 'vitest';
import { evidenceOf, minuteOf } from '../../../src/core/coverage/evidence.ts';
import { viewOf } from '../../../src/core/coverage/view.ts';
import {
  ago,
  broken,
  factsOf,
  hybridNode,
  lost,
  problem,
  role,
  set,
  unset,
  type Situation,
} from './situations/situation.ts';

const said = (situation: Partial<Situation>): string =>
  evidenceOf(viewOf(factsOf({ n: '', title: '', is: '', ...situation }))).join(' ');

it.each<[Partial<Situation>, string]>([
  [{}, 'Systems Manager does not list the instance.'],
  [{ more: { nodesRead: false } }, 'The managed nodes of the region could not be read.'],
  [{ node: { role: 'a/Other' } }, 'as Online and shows the role Other.'],
  [{ node: {} }, 'as Online and shows no role.'],
  [{ more: { hybrid: { node: hybridNode, by: 'source' } } }, 'runs on the instance and is Online.'],
  [{ more: { hybrid: { node: hybridNode, by: 'address' } } }, "has the instance's address."],
  [{}, 'The instance has no instance profile.'],
  [{ profile: { kind: 'without-role' } }, 'has no role, or no longer exists.'],
  [{ profile: { kind: 'unread', role: null, problem } }, 'could not be read.'],
  [{ profile: role({ heartbeat: 'denied' }) }, 'App does not allow ssm:UpdateInstanceInformation.'],
  [
    { profile: role({ heartbeat: 'unknown' }) },
    'depends on conditions (AmazonSSMManagedInstanceCore).',
  ],
  [{ profile: role({ channels: 'denied' }) }, 'does not allow the channels of ssmmessages.'],
  [{ setting: unset }, 'The setting of the region names no role.'],
  [{ setting: { kind: 'unread' } }, 'The setting of the region could not be read.'],
  [{ setting: broken }, 'which cannot be used: the role does not exist.'],
  [{ setting: set({ works: 'unknown' }) }, 'the role Dhmc, which could not be read.'],
  [
    { setting: set({ modifiedAt: ago(1) }) },
    'The setting was changed at 2026-11-28T11:59:00.000Z.',
  ],
  [{ node: { version: '3.1.0.0' } }, "The agent's version is 3.1.0.0; DHMC needs 3.2.582.0."],
  [{ node: lost }, 'The last heartbeat was at 2026-11-28T07:00:00.000Z.'],
  [{ instance: { metadata: 'disabled' } }, 'The instance metadata endpoint is disabled.'],
  [{ instance: { launchedAt: ago(3) } }, 'The instance was started at 2026-11-28T11:57:00.000Z.'],
  [{ instance: { operated: true } }, 'Another AWS service operates the instance.'],
])('the evidence for %j contains: %s', (situation, sentence) => {
  expect(said(situation)).toContain(sentence);
});

it('rounds times up to the minute', () => {
  expect(minuteOf(Date.parse('2026-11-28T12:00:01Z'))).toBe('2026-11-28T12:01Z');
  expect(minuteOf(Date.parse('2026-11-28T12:00:00Z'))).toBe('2026-11-28T12:00Z');
});
