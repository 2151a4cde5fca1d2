import { describe, expect, it } from 'vitest';
import { agentActions } from '../../../src/core/advice/rights/agent-rights.ts';
import type { AdviceReport, Blocker } from '../../../src/core/advice/model.ts';
import {
  actionsText,
  dangerText,
  gapText,
  headline,
  idsOf,
  maxWaitFor,
  shortGap,
} from '../../../src/render/advice/words.ts';

describe('the words of the advice', () => {
  it("name the agent's rights by their policy", () => {
    const all = `all ${String(agentActions.length)} rights of AmazonSSMManagedEC2InstanceDefaultPolicy`;
    expect(actionsText([...agentActions, 's3:GetObject'])).toEqual([all, 's3:GetObject']);
    expect(actionsText(agentActions.slice(1))).toEqual(agentActions.slice(1));
  });

  it.each([
    [{ roles: 1, instances: 0 }, 'the most frequent reason is setting-unset, for 1 role'],
    [
      { roles: 1, instances: 1 },
      'the most frequent reason is setting-unset, for 1 role with 1 instance',
    ],
    [
      { roles: 2, instances: 5 },
      'the most frequent reason is setting-unset, for 2 roles with 5 instances',
    ],
  ])('name the most frequent reason: %j gives %s', (counts, text) => {
    expect(maxWaitFor([{ reason: 'setting-unset', hint: '', ...counts } as never])).toBe(text);
    expect(maxWaitFor([])).toBe('');
  });

  it('count the roles by verdict, and leave out verdicts without roles', () => {
    const of = (roles: number, verdicts: object) =>
      headline({ summary: { roles, verdicts } } as unknown as AdviceReport);
    const none = { safe: 0, likely: 0, 'not-yet': 0, keep: 0, unknown: 0 };
    expect(of(3, { ...none, safe: 1, keep: 2 })).toBe('3 roles: 1 safe, 2 keep');
    expect(of(1, { ...none, likely: 1 })).toBe('1 role: 1 likely');
    expect(of(0, none)).toBe('no instance profile has a role with Systems Manager rights');
  });

  it.each([
    [[], ''],
    [['s3:*'], ' On every resource, s3:* is dangerous: narrow it.'],
    [['s3:*', 'iam:*'], ' On every resource, s3:*, iam:* are dangerous: narrow them.'],
  ])('warn of dangerous rights: %j', (dangerous, text) => {
    expect(dangerText(dangerous)).toBe(text);
  });

  it.each([
    ['none', 2, ''],
    ['unmanaged', 3, 'i-0, i-1, i-2'],
    ['unmanaged', 4, 'i-0, i-1, i-2 and 1 more'],
    ['all', 4, 'i-0, i-1, i-2, i-3'],
    ['all', 0, ''],
  ] as const)('list instances: --instances %s with %d gives %s', (choice, count, text) => {
    const instances = Array.from({ length: count }, (_, index) => `i-${String(index)}`);
    expect(idsOf({ instances } as unknown as Blocker, choice)).toBe(text);
  });

  it.each([
    [null, '', ''],
    [0, 'no gap', 'no gap: the agents use DHMC already'],
    [60, 'gap up to 60 min', 'a gap of up to 60 minutes in which'],
    [90, 'gap up to 1.5 h', 'a gap of up to 1.5 hours in which'],
  ])('describe a gap of %s minutes', (minutes, short, long) => {
    expect(shortGap(minutes)).toBe(short);
    expect(gapText(minutes).startsWith(long)).toBe(true);
  });
});
