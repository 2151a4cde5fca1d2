import { expect, it } from 'vitest';
import { known, type Owner, type SettingState } from '../../../src/core/model/model.ts';
import { objectionToTakeOver } from '../../../src/core/planning/take-over.ts';
import type { RunSettings } from '../../../src/core/record/events.ts';
import { setting } from './account-readings.ts';

const ours = { path: '/', name: 'Dhmc' };
const quick = 'AWS-QuickSetup-Role';
const stackSet: Owner = { kind: 'stackset', name: 's', evidence: 'writer' };

const objection = (
  value: string,
  state: SettingState,
  overwrite: RunSettings['overwrite'],
  owner: Owner | null = null,
) => {
  const reading = setting(value);
  if (!reading.known) throw new Error('not known');
  const others = new Map([['gone', known(null)]]);
  return objectionToTakeOver(
    { value, setting: reading.value, state, owner },
    { overwrite },
    ours,
    others,
  );
};

it.each<[string, SettingState, RunSettings['overwrite'], string | null]>([
  ['Team', 'foreign', [], 'names-another-role'],
  ['Team', 'foreign', ['foreign'], null],
  ['Team', 'foreign', ['quick-setup', 'broken'], 'names-another-role'],
  [quick, 'quick-setup', ['quick-setup'], null],
  [quick, 'quick-setup', ['foreign'], 'names-another-role'],
  ['Team', 'broken', ['foreign'], 'names-another-role'],
  ['Team', 'broken', ['broken'], null],
  ['aws-reserved/x', 'foreign', ['foreign', 'quick-setup', 'broken'], 'reserved-value'],
])(
  'for %s, which is %s, the objection with --overwrite=%j is %j',
  (value, state, overwrite, code) => {
    expect(objection(value, state, overwrite)?.code ?? null).toBe(code);
  },
);

it('--overwrite=stackset takes over only settings that a stack set owns', () => {
  expect(objection('Team', 'foreign', ['stackset'], stackSet)).toBeNull();
  expect(objection('Team', 'foreign', ['stackset'])?.code).toBe('names-another-role');
});

it('the message says that a role does not exist only where IAM said so', () => {
  expect(objection('Gone', 'broken', [])?.message).toContain('does not exist');
  expect(objection('Team', 'broken', [])?.message).toContain('trust policy');
});
