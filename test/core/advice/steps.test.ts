/** The steps of a removal. The role is evaluated after each step: a removal that stops halfway must not break it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentActions, heartbeatAction } from '../../../src/core/advice/rights/agent-rights.ts';
import { handoverDocument } from '../../../src/core/advice/rights/documents.ts';
import type { AdviceStep, RoleAdvice } from '../../../src/core/advice/model.ts';
import { parsePolicy } from '../../../src/core/iam/policy-document.ts';
import { evaluatePermission, type RolePolicies } from '../../../src/core/iam/policy-evaluation.ts';
import { caseCount, caseSeed } from '../../support/cases.ts';
import {
  account,
  advised,
  allow,
  aws,
  coreArn,
  defaultArn,
  deny,
  legacyArn,
  restOfLegacy,
  roleOf,
  type Given,
  type RoleGiven,
} from './facts.ts';

const vouched = { applicationOnly: ['*'], acceptStopped: false };

/** The policies after a step, applied as IAM would. */
function after({ policies, boundary }: RolePolicies, step: AdviceStep): RolePolicies {
  const { call, policy, document } = step;
  if (call === null || policy === null) return { policies, boundary };
  const name =
    call === 'PutRolePolicy' || call === 'DeleteRolePolicy' ? `inline:${policy}` : policy;
  const others = policies.filter((one) => one.name !== name);
  if (call === 'PutRolePolicy')
    return { policies: [...others, parsePolicy(name, JSON.stringify(document))], boundary };
  if (others.length === policies.length) throw new Error(`there is no ${name}`);
  return { policies: others, boundary };
}

const allows = (
  policies: RolePolicies,
  { action, resource, region }: { action: string; resource: string; region: string },
): boolean =>
  evaluatePermission(policies, {
    action,
    resource,
    context: { 'aws:requestedregion': [region] },
  }).result === 'allowed';

/** Whether the action is allowed in at least one region of the account. */
const may = (policies: RolePolicies, action: string, resource = '*'): boolean =>
  ['eu-west-1', 'us-east-1'].some((region) =>
    allows(policies, {
      action,
      region,
      resource:
        action === heartbeatAction ? `arn:aws:ec2:${region}:${account}:instance/i-1` : resource,
    }),
  );

/** The agent actions that the policies allow. */
const agentRightsOf = (policies: RolePolicies): readonly string[] =>
  agentActions.filter((action) => may(policies, action));

interface Walk {
  readonly advice: RoleAdvice;
  readonly states: readonly RolePolicies[];
}

function walk(given: Given): Walk {
  const { advice } = advised({ options: vouched, ...given });
  const states = [roleOf({ attached: [defaultArn], ...given.role }).policies];
  for (const step of advice.steps) states.push(after(states.at(-1) as RolePolicies, step));
  return { advice, states };
}

/** Indexes of the states in which the profile still allows the heartbeat, but with fewer agent rights than before. */
const halves = ({ states }: Walk): readonly number[] => {
  const before = agentRightsOf(states[0] as RolePolicies);
  return states.flatMap((state, at) =>
    may(state, heartbeatAction) && agentRightsOf(state).length < before.length ? [at] : [],
  );
};

const pieces = {
  core: { attached: [coreArn] },
  default: { attached: [defaultArn] },
  legacy: { attached: [legacyArn] },
  full: { attached: [aws('AmazonSSMFullAccess')] },
  power: { attached: [aws('PowerUserAccess')] },
  s3: { inline: { s3: allow('s3:GetObject') } },
  channels: { inline: { channels: allow('ssmmessages:*') } },
  heartbeat: { inline: { beat: allow(heartbeatAction) } },
  account: { customer: { agent: allow(agentActions) } },
  handover: { inline: { 'dhmc-handover': handoverDocument } },
  taken: { inline: { 'dhmc-rest-of-AmazonSSMManagedInstanceCore': allow('sqs:*') } },
  deny: { inline: { no: deny('ssm:Update*') } },
  other: {
    inline: {
      eu: allow(heartbeatAction, {
        Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
      }),
    },
  },
  elsewhere: {
    inline: {
      us: allow(heartbeatAction, {
        Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
      }),
    },
  },
  bounded: { boundary: allow(['ssm:*', 'ssmmessages:*']) },
} satisfies Record<string, RoleGiven>;

