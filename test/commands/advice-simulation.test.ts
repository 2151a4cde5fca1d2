/**
 * Follows the advice in the sandbox. The steps of every `safe` role are sent to IAM and the clock advances; no
 * managed instance may be lost. Where the advice warns of a loss, the removal is done anyway, and an instance must
 * be lost.
 */
import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import {
  agentPolicies,
  awsPolicyName,
  heartbeatAction,
} from '../../src/core/advice/rights/agent-rights.ts';
import type { AdviceReason, AdviceStep, RoleAdvice } from '../../src/core/advice/model.ts';
import type { CoverageInstance } from '../../src/core/coverage/model.ts';
import { advisedAccount, randomFrom } from '../support/advice-fleets.ts';
import { caseCount } from '../support/cases.ts';
import { openConsole, type Console } from '../support/in-process.ts';
import { clients, enter } from '../support/sdk-clients.ts';
import { simpleWorld } from '../support/simple-world.ts';

const fleetsInWorld = 8;
/** 1,000 with `TEST_CASES=full`. */
const fleets = process.env['TEST_CASES'] === undefined ? 8 : caseCount(1_000);
const minute = 60_000;

async function send(iam: IAMClient, RoleName: string, step: AdviceStep): Promise<void> {
  const { call, policy: PolicyName = '', document } = step;
  if (call === null || PolicyName === null) return;
  if (call === 'PutRolePolicy')
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(document) }),
    );
  else if (call === 'DeleteRolePolicy')
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  else if (call === 'DetachRolePolicy')
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: PolicyName }));
  else throw new Error(`${call} is no step of a removal`);
}

/** A role's steps before the wait, and those from the wait on. */
function halves({ steps }: RoleAdvice): readonly [readonly AdviceStep[], readonly AdviceStep[]] {
  const wait = steps.findIndex(({ text }) => text.startsWith('Wait '));
  return [steps.slice(0, Math.max(0, wait)), steps.slice(Math.max(0, wait))];
}

/** Reasons for which instances would be lost. The other reasons mean that this is not known. */
const losing: readonly AdviceReason[] = [
  'setting-unset',
  'dhmc-role-broken',
  'agent-too-old',
  'other-policy',
];

/** A removal against the advice: its steps or, if it has none, detaching the agent's policies. */
function anyway({ steps, rights }: RoleAdvice): readonly AdviceStep[] {
  if (steps.some(({ call }) => call !== null)) return steps;
  const arns = new Set(
    rights
      .map(({ policy }) => policy)
      .filter((policy) => {
        const name = awsPolicyName(policy) ?? '';
        return agentPolicies.has(name) || name === 'AWSCloud9SSMInstanceProfile';
      }),
  );
  return [...arns].map((policy) => ({
    call: 'DetachRolePolicy',
    policy,
    document: null,
    text: '',
  }));
}

/** The reasons for which instances would be lost; none if another policy gives the agent all it needs. */
const claimsOf = ({ blockers, rights }: RoleAdvice): readonly AdviceReason[] => {
  const reasons = blockers.map(({ reason }) => reason);
  const hasChannels = rights.some(
    ({ policy, actions }) =>
      !agentPolicies.has(awsPolicyName(policy) ?? '') &&
      actions.includes('ssmmessages:OpenControlChannel'),
  );
  if (reasons.includes('other-policy') && hasChannels) return [];
  return reasons.filter((reason) => losing.includes(reason));
};

const isManaged = ({ managedBy }: CoverageInstance): boolean =>
  managedBy === 'dhmc' || managedBy === 'profile' || managedBy === 'activation';

async function instancesOf(console: Console): Promise<ReadonlyMap<string, CoverageInstance>> {
  const { stdout } = await console.run(['coverage', '-o', 'json']);
  const { instances } = JSON.parse(stdout) as { readonly instances: readonly CoverageInstance[] };
  return new Map(instances.map((instance) => [`${instance.account} ${instance.id}`, instance]));
}

