/** Notes of a plan: information that does not stop it. The text of a note is made from its kind and facts. */
import type { Facts, PlanNote, Setting } from '../model/model.ts';
import { withoutPlace } from './alike.ts';
import { attribution } from './problems.ts';

/** `{…}` stands for a fact; `{writer}` for who set the value and when, from the facts `by` and `at`. */
const texts = {
  'assumable-by-others':
    'The role can also be assumed by {principals}: they obtain its rights too.',
  'further-policies':
    'The role has other policies, whose rights every managed instance can obtain: {policies}.',
  'inline-policies':
    'The role has inline policies, whose rights every managed instance can obtain: {policies}.',
  'limited-policies': "Of the role's policies, {policies}.",
  'privileges-unread': '{message}',
  'boundary-kept':
    'The role already existed with the permissions boundary {boundary}, which is not changed.',
  'role-of-others': 'dhmc did not create the role.',
  'set-by-others': 'Not set by a run of dhmc: {writer}.',
  'not-checked': 'Not checked: {why}',
  'preflight-warning': 'Preflight: {message} {why} {hint}',
  'broken-with-role':
    'The setting keeps the role {role}, which the rollback makes unusable again: it will be broken, as before the run.',
  'broken-without-trust':
    'The role {role} does not trust Systems Manager here: the setting is restored, but stays broken.',
  'broken-without-policy':
    'The role {role} lacks the policy {policy}: the setting is restored, but stays broken.',
  privileged: 'The role {role} has {policies}: every managed instance can obtain its rights.',
  'needs-pass-role': 'The session needs iam:PassRole on the role {role}.',
  /** For files of 0.1.0, which have only texts. */
  text: '{text}',
} as const;

type NoteKind = keyof typeof texts;

export const planNote = (kind: NoteKind, facts: Facts = {}): PlanNote => ({ kind, facts });

/** Notes that someone else set the setting, and when. */
export const setByOthers = ({
  modifiedBy,
  modifiedAt,
}: Pick<Setting, 'modifiedBy' | 'modifiedAt'>): PlanNote =>
  planNote('set-by-others', {
    ...(modifiedBy === null ? {} : { by: modifiedBy }),
    ...(modifiedAt === null ? {} : { at: modifiedAt }),
  });

const isKind = (kind: string): kind is NoteKind => Object.hasOwn(texts, kind);

/** The text of a note. For a kind that this version does not know, it lists the facts. */
export function noteText({ kind, facts }: PlanNote): string {
  if (!isKind(kind)) return `${kind}: ${Object.values(facts).join(', ')}`;
  const writer = attribution(
    { modifiedBy: facts['by'] ?? null, modifiedAt: facts['at'] ?? null },
    facts['until'] ?? null,
  );
  const all: Facts = { ...facts, writer };
  return texts[kind].replace(/\{(\w+)\}/g, (_, name: string) => all[name] ?? '');
}

/**
 * A key that is equal for notes that differ only in place and time. A note that quotes a problem has the fact `case`.
 */
export const noteCase = ({ kind, facts }: PlanNote, account: string): string =>
  JSON.stringify([
    kind,
    facts['case'] ??
      Object.keys(facts)
        .filter((name) => name !== 'at')
        .sort()
        .map((name) => [name, withoutPlace(facts[name] ?? '', account)]),
  ]);

/** A note with its account. */
export interface PlacedNote {
  readonly account: string;
  readonly note: PlanNote;
}

/** One text for notes of one case, with the earliest and latest of their times. */
export function sharedNote(notes: readonly PlacedNote[]): string {
  const [first] = notes;
  if (first === undefined) return '';
  const facts = Object.fromEntries(
    Object.keys(first.note.facts).map((name) => [name, sharedFact(name, notes)]),
  );
  const last =
    notes
      .map(({ note }) => note.facts['at'] ?? '')
      .sort()
      .at(-1) ?? '';
  const isSpan = facts['at'] !== undefined && facts['at'] !== last;
  return noteText({
    kind: first.note.kind,
    facts: { ...facts, ...(isSpan ? { until: last } : {}) },
  });
}

function sharedFact(name: string, notes: readonly PlacedNote[]): string {
  const values = [...new Set(notes.map(({ note }) => note.facts[name] ?? ''))].sort();
  const [only = ''] = values;
  if (values.length === 1) return only;
  if (name === 'at') return only;
  const [first] = notes;
  return first === undefined ? only : withoutPlace(first.note.facts[name] ?? '', first.account);
}
