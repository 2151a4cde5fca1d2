/** What a proof observed: AWS's response to each call, by step. */

/** An answer of AWS: its output or its error, as the SDK read it. */
export interface Answer {
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** HTTP status; null if nothing answered. */
    readonly status: number | null;
  } | null;
  /** Milliseconds. */
  readonly ms: number;
}

/** The steps of a proof, in their order. `x-read` is the reading after `x`. */
export const steps = [
  'default',
  'regions',
  'denied-implicitly',
  'denied-explicitly',
  'missing-role',
  'untrusting-role',
  'accepted',
  'accepted-read',
  'by-arn',
  'equal',
  'equal-read',
  'bare-name',
  'bare-name-read',
  'at-once',
  'role-deleted',
  'reset',
  'reset-read',
] as const;
export type ProofStep = (typeof steps)[number];

/** Milliseconds; null if it was not measured. */
export interface Timings {
  /** From the change of the role's trust until SSM accepted the role. */
  readonly acceptedAfterMs: number | null;
  /** How many tries that took. */
  readonly acceptedAfterTries: number | null;
  /** From the answer of an update until a read showed it. */
  readonly readAfterWriteMs: number | null;
  /** From the answer of the reset until a read showed it. */
  readonly readAfterResetMs: number | null;
  /** How far this machine's clock is ahead of AWS's. */
  readonly clockAheadMs: number | null;
}

export const notMeasured: Timings = {
  acceptedAfterMs: null,
  acceptedAfterTries: null,
  readAfterWriteMs: null,
  readAfterResetMs: null,
  clockAheadMs: null,
};

export interface Observations {
  readonly account: string;
  readonly region: string;
  /** What follows `:role/` in the ARN of the proof's role. */
  readonly role: string;
  readonly roleArn: string;
  /** Who made the calls: the ARN of the session's role or of the caller. */
  readonly actor: string;
  /** The answers of each step; several where it was tried several times. */
  readonly answers: Readonly<Partial<Record<ProofStep, readonly Answer[]>>>;
  readonly timings: Timings;
  /** Of all calls: how many there were, over how many connections, and the last Retry-After. */
  readonly transport: {
    readonly calls: number;
    readonly connections: number;
    readonly retryAfter: string | null;
  };
}

export const lastAnswer = (seen: Observations, step: ProofStep): Answer | null =>
  seen.answers[step]?.at(-1) ?? null;

/** The setting in an answer of GetServiceSetting or ResetServiceSetting; null if there is none. */
export function settingIn(answer: Answer | null): Readonly<Record<string, unknown>> | null {
  const setting = answer?.output?.['ServiceSetting'];
  return typeof setting === 'object' && setting !== null
    ? (setting as Readonly<Record<string, unknown>>)
    : null;
}

/** An error for people: `ValidationException (400): …`. */
export const answerErrorText = ({ code, status, message }: NonNullable<Answer['error']>): string =>
  `${code}${status === null ? '' : ` (${String(status)})`}: ${message}`;
