import { expect, it } from 'vitest';
import { hintOf } from '../../../src/core/coverage/hints.ts';
import { coverageReasons, type CoverageReason } from '../../../src/core/coverage/model.ts';
import { viewOf } from '../../../src/core/coverage/view.ts';
import { ago, broken, factsOf, lost, set, type Situation } from './situations/situation.ts';

const hint = (reason: CoverageReason | null, situation: Partial<Situation> = {}): string | null =>
  hintOf(viewOf(factsOf({ n: '', title: '', is: '', ...situation })), {
    managedBy: reason === null ? 'profile' : 'none',
    reason,
  });

it.each<[CoverageReason, Partial<Situation>, string]>([
  ['setting-unset', {}, '`dhmc enable --account 111111111111 --region eu-west-1`'],
  ['setting-recent', { setting: set({ modifiedAt: ago(5) }) }, 'after 2026-11-28T12:30Z.'],
  ['in-transition', {}, 'Check again in an hour.'],
  ['dhmc-role-broken', {}, 'Repair the role Dhmc; if dhmc manages it, `dhmc enable'],
  ['dhmc-role-broken', { setting: broken }, 'Create the role Dhmc again with `dhmc enable'],
  ['dhmc-role-broken', { setting: set({ ours: false }) }, 'which is not the role of dhmc.'],
  [
    'dhmc-role-broken',
    { setting: { ...broken, ours: false, value: 'Team' } as typeof broken },
    "or use dhmc's role instead with `dhmc enable --account 111111111111 --region eu-west-1 --overwrite=broken`.",
  ],
  ['profile-without-role', { instance: { profile: 'App' } }, 'the instance profile App,'],
  ['imds-disabled', {}, '--instance-id i-0123456789abcdef0 --http-endpoint enabled'],
  ['connection-lost', { node: lost }, 'the last heartbeat was at 2026-11-28T07:00Z'],
  ['no-sign-of-agent', {}, 'in eu-west-1'],
  ['agent-too-old', {}, '3.2.582.0 or later'],
])('the hint for %s names the facts of the case', (reason, situation, part) => {
  expect(hint(reason, situation)).toContain(part);
});

it.each(coverageReasons)('the hint for %s is one or two whole sentences', (reason) => {
  expect(hint(reason)).toMatch(/^[A-Z][^]*\.$/);
});

it('a managed instance has a hint only if its profile manages an old agent', () => {
  expect(hint(null, { node: { version: '3.1.0.0' } })).toContain('Until then');
  expect(hint(null, { node: {} })).toBeNull();
});
