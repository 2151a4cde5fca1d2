/**
 * The proof: takes one cell through the whole cycle, keeps every response, and restores everything. Each value is on
 * record before its call, so a rollback of the run restores what a killed proof left.
 */
import { dhmcTrustPolicy, trustsNobody } from '../core/iam/trust-policy.ts';
import { lastSegment } from '../core/iam/role-names.ts';
import type { Problem, TargetKey, TargetValue } from '../core/model/model.ts';
import {
  settingIn,
  type Answer,
  type Observations,
  type ProofStep,
} from '../core/proof/observations.ts';
import type { RecordEvent } from '../core/record/events.ts';
import type { Clock } from './cloud.ts';
import type { ProofAccess } from './proof-access.ts';
import { problemFor } from '../core/problems/hints.ts';

export interface ProveOptions {
  readonly access: ProofAccess;
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  /** The part after `:role/` in the ARN of the proof's role. */
  readonly role: string;
  readonly record: RecordEvent;
  readonly signal: AbortSignal;
  readonly onStep?: (step: ProofStep) => void;
}

export interface Proved {
  readonly observations: Observations;
  /** Whether the setting and the role were read back as they were before. */
  readonly restored: boolean;
  /** What ended the proof early, or what could not be restored and why. */
  readonly problem: Problem | null;
}

/** How long SSM may take to accept a new role, and a read to show a write, in milliseconds. */
const acceptLimitMs = 120_000;
const readLimitMs = 15_000;

/** Ends the cycle early, because the next step cannot be taken. */
class Stop extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Whether AWS certainly did nothing. After a lost answer or a server error, it may have made the change. */
const isRefusal = ({ error }: Answer): boolean =>
  error !== null && error.status !== null && error.status < 500;

const problemOf = (
  what: string,
  { error }: Answer,
  code: 'aws-error' | 'role-not-propagated' = 'aws-error',
): Problem =>
  problemFor(
    'answer-in-proof',
    `${what}: ${error?.code ?? ''} ${error?.message ?? ''}`.trim(),
    { what, error: error?.code },
    { code },
  );

