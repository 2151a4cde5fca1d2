import { describe, expect, it } from 'vitest';
import type { AdviceReason, Blocker } from '../../../src/core/advice/model.ts';
import { tallyAdvice } from '../../../src/core/advice/summary.ts';
import { account } from './facts.ts';
import { advice } from './roles.ts';

const problem = { code: 'denied', message: 'no', hint: 'ask', requestId: null } as const;
const blocker = (reason: AdviceReason, ...instances: readonly string[]): Blocker => ({
  reason,
  instances,
  hint: `${reason}!`,
  region: null,
});

describe('the exit status', () => {
  it.each([
    ['a role is safe', 'safe', null, 0, 2],
    ['no role is safe', 'likely', null, 0, 0],
    ['something could not be read', 'safe', false, 1, 1],
    ['something was skipped', 'keep', true, 0, 0],
  ] as const)('is right where %s', (_, verdict, skipped, plain, check) => {
    const tally = tallyAdvice();
    tally.addRole(advice('a', verdict));
    if (skipped !== null) tally.addUnread({ account, region: null, problem }, { skipped });
    expect([tally.exitStatus({ check: false }), tally.exitStatus({ check: true })]).toEqual([
      plain,
      check,
    ]);
  });
});

it('lists the reasons that block most roles first, and counts each role once', () => {
  const tally = tallyAdvice();
  tally.addRole(advice('a', 'not-yet', { blockers: [blocker('agent-too-old', 'i-1')] }));
  tally.addRole(
    advice('b', 'not-yet', {
      blockers: [blocker('setting-unset', 'i-2'), blocker('setting-unset', 'i-3', 'i-4')],
    }),
  );
  tally.addRole(advice('c', 'not-yet', { blockers: [blocker('setting-unset', 'i-5')] }));
  tally.addRole(advice('d', 'keep', { blockers: [blocker('setting-unset', 'i-6')] }));
  expect(tally.blockers()).toEqual([
    {
      reason: 'setting-unset',
      roles: 2,
      instances: 4,
      accounts: 1,
      hint: 'setting-unset!',
      examples: [
        { account, name: 'b' },
        { account, name: 'c' },
      ],
    },
    expect.objectContaining({ reason: 'agent-too-old', roles: 1, instances: 1 }),
  ]);
  expect(tally.summary({ calls: 1, throttled: 0 })).toMatchObject({
    roles: 4,
    verdicts: { 'not-yet': 3, keep: 1, safe: 0 },
  });
});
