import { describe, expect, it } from 'vitest';
import { plannedTarget } from '../../src/core/planning/planned-targets.ts';
import type { Cloud } from '../../src/run/cloud.ts';
import { assessResets } from '../../src/run/reset-impact.ts';
import { member, memoryCloud } from '../support/memory-cloud.ts';
import { roleName } from '../support/run-engine.ts';

const id = '000000000011';
const reset = (region: string, verdict: 'would-change' | 'conflict' = 'would-change') =>
  plannedTarget(
    { kind: 'setting', account: id, region },
    { state: 'enabled', verdict, from: roleName, to: null },
  );
const planOf = (...targets: readonly ReturnType<typeof reset>[]) => ({
  notes: [],
  accounts: [
    {
      account: { id, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
      targets,
    },
  ],
});
const assess = async (
  plan: ReturnType<typeof planOf>,
  over: (cloud: Cloud) => Partial<Cloud> = () => ({}),
  signal?: AbortSignal,
) => {
  const memory = memoryCloud([member(id, ['eu-west-1', 'us-east-1'])]);
  const cloud = { ...memory.cloud, ...over(memory.cloud) };
  const warnings = await assessResets({
    ...{ cloud, plan, dhmcRole: roleName, concurrency: 4 },
    ...(signal === undefined ? {} : { signal }),
  });
  return { warnings, calls: memory.calls };
};
const used = (cloud: Cloud): Partial<Cloud> => ({
  enter: async (account) => {
    const entered = await cloud.enter(account);
    if (!entered.known) return entered;
    const managedInstances = () =>
      Promise.resolve({ known: true, value: { withOurRole: 2, withoutRole: 0 } } as const);
    return { known: true, value: { ...entered.value, managedInstances } };
  },
});

describe('the impact of resets', () => {
  it('is nothing if no instance uses the role', async () => {
    expect((await assess(planOf(reset('eu-west-1')))).warnings).toEqual([]);
  });

  it('is the instances that the role manages', async () => {
    const { warnings } = await assess(planOf(reset('eu-west-1')), used);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('2');
  });

  it('is read only for cells to be reset', async () => {
    const { calls } = await assess(planOf(reset('eu-west-1'), reset('us-east-1', 'conflict')));
    expect(calls.filter((call) => call.includes('us-east-1'))).toEqual([]);
    expect((await assess(planOf())).calls).toEqual([]);
  });

  it('is reported as unknown if the account cannot be entered', async () => {
    const { warnings } = await assess(planOf(reset('eu-west-1')), () => ({
      enter: () =>
        Promise.resolve({
          known: false,
          problem: { code: 'role-not-assumable', message: 'No.', hint: '', requestId: null },
        }),
    }));
    expect(warnings.join(' ')).toMatch(/unknown|could not/i);
  });

  it('is not read after an interruption', async () => {
    const { calls } = await assess(planOf(reset('eu-west-1')), () => ({}), AbortSignal.abort());
    expect(calls).toEqual([]);
  });
});
