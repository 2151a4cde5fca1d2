/** Tags the roles that a removed stack set created as dhmc's. Each change is recorded before it is made. */
import { lastSegment, managedByTag } from '../core/iam/role-names.ts';
import type { Problem, Role, State } from '../core/model/model.ts';
import type { RecordEvent, RoleTakenBack } from '../core/record/events.ts';
import { decideRole } from '../core/stack-sets/taken-back.ts';
import { managedByStackSet } from '../core/stack-sets/stack-sets.ts';
import type { AccountAccess, Clock, Cloud } from './cloud.ts';
import { accountConcurrency, forEachConcurrent } from './pool.ts';
import { problemFor, withNextStep } from '../core/problems/hints.ts';

/** A role that a stack set created. */
export interface MadeRole {
  readonly account: string;
  /** The region of the stack instance. */
  readonly region: string;
  /** ARNs. */
  readonly stackSet: string;
  readonly role: string;
}

export interface TakeBackOptions {
  readonly cloud: Pick<Cloud, 'accounts' | 'enter'>;
  readonly clock: Clock;
  readonly record: RecordEvent;
  readonly signal: AbortSignal;
  readonly concurrency: number;
  readonly roles: readonly MadeRole[];
  /** The state of the account's role, as it was read. */
  readonly stateOf: (account: string) => State;
}

type Outcome = Pick<RoleTakenBack, 'verdict' | 'state' | 'problem'>;

const everybody = {
  ...{ org: true, ous: [], accounts: [], tags: [] },
  ...{ excludeOus: [], excludeAccounts: [] },
};

/** Stops before the next account when the signal is aborted: the remaining roles stay on record as the stack set's. */
export async function takeBackRoles(options: TakeBackOptions): Promise<readonly RoleTakenBack[]> {
  const { cloud, clock, record, signal, roles } = options;
  const ended: RoleTakenBack[] = [];
  if (roles.length === 0) return ended;
  const states = new Map<string, string>();
  for await (const { id, state } of cloud.accounts(everybody)) states.set(id, state);
  const work = async (made: MadeRole): Promise<void> => {
    const state = states.get(made.account);
    const outcome = state === 'ACTIVE' ? await takeBack(options, made) : notActive(made, state);
    if (outcome === null) return;
    const at = new Date(clock.now()).toISOString();
    const event: RoleTakenBack = { type: 'role-taken-back', at, ...made, ...outcome };
    await record(event);
    ended.push(event);
  };
  const limit = accountConcurrency(options.concurrency);
  await forEachConcurrent(roles, limit, work, () => signal.aborted);
  return ended;
}

const notActive = ({ role }: MadeRole, state: string | undefined): Outcome => ({
  verdict: 'skipped',
  state: 'unknown',
  problem: problemFor(
    'role-keeps-tag',
    `The account is ${state ?? 'not in the organization any more'}: the role ${role} keeps the tag ${managedByTag}=${managedByStackSet}.`,
    { state, role },
  ),
});

/** Returns null if it was interrupted before the tag was set. */
async function takeBack(options: TakeBackOptions, made: MadeRole): Promise<Outcome | null> {
  const { cloud, clock, record, stateOf } = options;
  const entered = await cloud.enter(made.account);
  if (!entered.known) return unread(made, entered.problem);
  const access = entered.value;
  try {
    const reading = await access.role(lastSegment(made.role));
    if (!reading.known) return unread(made, reading.problem);
    const role = reading.value;
    const state = role === null ? 'absent' : stateOf(made.account);
    const decision = decideRole(role, made.role);
    if (decision.kind === 'done') return { verdict: 'in-sync', state, problem: null };
    if (decision.kind === 'leave') return { verdict: 'skipped', state, problem: decision.problem };
    await record({
      type: 'role-tag-begun',
      at: new Date(clock.now()).toISOString(),
      account: made.account,
      role: made.role,
      from: managedByStackSet,
      to: 'dhmc',
    });
    const problem = await retag(options, access, made);
    if (problem === 'interrupted') return null;
    return { verdict: problem === null ? 'changed' : 'failed', state, problem };
  } finally {
    access.leave();
  }
}

const unread = ({ role }: MadeRole, problem: Problem): Outcome => ({
  verdict: 'blocked',
  state: 'unknown',
  problem: {
    ...refused(problem),
    message: `The role ${role} keeps the tag ${managedByTag}=${managedByStackSet}, since it could not be read: ${problem.message}`,
  },
});

const maxTries = 6;
const pauseAfter = (tries: number): number => Math.min(5_000, 500 * 2 ** tries);

/** Sets the tag and reads it back. Returns null if the role has it. */
async function retag(
  { clock, signal }: TakeBackOptions,
  access: AccountAccess,
  { role }: MadeRole,
): Promise<Problem | null | 'interrupted'> {
  const name = lastSegment(role);
  const isTagged = (there: Role | null): boolean =>
    there?.arn === role && there.tags[managedByTag] === 'dhmc';
  let last: Problem | null = null;
  let accepted = false;
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (!accepted) {
      if (signal.aborted) return 'interrupted';
      const written = await access.tagRole(name, { [managedByTag]: 'dhmc' });
      accepted = written.ok;
      if (!written.ok) {
        last = written.problem;
        if (written.kind !== 'busy' && written.kind !== 'lost') return refused(last);
      }
    }
    const reading = await access.role(name);
    if (reading.known && isTagged(reading.value)) return null;
    if (!reading.known) last = reading.problem;
    await clock.sleep(pauseAfter(tries), signal);
  }
  return last === null || accepted ? notShown(role) : refused(last);
}

const refused = (problem: Problem): Problem => withNextStep(problem, 'tag-again');

const notShown = (role: string): Problem =>
  problemFor(
    'tag-not-shown',
    `AWS accepted the tag ${managedByTag}=dhmc of the role ${role}, and does not show it yet.`,
    { role },
  );
