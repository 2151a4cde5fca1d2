/**
 * Sets the knobs so that the sandbox responds as AWS did in a proof (`dhmc.proof/v1`). Anything that the proof did
 * not observe stays unchanged.
 */
import type { Behavior } from './behavior.ts';
import { WorldError, readRegular } from './worlds/file.ts';

interface Fact {
  readonly id: string;
  readonly observed: string | null;
  readonly agrees: boolean | null;
}

interface Proof {
  readonly facts: readonly Fact[];
  readonly timings: {
    readonly acceptedAfterMs: number | null;
    readonly acceptedAfterTries: number | null;
    readonly readAfterWriteMs: number | null;
    readonly readAfterResetMs: number | null;
  };
}

type Knobs = { -readonly [K in keyof Behavior]: Behavior[K] };

const refusalOf = (observed: string): 'documented' | 'other' | 'none' =>
  observed === 'accepted'
    ? 'none'
    : /^ValidationException\b.*: Nonexistent role or missing ssm service principal/.test(observed)
      ? 'documented'
      : 'other';

const oneOf = <T extends string>(values: readonly T[], text: string): T | undefined =>
  values.find((value) => value === text);

/** How each fact sets its knob, by the fact's id. */
const setters: Readonly<Record<string, (knobs: Knobs, observed: string, agrees: boolean) => void>> =
  {
    'default-value': (knobs, observed) => (knobs.defaultValue = observed),
    'default-status': (knobs, observed) => {
      const status = oneOf(['Default', 'Customized', 'Custom', 'PendingUpdate'], observed);
      if (status !== undefined) knobs.defaultStatus = status;
    },
    'default-writer': (knobs, observed) => (knobs.defaultWriter = observed),
    'set-status': (knobs, observed) => {
      const status = oneOf(['Customized', 'Custom', 'PendingUpdate'], observed);
      if (status !== undefined) knobs.setStatus = status;
    },
    writer: (knobs, observed) =>
      (knobs.modifiedUser = oneOf(['System', 'absent'], observed) ?? 'caller'),
    'value-kept': (knobs, _observed, agrees) =>
      (knobs.storedValue = agrees ? 'as-sent' : 'bare-name'),
    'missing-role': (knobs, observed) => (knobs.missingRole = refusalOf(observed)),
    'untrusting-role': (knobs, observed) => (knobs.untrustingRole = refusalOf(observed)),
    'id-as-arn': (knobs, _observed, agrees) =>
      (knobs.settingIdAsArn = agrees ? 'accepted' : 'refused'),
    'equal-write': (knobs, _observed, agrees) => (knobs.equalWrite = agrees ? 'renews' : 'keeps'),
    'reset-answer': (knobs, _observed, agrees) => (knobs.resetAnswer = agrees ? 'after' : 'before'),
    'named-role-deleted': (knobs, _observed, agrees) =>
      (knobs.deleteNamedRole = agrees ? 'accepted' : 'refused'),
    'denial-text': (knobs, _observed, agrees) =>
      (knobs.denialText = agrees ? 'documented' : 'terse'),
    clock: (knobs, _observed, agrees) => (knobs.dateHeader = agrees),
    'at-once': (knobs, observed) => {
      const refused = /TooManyUpdates(?:Exception)? \((400|429)\)/.exec(observed);
      if (refused === null) return;
      knobs.tooManyUpdatesMs = 500;
      knobs.tooManyUpdatesStatus = refused[1] === '429' ? 429 : 400;
    },
  };

/** Shorter delays come from the network, not from IAM or SSM. In milliseconds. */
const minDelayMs = 250;

/** The knobs that a proof's facts and timings set. */
export function behaviorLike({ facts, timings }: Proof): Behavior {
  const knobs: Knobs = {};
  for (const { id, observed, agrees } of facts) {
    // Skips facts that were not tried, and facts without an expectation. `at-once` has none, but is measured.
    if (observed === null || (agrees === null && id !== 'at-once')) continue;
    setters[id]?.(knobs, observed, agrees === true);
  }
  const accepted = timings.acceptedAfterMs ?? 0;
  if (accepted >= minDelayMs && (timings.acceptedAfterTries ?? 1) > 1)
    knobs.iamPropagationMs = Math.round(accepted);
  const lag = Math.max(timings.readAfterWriteMs ?? 0, timings.readAfterResetMs ?? 0);
  if (lag >= minDelayMs) knobs.settingReadLagMs = Math.round(lag);
  return knobs;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFact = (value: unknown): value is Fact =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  (value['observed'] === null || typeof value['observed'] === 'string') &&
  (value['agrees'] === null || typeof value['agrees'] === 'boolean');

/** The maximum size of a proof file, in bytes. */
const maxProof = 10_000_000;

/** Reads a proof file. Throws `WorldError`. */
export async function readLike(file: string): Promise<Behavior> {
  const refuse = (what: string): WorldError =>
    new WorldError(
      `${file} is not a proof: ${what}.`,
      'Name a file that `dhmc prove -o json` or its --report-file wrote.',
    );
  let data: unknown;
  try {
    data = JSON.parse(await readRegular(file, { most: maxProof, what: 'proof' }));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(data) || data['schema'] !== 'dhmc.proof/v1')
    throw refuse('its schema is not dhmc.proof/v1');
  if (data['dryRun'] === true) throw refuse('it is of a dry run, which observed nothing');
  const { facts, timings } = data;
  if (!Array.isArray(facts) || !facts.every(isFact)) throw refuse('its facts are malformed');
  if (!isObject(timings)) throw refuse('it has no timings');
  const timing = (name: string): number | null => {
    const value = timings[name] ?? null;
    if (value === null || typeof value === 'number') return value;
    throw refuse(`its timing ${name} is malformed`);
  };
  return behaviorLike({
    facts,
    timings: {
      acceptedAfterMs: timing('acceptedAfterMs'),
      acceptedAfterTries: timing('acceptedAfterTries'),
      readAfterWriteMs: timing('readAfterWriteMs'),
      readAfterResetMs: timing('readAfterResetMs'),
    },
  });
}
