/** Advice for a role, for tests of summaries and comparisons. */
import type { AdviceVerdict, RoleAdvice } from '../../../src/core/advice/model.ts';
import { account } from './facts.ts';

export const advice = (
  name: string,
  verdict: AdviceVerdict,
  rest: Partial<RoleAdvice> = {},
): RoleAdvice => ({
  account,
  name,
  arn: `arn:aws:iam::${account}:role/${name}`,
  profiles: [name],
  instances: { running: 1, stopped: 0 },
  verdict,
  gapMinutes: null,
  rights: [],
  blockers: [],
  steps: [],
  ...rest,
});
