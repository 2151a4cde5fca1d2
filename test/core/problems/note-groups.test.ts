import { describe, expect, it } from 'vitest';
import { groupNotes, type Note } from '../../../src/core/problems/note-groups.ts';
import { planNote, setByOthers } from '../../../src/core/problems/notes.ts';

const account = (id: string, name: string) => ({
  id,
  name,
  path: null,
  state: 'ACTIVE',
  skipped: null,
  problem: null,
});
const place = (id: string, region: string | null) =>
  ({ kind: 'setting', account: id, region }) as const;
const note = (id: string, region: string | null, text: string): Note => ({
  ...place(id, region),
  note: planNote('text', { text }),
});
const setBy = (id: string, region: string, day: number): Note => ({
  ...place(id, region),
  note: setByOthers({
    modifiedBy: `arn:aws:iam::${id}:user/jo`,
    modifiedAt: `2026-01-0${String(day)}T00:00:00.000Z`,
  }),
});
const [one, two] = ['100000000001', '100000000002'];
const accounts = [account(one, 'one'), account(two, 'two')];
const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3', 'us-east-1', 'us-east-2'];

describe('groups of notes', () => {
  it('say equal notes once, with accounts, regions, writer and time span', () => {
    const notes = regions.map((region, day) => setBy(one, region, day + 1));
    expect(groupNotes([...notes, setBy(two, 'eu-west-1', 9)], accounts)).toEqual([
      `${one} one (5 regions), ${two} two (eu-west-1): Not set by a run of dhmc: set by arn:aws:iam::<account>:user/jo between 2026-01-01T00:00:00.000Z and 2026-01-09T00:00:00.000Z.`,
    ]);
    expect(groupNotes(notes, accounts)).toEqual([
      `${one} one (5 regions): Not set by a run of dhmc: set by arn:aws:iam::${one}:user/jo between 2026-01-01T00:00:00.000Z and 2026-01-05T00:00:00.000Z.`,
    ]);
  });

  it('stay separate where the writers differ', () => {
    const notes = [
      note(one, 'eu-west-1', 'Set by jo.'),
      note(one, 'us-east-1', 'Set by ann.'),
      note(two, null, 'The role is old.'),
    ];
    expect(groupNotes(notes, accounts)).toEqual([
      `${one} one (eu-west-1): Set by jo.`,
      `${one} one (us-east-1): Set by ann.`,
      `${two} two: The role is old.`,
    ]);
  });

  it('name five accounts and count the others', () => {
    const many = Array.from({ length: 7 }, (_, index) => `20000000000${String(index)}`);
    const [line = ''] = groupNotes(
      many.map((id) => note(id, null, 'Old.')),
      [],
    );
    expect(line).toBe(`${many.slice(0, 5).join(', ')} and 2 more accounts: Old.`);
  });
});