export async function prove(options: ProveOptions): Promise<Proved> {
  const { access, clock, account, region, role, record, signal, onStep } = options;
  const answers: Partial<Record<ProofStep, Answer[]>> = {};
  let acceptedAfterMs: number | null = null;
  let acceptedAfterTries: number | null = null;
  let readAfterWriteMs: number | null = null;
  let readAfterResetMs: number | null = null;
  /** Whether the proof's own value is the last one it wrote, as far as it knows: a read may not show it yet. */
  let isSetLast = false;
  const setting: TargetKey = { kind: 'setting', account, region };
  const roleTarget: TargetKey = { kind: 'role', account, region: null };
  const at = (): string => new Date(clock.now()).toISOString();

  const keep = (step: ProofStep, answer: Answer): Answer => {
    (answers[step] ??= []).push(answer);
    return answer;
  };
  const begin = (step: ProofStep): void => {
    if (signal.aborted)
      throw new Stop(problemFor('proof-interrupted', 'The proof was interrupted.'));
    onStep?.(step);
  };

  /** Makes a change on record: begun before the call, ended with what a read shows after it. */
  const change = async (
    target: TargetKey,
    to: TargetValue,
    make: () => Promise<Answer>,
  ): Promise<Answer> => {
    const started = clock.now();
    await record({ type: 'change-begun', target, at: at(), from: null, to });
    const answer = await make();
    const refused = answer.error !== null;
    const isSetting = target.kind === 'setting';
    if (isSetting && !isRefusal(answer)) isSetLast = true;
    const read = isSetting ? await access.setting() : null;
    // A delayed read still names the previous writer.
    const shown = read?.known === true && read.value.value === to ? read.value : null;
    await record({
      type: 'target-ended',
      target,
      at: at(),
      verdict: refused ? 'failed' : 'changed',
      state: isSetting ? (refused ? 'disabled' : 'enabled') : refused ? 'absent' : 'whole',
      value: refused ? null : to,
      modifiedBy: shown?.modifiedBy ?? null,
      modifiedAt: shown?.modifiedAt ?? null,
      problem: refused ? problemOf('AWS refused the change', answer, 'role-not-propagated') : null,
      attempts: 1,
      durationMs: clock.now() - started,
    });
    return answer;
  };

  const update = async (value: string): Promise<Answer> => {
    const answer = await access.updateSetting(value, 'full');
    if (answer === null) throw new Error('The session of the proof has its own rights.');
    return answer;
  };

  /** Sets the value; tries again while IAM's change is not visible yet. */
  const set = async (step: ProofStep, value: string): Promise<Answer> => {
    const started = clock.now();
    for (let tries = 1; ; tries += 1) {
      const answer = keep(step, await change(setting, value, () => update(value)));
      const waited = clock.now() - started;
      if (answer.error === null) {
        if (step === 'accepted') {
          acceptedAfterMs = waited;
          acceptedAfterTries = tries;
        }
        return answer;
      }
      const mayPass = /^(ValidationException|TooManyUpdates)$/.test(answer.error.code);
      if (!mayPass || waited >= acceptLimitMs || signal.aborted) return answer;
      await clock.sleep(1_000, signal);
    }
  };

  /** Reads until `holds`. Returns how long that took in milliseconds, or null if it never did. */
  const readUntil = async (
    step: ProofStep | null,
    holds: (value: unknown, date: unknown) => boolean,
    limitMs = readLimitMs,
  ) => {
    const started = clock.now();
    for (;;) {
      const answer = await access.getSetting('id');
      const found = answer.output?.['ServiceSetting'];
      const isThere = typeof found === 'object' && found !== null;
      const value: unknown = isThere ? Reflect.get(found, 'SettingValue') : null;
      const date: unknown = isThere ? Reflect.get(found, 'LastModifiedDate') : null;
      const waited = clock.now() - started;
      const done = answer.error === null && holds(value, date);
      if (done || waited >= limitMs) {
        if (step !== null) keep(step, answer);
        return done ? waited : null;
      }
      await clock.sleep(100);
    }
  };
  const isDefault = (value: unknown): boolean => !isOurs(value);
  const isOurs = (value: unknown): boolean =>
    typeof value === 'string' && lastSegment(value) === lastSegment(role);

  const createRole = (trust: string): Promise<Answer> =>
    change(roleTarget, { arn: access.roleArn, trust }, () => access.createRole(trust));

  const reset = async (step: ProofStep | null): Promise<Answer> => {
    for (let tries = 1; ; tries += 1) {
      const answer = await access.resetSetting();
      if (step !== null) keep(step, answer);
      if (answer.error === null) isSetLast = false;
      if (answer.error?.code !== 'TooManyUpdates' || tries >= 20) return answer;
      await clock.sleep(500);
    }
  };

  /** A step that should be refused. If AWS accepts it, the setting is reset at once. */
  const expectRefusal = async (step: ProofStep): Promise<void> => {
    begin(step);
    const answer = keep(step, await change(setting, role, () => update(role)));
    if (answer.error !== null) return;
    await reset(null);
    await readUntil(null, isDefault);
  };

  const cycle = async (): Promise<void> => {
    begin('default');
    keep('default', await access.getSetting('id'));
    begin('regions');
    keep('regions', await access.listRegions());
    for (const [step, rights] of [
      ['denied-implicitly', 'not-allowed'],
      ['denied-explicitly', 'denied'],
    ] as const) {
      begin(step);
      const answer = await access.updateSetting(role, rights);
      if (answer !== null) keep(step, answer);
    }
    await expectRefusal('missing-role');

    const untrusting = await createRole(trustsNobody(account));
    if (untrusting.error !== null) throw new Stop(problemOf('CreateRole', untrusting));
    await expectRefusal('untrusting-role');
    const removed = await access.deleteRole();
    if (removed.error !== null) throw new Stop(problemOf('DeleteRole', removed));

    begin('accepted');
    const created = await createRole(dhmcTrustPolicy);
    if (created.error !== null) throw new Stop(problemOf('CreateRole', created));
    const accepted = await set('accepted', role);
    if (accepted.error !== null) throw new Stop(problemOf('UpdateServiceSetting', accepted));
    readAfterWriteMs = await readUntil('accepted-read', isOurs);

    begin('by-arn');
    keep('by-arn', await access.getSetting('arn'));

    begin('equal');
    // AWS may return dates in whole seconds: wait for a later second, to see whether the date changes.
    await clock.sleep(1_100, signal);
    await set('equal', role);
    const dateBefore = settingIn(answers['accepted-read']?.at(-1) ?? null)?.['LastModifiedDate'];
    const waitMs = 500 + 2 * (readAfterWriteMs ?? 0);
    await readUntil('equal-read', (value, date) => isOurs(value) && date !== dateBefore, waitMs);

    begin('at-once');
    await change(setting, role, async () => {
      const all = await Promise.all([update(role), update(role), update(role)]);
      for (const answer of all) keep('at-once', answer);
      const [first] = all;
      return all.find(({ error }) => error === null) ?? first;
    });

    begin('reset');
    await reset('reset');
    readAfterResetMs = await readUntil('reset-read', isDefault);

    begin('bare-name');
    const bare = lastSegment(role);
    const named = keep('bare-name', await change(setting, bare, () => update(bare)));
    if (named.error === null) {
      await readUntil('bare-name-read', isOurs);
      await reset(null);
      await readUntil(null, isDefault);
    }

    begin('role-deleted');
    const again = await change(setting, role, () => update(role));
    if (again.error === null) keep('role-deleted', await access.deleteRole());
  };

  /** Restores what is the proof's own, recognized by its role, and reads it back. */
  const restore = async (): Promise<Problem | null> => {
    // A delayed read shows the value before the proof's last write: wait until that write shows.
    if (isSetLast) await readUntil(null, isOurs, 500 + 2 * (readAfterWriteMs ?? 0));
    const now = await access.setting();
    if (!now.known) return now.problem;
    if (isOurs(now.value.value) || (isSetLast && now.value.value === null)) {
      const answer = await reset(null);
      if (answer.error !== null) return problemOf('ResetServiceSetting', answer);
      await readUntil(null, isDefault);
    } else if (now.value.value !== null) {
      return problemFor(
        'set-during-proof',
        `Someone else set the setting in ${region} during the proof.`,
        { region },
      );
    }
    const there = await access.role();
    if (!there.known) return there.problem;
    if (there.value !== null) {
      const answer = await access.deleteRole();
      if (answer.error !== null) return problemOf('DeleteRole', answer);
    }
    const [after, gone] = [await access.setting(), await access.role()];
    if (!after.known) return after.problem;
    if (!gone.known) return gone.problem;
    if (after.value.value === null && gone.value === null) return null;
    return problemFor(
      'reset-not-read-back',
      'AWS accepted the reset, and a read does not show it yet.',
    );
  };

  let problem: Problem | null = null;
  try {
    await cycle();
  } catch (error) {
    if (!(error instanceof Stop)) {
      await restore();
      throw error;
    }
    problem = error.problem;
  }
  const left = await restore();
  if (left === null) {
    // Nothing of the run is in force any more. Record that in the journal too.
    for (const target of [setting, roleTarget]) {
      await record({ type: 'change-begun', target, at: at(), from: null, to: null });
      await record({
        type: 'target-ended',
        target,
        at: at(),
        verdict: 'changed',
        state: target.kind === 'setting' ? 'disabled' : 'absent',
        value: null,
        modifiedBy: null,
        modifiedAt: null,
        problem: null,
        attempts: 1,
        durationMs: 0,
      });
    }
  }
  return {
    observations: {
      account,
      region,
      role,
      roleArn: access.roleArn,
      actor: access.actor,
      answers,
      timings: {
        acceptedAfterMs,
        acceptedAfterTries,
        readAfterWriteMs,
        readAfterResetMs,
        clockAheadMs: access.clockAheadMs(),
      },
      transport: access.transport(),
    },
    restored: left === null,
    problem: left ?? problem,
  };
}
