/** A proof's report: every belief that was tested, AWS's response, and whether they agree. */
import type { Caller, Organization, Partition } from '../model/model.ts';
import { beliefs } from './beliefs.ts';
import type { Observations, Timings } from './observations.ts';

export interface Fact {
  readonly id: string;
  readonly expected: string | null;
  readonly observed: string | null;
  readonly agrees: boolean | null;
  readonly note: string | null;
}

/** `dhmc.proof/v1`. */
export interface Proof {
  readonly schema: 'dhmc.proof/v1';
  /** Nothing was tried yet: no fact is observed, and nothing is measured. */
  readonly dryRun: boolean;
  readonly run: string | null;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly caller: Caller | null;
  readonly organization: Organization | null;
  readonly partition: Partition;
  readonly account: string | null;
  readonly accountName: string | null;
  readonly region: string;
  /** The role that the proof makes and deletes: what follows `:role/` in its ARN. */
  readonly role: string;
  /** What the proof does, step by step. */
  readonly plan: readonly string[];
  /** Whether the cell and the role were read back as they were before. */
  readonly restored: boolean;
  /** What kept the proof from ending; null if it ended. */
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  } | null;
  readonly facts: readonly Fact[];
  readonly timings: Timings;
  readonly calls: number;
  readonly throttled: number;
}

/** What a proof does, step by step. */
export const stepsOf = (role: string): readonly string[] => [
  'Read the setting, and try to set it in sessions without that right.',
  `Create the role ${role}, with no policy attached; delete it; create it again.`,
  'Set the setting to that role and reset it again, three times.',
  'Delete the role, and read both back to make sure that everything is as before.',
];

/** The facts that a proof would check: nothing is observed. */
export const factsToCheck = (): readonly Fact[] =>
  beliefs.flatMap(({ id, expected, judge }) =>
    judge === null ? [] : [{ id, expected, observed: null, agrees: null, note: null }],
  );

/** The facts of what was seen, in the order of the table. */
export const factsOf = (seen: Observations): readonly Fact[] =>
  beliefs.flatMap(({ id, expected, judge }) =>
    judge === null ? [] : [{ id, expected, ...judge(seen) }],
  );

/**
 * The exit status: 0 where nothing disagrees and everything is as before, 2 where something disagrees, 1 where it
 * could not be tried or put back.
 */
export const proofStatus = ({ facts, restored, problem }: Proof): 0 | 1 | 2 =>
  problem !== null || !restored ? 1 : facts.some(({ agrees }) => agrees === false) ? 2 : 0;

const arnPattern = /arn:[\w-]+:([\w-]+):[\w-]*:\d*:[^\s"',;)]+/g;

/** A text without account ids, the organization's id, ARNs and the names in them. */
export const anonymousText = (text: string, names: readonly string[]): string =>
  names
    .filter((name) => name !== '')
    .reduce((rest, name) => rest.replaceAll(name, '<name>'), text.replace(arnPattern, '<$1 ARN>'))
    .replace(/\b\d{12}\b/g, '<account>')
    .replace(/\bo-[a-z0-9]{10,32}\b/g, '<organization>');

/** The proof without anything that identifies the organization, so that it can be shown to others. */
export function anonymous(proof: Proof, names: readonly string[]): Proof {
  const hide = (text: string): string => anonymousText(text, names);
  const orNull = (text: string | null): string | null => (text === null ? null : hide(text));
  return {
    ...proof,
    run: null,
    caller: null,
    organization: null,
    account: null,
    accountName: null,
    problem:
      proof.problem === null
        ? null
        : {
            code: proof.problem.code,
            message: hide(proof.problem.message),
            hint: hide(proof.problem.hint),
          },
    facts: proof.facts.map((fact) => ({
      ...fact,
      observed: orNull(fact.observed),
      note: orNull(fact.note),
    })),
  };
}
