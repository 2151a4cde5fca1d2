/** Two properties over random worlds: whatever others change, and whenever, dhmc leaves it alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grantPolicyArn } from '../../src/core/iam/role-names.ts';
import { dhmcTrustPolicy } from '../../src/core/iam/trust-policy.ts';
import type { RunEvent } from '../../src/core/record/events.ts';
import type { TargetKey, TargetKind } from '../../src/core/model/model.ts';
import { applyPlan, recordResume } from '../../src/run/apply.ts';
import { replanResume, replanRollback } from '../../src/run/replan.ts';
import { memoryCloud, type Call, type Fault, type Memory } from '../support/memory-cloud.ts';
import { roleIn, worldKind } from '../support/memory-worlds.ts';
import { applied, historyOf, roleName, runId, settingsOf, planned } from '../support/run-engine.ts';
import { caseCount, caseSeed } from '../support/cases.ts';

const ours = roleName.slice(roleName.lastIndexOf('/') + 1);
const key = ours.toLowerCase();
const policy = grantPolicyArn('aws');
const otherTrust = dhmcTrustPolicy.replace('ssm.', 'lambda.');

/** A change by someone else to one target. */
interface Hand {
  readonly account: string;
  readonly kind: TargetKind;
  readonly region: string;
  readonly choice: number;
}

const handKind: fc.Arbitrary<Hand> = fc.record({
  account: fc.constantFrom('000000000011', '000000000012'),
  kind: fc.constantFrom<TargetKind>('role', 'grant', 'setting'),
  region: fc.constantFrom('ap-south-1', 'eu-west-1', 'us-east-1'),
  choice: fc.nat(3),
});

/** Makes the change; false if its target does not exist. */
function act(memory: Memory, { account, kind, region, choice }: Hand): boolean {
  const entry = memory.accounts.get(account);
  if (entry === undefined) return false;
  const role = entry.roles.get(key);
  switch (kind) {
    case 'setting': {
      const value = [roleName, null, 'TeamRole', 'Other'][choice] ?? null;
      const modifiedAt = new Date(memory.clock.now()).toISOString();
      const modifiedBy = `arn:aws:iam::${account}:user/ann`;
      entry.settings.set(region, { value, pending: false, modifiedBy, modifiedAt });
      return true;
    }
    case 'grant':
      if (role === undefined) return false;
      role.grants = role.grants.filter((arn) => arn !== policy);
      if (choice % 2 === 0) role.grants.push(policy);
      return true;
    case 'role':
      if (role === undefined) {
        const trust = choice % 2 === 0 ? dhmcTrustPolicy : otherTrust;
        entry.roles.set(key, roleIn(account, '/service-role/', ours, { trust }));
      } else if (choice === 0) entry.roles.delete(key);
      else entry.roles.set(key, { ...role, trust: choice === 1 ? otherTrust : dhmcTrustPolicy });
      return true;
  }
}

const valueOf = (memory: Memory, { account, kind, region }: Omit<Hand, 'choice'>): unknown => {
  const entry = memory.accounts.get(account);
  const role = entry?.roles.get(key);
  if (kind === 'setting') return entry?.settings.get(region)?.value ?? null;
  if (kind === 'grant') return role?.grants.includes(policy) ?? false;
  return role === undefined ? null : { arn: role.arn, trust: role.trust };
};

const targetOf = ({ account, kind, region }: Hand): TargetKey => ({
  ...{ account, kind, region: kind === 'setting' ? region : null },
});
const nameOf = ({ account, kind, region }: TargetKey): string =>
  `${account} ${kind} ${region ?? ''}`;

const settings = settingsOf();

async function enable(memory: Memory) {
  const plan = await planned(memory, 'enable', settings);
  return applied(memory, 'enable', plan);
}

async function rollBack(memory: Memory, events: readonly RunEvent[]) {
  const { cloud, clock } = memory;
  const history = historyOf(events);
  const plan = await replanRollback({
    cloud,
    clock,
    history,
    scope: null,
    laterRuns: [],
    settings,
  });
  return applied(memory, 'rollback', plan, { run: '20260102-000000-abcdef' });
}

async function resume(memory: Memory, events: readonly RunEvent[]): Promise<readonly RunEvent[]> {
  const { cloud, clock } = memory;
  const history = historyOf(events);
  const plan = await replanResume({
    ...{ cloud, clock, history, action: 'enable', rolledBack: null, laterRuns: [] },
  });
  const all = [...events];
  const record = async (event: RunEvent): Promise<void> => {
    await Promise.resolve();
    all.push(event);
  };
  const at = new Date(clock.now()).toISOString();
  const resumed = { type: 'run-resumed', at, caller: cloud.caller, command: 'resume' } as const;
  await recordResume(record, { resumed, plan, at, by: 'yes' });
  await applyPlan({ cloud, clock, plan, run: runId, action: 'enable', settings, record });
  return all;
}