it('the advice loses no instance of a safe role, and warns of every loss', async () => {
  const figures: Record<string, number> = {};
  const count = (what: string, by = 1): void => void (figures[what] = (figures[what] ?? 0) + by);
  const wrong: unknown[] = [];

  for (let world = 0; world * fleetsInWorld < fleets; world += 1) {
    const random = randomFrom(world + 1);
    const accounts = Array.from({ length: fleetsInWorld }, (_, at) =>
      advisedAccount(`fleet-${at}`, random),
    );
    const console = await openConsole(simpleWorld({ accounts }));
    try {
      const flags = ['--application-only', '*', ...(random() < 0.5 ? ['--accept-stopped'] : [])];
      const { stdout } = await console.run(['advise', '-o', 'json', ...flags]);
      const { roles } = JSON.parse(stdout) as { readonly roles: readonly RoleAdvice[] };
      const before = await instancesOf(console);
      const managedOf = (role: RoleAdvice): readonly string[] =>
        [...before]
          .filter(([, one]) => one.account === role.account && one.profileRole === role.name)
          .flatMap(([key, one]) => (isManaged(one) ? [key] : []));
      const iamOf = async (role: RoleAdvice): Promise<IAMClient> =>
        clients(console.sandbox, await enter(console.sandbox, role.account)).iam;
      const follow = async (role: RoleAdvice, steps: readonly AdviceStep[]): Promise<void> => {
        const iam = await iamOf(role);
        for (const step of steps) await send(iam, role.name, step);
      };
      const check = async (when: string, chosen: readonly RoleAdvice[]): Promise<void> => {
        const now = await instancesOf(console);
        for (const role of chosen)
          for (const key of managedOf(role)) {
            const one = now.get(key);
            if (one === undefined || !isManaged(one))
              wrong.push({ world, when, role: role.name, key, before: before.get(key), now: one });
          }
      };
      for (const { verdict } of roles) count(verdict);
      count('fleets', fleetsInWorld);

      const safe = roles.filter(({ verdict }) => verdict === 'safe');
      for (const role of safe) {
        // By the sandbox's own evaluator, the remaining policies do not allow the heartbeat.
        const going = role.steps.flatMap(({ call, policy }) =>
          call === 'DetachRolePolicy' && policy !== null ? [{ PolicyArn: policy }] : [],
        );
        const answer = await (
          await iamOf(role)
        ).send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: role.arn,
            ActionNames: [heartbeatAction],
            ...(going.length === 0 ? {} : { PolicyExclusionList: going }),
          }),
        );
        expect(answer.EvaluationResults?.[0]?.EvalDecision, role.name).not.toBe('allowed');
        await follow(role, halves(role)[0]);
        count('safe instances', managedOf(role).length);
      }
      const lossy = roles.filter(
        (role) =>
          (role.verdict === 'not-yet' || role.verdict === 'keep') && claimsOf(role).length > 0,
      );
      for (const role of lossy) await follow(role, anyway(role));

      // Ten minutes more than the gap, so that the first heartbeat under DHMC is visible.
      console.sandbox.advance(70 * minute);
      await check(
        'after an hour',
        safe.filter(({ gapMinutes }) => (gapMinutes ?? 0) <= 60),
      );
      console.sandbox.advance(300 * minute);
      await check('after six hours', safe);
      for (const role of safe) await follow(role, halves(role)[1]);
      console.sandbox.advance(400 * minute);
      await check('after the last step', safe);

      const now = await instancesOf(console);
      for (const role of lossy) {
        const held = managedOf(role);
        const blocked = role.blockers
          .filter(({ reason }) => claimsOf(role).includes(reason))
          .flatMap(({ instances }) => instances.map((id) => `${role.account} ${id}`));
        // A blocker without instances concerns the whole role and so all of its instances.
        const claimed = blocked.length === 0 ? held : held.filter((key) => blocked.includes(key));
        const byProfile = claimed.filter((key) => before.get(key)?.managedBy === 'profile');
        if (byProfile.length === 0) continue;
        count('not advised, and done');
        const lost = byProfile.filter((key) => {
          const one = now.get(key);
          return one === undefined || !isManaged(one);
        });
        count('instances lost by it', lost.length);
        if (lost.length === 0)
          wrong.push({ world, when: 'in spite', role: role.name, blockers: role.blockers });
      }
    } finally {
      await console.stop();
    }
  }
  expect(wrong, JSON.stringify(wrong.slice(0, 2), null, 1)).toEqual([]);
  expect(figures['safe'] ?? 0, JSON.stringify(figures)).toBeGreaterThanOrEqual(fleets / 4);
  expect(figures['safe instances'] ?? 0, JSON.stringify(figures)).toBeGreaterThanOrEqual(
    fleets / 4,
  );
  expect(figures['not advised, and done'] ?? 0, JSON.stringify(figures)).toBeGreaterThanOrEqual(
    fleets / 8,
  );
  if (process.env['TEST_CASES'] === 'full') process.stderr.write(`${JSON.stringify(figures)}\n`);
}, 3_600_000);
