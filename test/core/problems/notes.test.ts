import { describe, expect, it } from 'vitest';
import {
  noteCase,
  noteText,
  planNote,
  setByOthers,
  sharedNote,
} from '../../../src/core/problems/notes.ts';

const [one, two] = ['111111111111', '222222222222'] as const;
const policies = (account: string) =>
  planNote('further-policies', { policies: `arn:aws:iam::${account}:policy/P` });
const by = (account: string, day: number) =>
  setByOthers({ modifiedBy: `arn:aws:iam::${account}:user/jo`, modifiedAt: `2026-01-0${day}` });

const quoting = (why: string, of: string) => planNote('not-checked', { why, case: of });

describe('the text of a note', () => {
  it.each([
    [planNote('role-of-others'), 'dhmc did not create the role.'],
    [planNote('limited-policies', { policies: 'a, b' }), "Of the role's policies, a, b."],
    [by(one, 1), `Not set by a run of dhmc: set by arn:aws:iam::${one}:user/jo on 2026-01-01.`],
    [
      setByOthers({ modifiedBy: null, modifiedAt: null }),
      'Not set by a run of dhmc: AWS does not say by whom or when.',
    ],
    [planNote('text', { text: 'Of 0.1.0.' }), 'Of 0.1.0.'],
    [{ kind: 'of-a-later-version', facts: { a: 'x', b: 'y' } }, 'of-a-later-version: x, y'],
  ])('for %j is %j', (note, text) => {
    expect(noteText(note)).toBe(text);
  });
});

describe('notes of two accounts', () => {
  it.each([
    ['differ only in the account are one case', policies(one), policies(two), true],
    ['differ only in account and time are one case', by(one, 1), by(two, 2), true],
    ['differ in kind are two cases', policies(one), by(two, 2), false],
    [
      'quote the same case in different words are one case',
      quoting('a', 'c'),
      quoting('b', 'c'),
      true,
    ],
    [
      'quote different cases in the same words are two cases',
      quoting('a', 'c'),
      quoting('a', 'd'),
      false,
    ],
  ])('that %s', (_, first, second, same) => {
    expect(noteCase(first, one) === noteCase(second, two)).toBe(same);
  });

  it('have one text with the time span', () => {
    const notes = [one, two].map((account, at) => ({ account, note: by(account, at + 1) }));
    expect(sharedNote(notes)).toBe(
      'Not set by a run of dhmc: set by arn:aws:iam::<account>:user/jo between 2026-01-01 and 2026-01-02.',
    );
    expect(sharedNote([])).toBe('');
  });
});
