/** The observations of a proof: AWS's answer to each call, by step. */

/** AWS's answer to one call: the output or the error, as the SDK parsed it. */
export interface Answer {
  readonly output: Readonly<Record<string, unknown>> | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** The HTTP status; null if there was no response. */
    readonly status: number | null;
  } | null;
  /** The duration in milliseconds. */
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
  /** From the change of the role's trust policy until SSM accepted the role. */
  readonly acceptedAfterMs: number | null;
  /** How many tries it took until then. */
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
  /** The part of the proof role's ARN after `:role/`. */
  readonly role: string;
  readonly roleArn: string;
  /** The ARN of the principal that made the calls: the session's role or the caller. */
  readonly actor: string;
  /** The answers of each step; several if it was tried several times. */
  readonly answers: Readonly<Partial<Record<ProofStep, readonly Answer[]>>>;
  readonly timings: Timings;
  /** Totals of all calls: their number, the number of connections, and the last Retry-After. */
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

/** An error in words: `ValidationException (400): …`. */
export const answerErrorText = ({ code, status, message }: NonNullable<Answer['error']>): string =>
  `${code}${status === null ? '' : ` (${String(status)})`}: ${message}`;