const merged = (names: readonly (keyof typeof pieces)[]): RoleGiven => {
  const all = names.map((name): RoleGiven => pieces[name]);
  const [bounded] = all.flatMap(({ boundary }) => boundary ?? []);
  return {
    attached: all.flatMap(({ attached }) => attached ?? []),
    inline: Object.assign({}, ...all.map(({ inline }) => inline ?? {})) as object as Record<
      string,
      object
    >,
    customer: Object.assign({}, ...all.map(({ customer }) => customer ?? {})) as object as Record<
      string,
      object
    >,
    ...(bounded === undefined ? {} : { boundary: bounded }),
  };
};

test('no step of any removal allows the heartbeat with fewer agent rights than before', () => {
  const verdicts = new Map<string, number>();
  const names = Object.keys(pieces) as (keyof typeof pieces)[];
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
      fc.nat(3),
      (chosen, idle) => {
        const walked = walk({ role: merged(chosen), ...(idle === 0 ? { instances: [] } : {}) });
        const { advice, states } = walked;
        verdicts.set(advice.verdict, (verdicts.get(advice.verdict) ?? 0) + 1);
        expect(halves(walked), chosen.join(' ')).toEqual([]);
        if (advice.verdict !== 'safe') return;
        const [first, last] = [states[0], states.at(-1)] as [RolePolicies, RolePolicies];
        expect(may(last, heartbeatAction), chosen.join(' ')).toBe(false);
        for (const action of restOfLegacy) {
          const arn = resourceFor(action);
          if (may(first, action, arn)) expect(may(last, action, arn), action).toBe(true);
        }
      },
    ),
    { numRuns: caseCount(1_000), ...caseSeed() },
  );
  expect(verdicts.get('safe') ?? 0).toBeGreaterThan(10);
});

/** A resource that the action applies to. */
function resourceFor(action: string): string {
  if (action.startsWith('ssm:')) return `arn:aws:ssm:eu-west-1:${account}:parameter/a/b`;
  if (action.startsWith('logs:'))
    return `arn:aws:logs:eu-west-1:${account}:log-group:a:log-stream:b`;
  if (action === 'ds:CreateComputer') return `arn:aws:ds:eu-west-1:${account}:directory/d-1`;
  if (/^s3:.*(?:Bucket|Encryption)/.test(action)) return 'arn:aws:s3:::bucket';
  if (action.startsWith('s3:')) return 'arn:aws:s3:::bucket/a/b';
  return '*';
}

