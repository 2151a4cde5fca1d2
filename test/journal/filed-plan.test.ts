import { expect, it } from 'vitest';
import { planNote } from '../../src/core/problems/notes.ts';
import { planForFile, planFromFile, targetForFile } from '../../src/journal/filed-plan.ts';
import { planned, setting } from './sample.ts';

const plain = planned(setting('111111111111', 'eu-west-1'));
const noted = { ...plain, notes: [planNote('needs-pass-role', { role: 'R' })] };
const text = 'The session needs iam:PassRole on the role R.';
const account = {
  id: '111111111111',
  name: 'n',
  path: null,
  state: 'ACTIVE',
  skipped: null,
  problem: null,
};

it('a plan in a file has notes as texts and as data', () => {
  expect(targetForFile(plain)).toBe(plain);
  expect(targetForFile(noted)).toMatchObject({ notes: [text], noted: noted.notes });
  expect(planForFile({ account, targets: [noted] })).toMatchObject({
    targets: [{ notes: [text] }],
  });
});

it('a plan in a file is read back unchanged, and with texts only from 0.1.0', () => {
  const read = planFromFile({
    account,
    targets: [{ ...noted, notes: [text], noted: noted.notes }],
  });
  expect(read).toEqual({ account, targets: [noted] });
  const old = planFromFile({ account, targets: [{ ...noted, notes: [text] }] });
  expect(old.targets[0]?.notes).toEqual([planNote('text', { text })]);
});