const writes = /^(Create|Delete|Update|Attach|Detach|Reset)/;

/** Refuses some of the writes. */
const faultsOf =
  (refused: ReadonlySet<number>) =>
  ({ operation, region, account }: Call): Fault | null => {
    if (!writes.test(operation)) return null;
    const sum = [...`${operation}${region ?? ''}${account}`].reduce(
      (total, letter) => (total * 31 + letter.charCodeAt(0)) % 997,
      7,
    );
    return refused.has(sum % 8) ? { kind: 'refused', code: 'denied' } : null;
  };

test('a rollback keeps what the run did not change, whatever others changed since', async () => {
  await fc.assert(
    fc.asyncProperty(
      worldKind,
      fc.uniqueArray(fc.nat(7), { maxLength: 4 }),
      fc.array(handKind, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (world, refused, hands, resumes) => {
        const memory = memoryCloud(world());
        memory.fault = faultsOf(new Set(refused));
        const ran = await enable(memory);
        memory.fault = () => null;
        const changed = new Set(
          ran.report.targets.filter(({ verdict }) => verdict === 'changed').map(nameOf),
        );
        const done = hands.filter((hand) => {
          // Deleting a role that the run created is left to the other property.
          const ofRun = changed.has(`${hand.account} role `) && hand.kind === 'role';
          return !ofRun && !changed.has(nameOf(targetOf(hand))) && act(memory, hand);
        });
        const before = done.map((hand) => valueOf(memory, hand));
        const events = resumes ? await resume(memory, ran.events) : ran.events;
        await rollBack(memory, events);
        // Targets that the resumed run changed belong to the run.
        const resumed = new Set(
          events
            .slice(ran.events.length)
            .flatMap((event) => (event.type === 'change-begun' ? [nameOf(event.target)] : [])),
        );
        const isTheirs = (hand: Hand): boolean => !resumed.has(nameOf(targetOf(hand)));
        for (const [index, hand] of done.entries()) {
          if (isTheirs(hand))
            expect(valueOf(memory, hand), JSON.stringify(hand)).toEqual(before[index]);
        }
      },
    ),
    { numRuns: caseCount(400), ...caseSeed() },
  );
});

/** The calls that read or write the target of the change. */
const callsOn = ({
  kind,
  account,
  region,
}: Hand): { readonly reads: RegExp; readonly writes: RegExp } => {
  switch (kind) {
    case 'setting':
      return {
        reads: new RegExp(`^GetServiceSetting ${account} ${region}$`),
        writes: new RegExp(`^(Update|Reset)ServiceSetting ${account} ${region}$`),
      };
    case 'grant':
      return {
        reads: new RegExp(`^ListAttachedRolePolicies ${account}$`),
        writes: new RegExp(`^(Attach|Detach)RolePolicy ${account}$`),
      };
    case 'role':
      return {
        reads: new RegExp(`^GetRole ${account}$`),
        writes: new RegExp(`^(CreateRole|DeleteRole|UpdateAssumeRolePolicy) ${account}$`),
      };
  }
};

test('a run and its rollback keep changes that others make between any two of its calls', async () => {
  let acted = 0;
  await fc.assert(
    fc.asyncProperty(worldKind, handKind, fc.nat(90), async (world, hand, at) => {
      const memory = memoryCloud(world());
      let left: unknown;
      let done = false;
      let missed = false;
      memory.fault = () => {
        const isDue = !done && !missed && memory.calls.length > at;
        if (!isDue) return null;
        const was = JSON.stringify(valueOf(memory, hand));
        // A write in flight would come after this change.
        missed = [...memory.pending].some((call) => callsOn(hand).writes.test(call));
        missed ||= !act(memory, hand);
        left = valueOf(memory, hand);
        // AWS keeps no trace of attaching a policy twice or writing the same trust again.
        missed ||= hand.kind !== 'setting' && JSON.stringify(left) === was;
        done = !missed;
        return null;
      };
      const ran = await enable(memory);
      await rollBack(memory, ran.events);
      if (!done) return;
      // A change between the last read and the write cannot be noticed, because AWS has no conditional write.
      const { reads, writes } = callsOn(hand);
      const next = memory.calls.slice(at).find((call) => reads.test(call) || writes.test(call));
      if (next !== undefined && writes.test(next)) return;
      acted += 1;
      const calls = memory.calls.slice(at).join(', ');
      expect(valueOf(memory, hand), `${JSON.stringify(hand)} at ${at}: ${calls}`).toEqual(left);
    }),
    { numRuns: caseCount(1500), ...caseSeed() },
  );
  expect(acted).toBeGreaterThan(50);
});