describe('the steps', () => {
  test('for AmazonSSMManagedInstanceCore keep further rights, deny, wait, detach, and delete the Deny', () => {
    const { advice, states } = walk({ role: { attached: [coreArn] } });
    expect(advice.steps.map(({ call, policy }) => [call, policy])).toEqual([
      ['PutRolePolicy', 'dhmc-rest-of-AmazonSSMManagedInstanceCore'],
      ['PutRolePolicy', 'dhmc-handover'],
      [null, null],
      ['DetachRolePolicy', coreArn],
      ['DeleteRolePolicy', 'dhmc-handover'],
    ]);
    const last = states.at(-1) as RolePolicies;
    expect(agentRightsOf(last)).toEqual([]);
    expect(may(last, 'ssm:GetParameter', resourceFor('ssm:GetParameter'))).toBe(true);
  });

  test('for AmazonEC2RoleforSSM keep all 18 further rights, on narrower resources', () => {
    const { advice } = walk({ role: { attached: [legacyArn] } });
    const [put] = advice.steps;
    const statements = put?.document?.Statement ?? [];
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([...restOfLegacy].sort());
    expect(
      statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action),
    ).toEqual(['cloudwatch:PutMetricData', 'ec2:DescribeInstanceStatus', 'ds:DescribeDirectories']);
  });

  test('for the default policy put no policy with remaining rights', () => {
    const { advice } = walk({ role: { attached: [defaultArn] } });
    expect(advice.rights).toMatchObject([{ disposition: 'remove', policy: defaultArn }]);
    expect(advice.steps.map(({ call }) => call)).toEqual([
      'PutRolePolicy',
      null,
      'DetachRolePolicy',
      'DeleteRolePolicy',
    ]);
  });

  test('continue a hand-over that was started', () => {
    const { advice } = walk({
      role: { attached: [coreArn], inline: { 'dhmc-handover': handoverDocument } },
    });
    expect(advice.verdict).toBe('safe');
    expect(advice.steps.map(({ call }) => call)).toEqual([
      'PutRolePolicy',
      null,
      'DetachRolePolicy',
      'DeleteRolePolicy',
    ]);
  });

  test('keep the Deny where another policy would allow the heartbeat without it', () => {
    const { advice, states } = walk({
      role: {
        attached: [coreArn],
        inline: { beat: allow(heartbeatAction), 'dhmc-handover': handoverDocument },
      },
    });
    expect(advice.steps.map(({ call }) => call)).not.toContain('DeleteRolePolicy');
    expect(may(states.at(-1) as RolePolicies, heartbeatAction)).toBe(false);
  });

  test('offer the Deny as text without a call where another policy allows the heartbeat', () => {
    const { advice } = walk({ role: { attached: [coreArn], inline: { b: allow('ssm:*') } } });
    expect(advice.verdict).toBe('not-yet');
    expect(advice.steps.map(({ call }) => call)).toEqual([null]);
    expect(advice.steps[0]?.text).toContain(JSON.stringify(handoverDocument));
  });

  test.each([
    ['the same image', {}, 'Every image of these instances also runs'],
    [
      'another image',
      { canaries: [{ instance: { image: 'ami-2' } }], instances: [{ id: 'i-0first' }] },
      'runs the image ami-1: check i-0first first',
    ],
    [
      'an unknown image',
      { instances: [{ id: 'i-0first', instance: { image: null } }] },
      'runs the same image: check i-0first first',
    ],
  ])('name the evidence where the canary runs %s', (_, given: Given, sentence) => {
    const { advice } = advised(given);
    expect(advice.verdict).toBe('safe');
    expect(advice.steps.find(({ call }) => call === null)?.text).toContain(sentence);
  });

  test('do not mention images where a region has no canary', () => {
    const { advice } = advised({ instances: [{}, { region: 'us-east-1' }] });
    expect(advice.verdict).toBe('likely');
    expect(advice.steps.map(({ text }) => text).join(' ')).not.toMatch(/image of these|runs the/);
  });

  test('say that instances of launch templates are covered', () => {
    const wait = advised().advice.steps.find(({ call }) => call === null);
    expect(wait?.text).toContain('launch templates and Auto Scaling groups');
  });

  test('mention the hand-over Deny only where there is one', () => {
    const { advice } = advised({ role: { inline: { no: deny('ssm:Update*') } } });
    expect(advice.steps.map(({ call }) => call)).toEqual(['DetachRolePolicy']);
    expect(advice.steps[0]?.text).not.toContain('dhmc-handover');
  });

  test('never overwrite an inline policy of the same name', () => {
    const { advice } = walk({ role: merged(['core', 'taken']) });
    expect(advice.steps[0]?.policy).toBe('dhmc-rest-of-AmazonSSMManagedInstanceCore-2');
  });

  test.each([
    ['the CloudFormation stack web', { 'aws:cloudformation:stack-name': 'web' }],
    ['Terraform', { ManagedBy: 'terraform' }],
  ])('say that the change belongs to %s', (owner, tags) => {
    const { advice, owner: found } = advised({
      role: { attached: [coreArn], tags },
      options: vouched,
    });
    expect(found).toBe(owner);
    expect(advice.steps[0]?.text).toContain(owner);
  });
});
