/** A proof's report: every belief that was tested, AWS's answer, and whether they agree. */
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

/** The JSON report of `prove`, `dhmc.proof/v1`. */
export interface Proof {
  readonly schema: 'dhmc.proof/v1';
  /** Whether this is a dry run: nothing was tried, observed or measured. */
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
  /** The part after `:role/` in the ARN of the role that the proof creates and deletes. */
  readonly role: string;
  /** The steps of the proof, one sentence each. */
  readonly plan: readonly string[];
  /** Whether a final read showed the cell and the role in their former state. */
  readonly restored: boolean;
  /** Why the proof ended early; null if it was completed. */
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

/** The steps of a proof with this role, one sentence each. */
export const stepsOf = (role: string): readonly string[] => [
  'Read the setting, and try to set it in sessions without that right.',
  `Create the role ${role}, with no policy attached; delete it; create it again.`,
  'Set the setting to that role and reset it again, three times.',
  'Delete the role, and read both back to make sure that everything is as before.',
];

/** The facts that a proof would check, without observations. */
export const factsToCheck = (): readonly Fact[] =>
  beliefs.flatMap(({ id, expected, judge }) =>
    judge === null ? [] : [{ id, expected, observed: null, agrees: null, note: null }],
  );

/** The facts from the observations, in the order of the table. */
export const factsOf = (seen: Observations): readonly Fact[] =>
  beliefs.flatMap(({ id, expected, judge }) =>
    judge === null ? [] : [{ id, expected, ...judge(seen) }],
  );

/** The exit status: 1 if the proof ended early or could not restore the former state, 2 if a fact disagrees, else 0. */
export const proofStatus = ({ facts, restored, problem }: Proof): 0 | 1 | 2 =>
  problem !== null || !restored ? 1 : facts.some(({ agrees }) => agrees === false) ? 2 : 0;

const arnPattern = /arn:[\w-]+:([\w-]+):[\w-]*:\d*:[^\s"',;)]+/g;

/** A text without account ids, the organization's id, ARNs and the given names. */
export const anonymousText = (text: string, names: readonly string[]): string =>
  names
    .filter((name) => name !== '')
    .reduce((rest, name) => rest.replaceAll(name, '<name>'), text.replace(arnPattern, '<$1 ARN>'))
    .replace(/\b\d{12}\b/g, '<account>')
    .replace(/\bo-[a-z0-9]{10,32}\b/g, '<organization>');

/** The proof without anything that identifies the organization, so that it can be shared. */
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
