/** The shape of a belief, and functions that compare the answers in a proof with it. */
import {
  answerErrorText,
  lastAnswer,
  settingIn,
  type Answer,
  type Observations,
  type ProofStep,
} from './observations.ts';

/** - documented: AWS documents it. - reported: a user published AWS's response. - assumed: without evidence. */
export type Evidence = 'documented' | 'reported' | 'assumed';

/** The result of a proof for one belief. */
export interface BeliefFinding {
  /** AWS's answer; null if it was not tried or AWS did not answer. */
  readonly observed: string | null;
  /** Null if nothing is expected, or nothing was observed. */
  readonly agrees: boolean | null;
  readonly note: string | null;
}

export interface Belief {
  readonly id: string;
  /** The statement that dhmc relies on. */
  readonly belief: string;
  readonly evidence: Evidence;
  /** AWS's documentation, or the report. */
  readonly source: string;
  /** The expected answer; null for a value that is only measured. */
  readonly expected: string | null;
  /** The sandbox's knob (a member of `behavior`) for the belief; null if it has none. */
  readonly knob: string | null;
  /** Null for a belief that a proof does not test, because that would need more than the cell and the proof's role. */
  readonly judge: ((seen: Observations) => BeliefFinding) | null;
}

export const untried: BeliefFinding = {
  observed: null,
  agrees: null,
  note: 'This step was not reached.',
};

export const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? 'absent'
      : JSON.stringify(value);

/** Judges one member of the setting in a step's answer. */
export const member =
  (
    step: ProofStep,
    name: string,
    agrees: (value: string, seen: Observations) => boolean | null,
  ): NonNullable<Belief['judge']> =>
  (seen) => {
    const answer = lastAnswer(seen, step);
    if (answer === null) return untried;
    if (answer.error !== null)
      return { observed: answerErrorText(answer.error), agrees: false, note: null };
    const value = text(settingIn(answer)?.[name]);
    return { observed: value, agrees: agrees(value, seen), note: null };
  };

export const outcome = (answer: Answer): string =>
  answer.error === null ? 'accepted' : answerErrorText(answer.error);

/** Judges whether a step's call was refused with this code and a message that begins with `begins`. */
export const refusal =
  (step: ProofStep, code: string, begins: string): NonNullable<Belief['judge']> =>
  (seen) => {
    const answer = lastAnswer(seen, step);
    if (answer === null) return untried;
    const agrees =
      answer.error !== null &&
      answer.error.code === code &&
      answer.error.message.startsWith(begins);
    return { observed: outcome(answer), agrees, note: null };
  };

/** Judges whether a step's call was accepted. */
export const acceptance =
  (step: ProofStep): NonNullable<Belief['judge']> =>
  (seen) => {
    const answer = lastAnswer(seen, step);
    return answer === null
      ? untried
      : { observed: outcome(answer), agrees: answer.error === null, note: null };
  };

export const milliseconds = (value: number | null, note: string | null = null): BeliefFinding =>
  value === null ? untried : { observed: `${String(Math.round(value))} ms`, agrees: null, note };

export const isDenial = ({ error }: Answer, ending: string): boolean =>
  error !== null &&
  error.code === 'AccessDeniedException' &&
  /^User: \S+ is not authorized to perform: ssm:UpdateServiceSetting on resource: \S+ /.test(
    error.message,
  ) &&
  error.message.includes(ending);
