import { describe, expect, it } from 'vitest';
import type { AccountPlan, Problem } from '../../src/core/model/model.ts';
import { plannedTarget } from '../../src/core/planning/planned-targets.ts';
import type { RunSettings } from '../../src/core/record/events.ts';
import type { Cloud, PermissionQuestion } from '../../src/run/cloud.ts';
import { otherDenials } from '../../src/run/other-denials.ts';
import { problemFor } from '../../src/core/problems/hints.ts';

const id = '222222222222';
const plan: AccountPlan = {
  account: { id, name: 'n', path: '', state: 'ACTIVE', skipped: null, problem: null },
  targets: [
    plannedTarget(
      { kind: 'role', account: id },
      { state: 'absent', verdict: 'would-change', to: { arn: 'a', trust: '{}' } },
    ),
    plannedTarget(
      { kind: 'setting', account: id, region: 'eu-west-1' },
      { state: 'disabled', verdict: 'would-change', to: 'Dhmc' },
    ),
  ],
};
const problem = (reason: 'denied' | 'denied-by-scp' | 'throttled'): Problem =>
  problemFor(reason, 'not authorized to perform: iam:CreateRole', {
    action: 'iam:CreateRole',
    principal: 'p',
    account: id,
    policy: 'the policy',
  });

const open = (denied: readonly string[]) => {
  const questions: PermissionQuestion[] = [];
  const cloud = {
    deniedOf: (_: string, question: PermissionQuestion) => {
      questions.push(question);
      return Promise.resolve(denied);
    },
  } as Pick<Cloud, 'deniedOf'> as Cloud;
  const settings = { permissionsBoundary: null, roleTags: {} } as unknown as RunSettings;
  const now = () => '2026-11-22T10:15:00.000Z';
  return { questions, complete: otherDenials({ cloud, plan, settings, run: 'r', now }) };
};

describe('a denied change', () => {
  it("names the account's other missing permissions, after one question", async () => {
    const { questions, complete } = open(['iam:CreateRole', 'iam:PassRole', 'iam:TagRole']);
    const [first, second] = await Promise.all([
      complete(problem('denied')),
      complete(problem('denied-by-scp')),
    ]);
    expect(first.hint).toBe(
      `Grant iam:CreateRole to p in account ${id}. IAM's simulator denies iam:PassRole, iam:TagRole there too.`,
    );
    expect(second.hint).toMatch(/ IAM's simulator denies iam:PassRole, iam:TagRole there too\.$/);
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({
      region: 'eu-west-1',
      actions: [
        'iam:CreateRole',
        'iam:TagRole',
        'iam:ListAttachedRolePolicies',
        'ssm:UpdateServiceSetting',
        'iam:PassRole',
      ],
    });
  });

  it.each([
    ['nothing else is denied', 'denied', ['iam:CreateRole'], 1],
    ['the simulator cannot be asked', 'denied', [], 1],
    ['the denial is not from a policy of the role', 'throttled', ['iam:TagRole'], 0],
  ] as const)('is unchanged if %s', async (_, code, denied, asked) => {
    const { questions, complete } = open(denied);
    expect(await complete(problem(code))).toEqual(problem(code));
    expect(questions).toHaveLength(asked);
  });
});
