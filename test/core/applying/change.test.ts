/** The states of one change: the next step for each outcome in each state. */
import { describe, expect, test } from 'vitest';
import {
  firstState,
  next,
  type ChangeState,
  type Circumstances,
  type Outcome,
} from '../../../src/core/applying/change.ts';
import { problem } from '../../support/histories.ts';

const at: Circumstances = {
  ...{ kind: 'setting', makes: true, now: 1_000, visibleUntil: 0, silentUntil: Infinity },
};
const state = (over: Partial<ChangeState>): ChangeState => ({ ...firstState, ...over });
const begun = { begun: true, attempts: 1 } as const;
const lost = { ...begun, sent: true, uncertain: true, last: problem('network') } as const;
const read = (
  found: 'before' | 'after' | 'moved',
  by: 'run' | 'others' | 'unclear' = 'unclear',
): Outcome => ({
  ...{ kind: 'read', found, by },
});
const write = (
  kind: 'not-visible' | 'busy' | 'exists' | 'gone',
  code: 'denied' | 'aws-error' = 'aws-error',
): Outcome => ({
  ...{ kind, problem: problem(code) },
});
const failing = (
  kind: 'refused' | 'lost' | 'unread',
  code: 'denied' | 'network' | 'credentials-expired',
  connection: 'try-again' | 'give-up' | 'stopped' = 'give-up',
): Outcome => ({ kind, problem: problem(code), connection });

/** The next step, as a short text. */
const after = (
  from: Partial<ChangeState>,
  outcome: Outcome,
  over: Partial<Circumstances> = {},
): string => {
  const then = next(state(from), outcome, { ...at, ...over });
  if (then.kind === 'do')
    return `${then.state.doing}${then.afterMs === 0 ? '' : ` after ${then.afterMs}`}`;
  if (then.ended === null) return 'nothing';
  const { verdict, shows, problem: told } = then.ended;
  const why = told === null ? '' : `: ${typeof told === 'string' ? told : told.code}`;
  return `${verdict}, by ${shows}${why}`;
};

describe('the state look', () => {
  test.each<[string, Partial<ChangeState>, Outcome, string]>([
    ['the value is as planned', {}, read('before'), 'record'],
    ['the value is already as wanted', {}, read('after'), 'in-sync, by reading'],
    ['this run already wrote the wanted value', {}, read('after', 'run'), 'in-sync, by reading'],
    ['the value has changed', {}, read('moved'), 'conflict, by reading: moved'],
    ['the value cannot be read', {}, failing('unread', 'denied'), 'blocked, by nothing: denied'],
    [
      'the value cannot be read because nothing answers',
      {},
      failing('unread', 'network', 'try-again'),
      'look',
    ],
    [
      'the value cannot be read and the run ends',
      {},
      failing('unread', 'network', 'stopped'),
      'nothing',
    ],
    ['the run is stopped', {}, { kind: 'stopped' }, 'nothing'],
    ['a later look finds the value as planned', begun, read('before'), 'write'],
    [
      'a later look finds the wanted value, though every write was refused',
      begun,
      read('after'),
      'in-sync, by reading',
    ],
    [
      'a later look finds the wanted value, written by this run',
      begun,
      read('after', 'run'),
      'changed, by reading',
    ],
    [
      'an answer was lost and a later look finds the wanted value',
      lost,
      read('after'),
      'changed, by reading',
    ],
    [
      'an answer was lost and a later look finds the wanted value, written by others',
      lost,
      read('after', 'others'),
      'in-sync, by reading',
    ],
    [
      'an answer was lost and a later look finds another value',
      lost,
      read('moved'),
      'conflict, by reading: moved',
    ],
    [
      'the value cannot be read a second time',
      begun,
      failing('unread', 'denied'),
      'failed, by plan: denied',
    ],
    [
      'an answer was lost and the value cannot be read',
      lost,
      failing('unread', 'denied'),
      'failed, by nothing: denied',
    ],
    [
      'the run is stopped before a later look',
      begun,
      { kind: 'stopped' },
      'not-attempted, by plan',
    ],
    ['an answer was lost and the run is stopped', lost, { kind: 'stopped' }, 'last-look'],
    [
      'an answer was lost and the run ends',
      lost,
      failing('unread', 'credentials-expired', 'stopped'),
      'failed, by nothing: credentials-expired',
    ],
    [
      'the value is as planned, though AWS said five times that the name was taken',
      { ...begun, last: problem('aws-error'), tries: { ...firstState.tries, taken: 5 } },
      read('before'),
      'failed, by plan: aws-error',
    ],
  ])('has the right next step where %s', (_, from, outcome, words) => {
    expect(after(from, outcome)).toBe(words);
  });
});

describe('the state record', () => {
  test.each<[string, Outcome, string]>([
    ['the change is recorded', { kind: 'recorded' }, 'write'],
    ['the journal cannot be written', { kind: 'not-recorded' }, 'nothing'],
    ['the run is stopped', { kind: 'stopped' }, 'nothing'],
  ])('has the right next step where %s', (_, outcome, words) => {
    expect(after({ doing: 'record' }, outcome)).toBe(words);
  });
});

describe('the state write', () => {
  const from = { doing: 'write', begun: true } as const;
  const tried = (tries: Partial<ChangeState['tries']>) => ({
    ...from,
    tries: { ...firstState.tries, ...tries },
  });
  const visible = { visibleUntil: 2_000 };
  test.each<[string, Partial<ChangeState>, Outcome, Partial<Circumstances>, string]>([
    ['AWS accepts the write', from, { kind: 'accepted' }, {}, 'verify'],
    ['AWS refuses the write', from, failing('refused', 'denied'), {}, 'failed, by plan: denied'],
    [
      'AWS refuses the caller’s credentials',
      from,
      failing('refused', 'credentials-expired', 'stopped'),
      {},
      'not-attempted, by plan: credentials-expired',
    ],
    [
      'the run is stopped before the write',
      from,
      { kind: 'stopped' },
      {},
      'not-attempted, by plan',
    ],
    ['AWS is busy', from, write('busy'), {}, 'look after 250'],
    [
      'AWS has been busy for long',
      tried({ busy: 8 }),
      write('busy'),
      {},
      'failed, by plan: concurrent-update',
    ],
    ['the answer is lost', from, failing('lost', 'network'), {}, 'look after 250'],
    [
      'the answer is lost because nothing answers',
      from,
      failing('lost', 'network', 'try-again'),
      {},
      'look',
    ],
    [
      'the answer is lost and the run ends',
      from,
      failing('lost', 'network', 'stopped'),
      {},
      'failed, by nothing: network',
    ],
    [
      'answers were lost too often',
      tried({ lost: 5 }),
      failing('lost', 'network'),
      {},
      'last-look',
    ],
    [
      'answers have been lost for too long',
      from,
      failing('lost', 'network'),
      { silentUntil: 1_000 },
      'last-look',
    ],
    ['the role is not visible yet', from, write('not-visible'), visible, 'look after 250'],
    [
      'the role is never visible',
      from,
      write('not-visible'),
      { visibleUntil: 900 },
      'failed, by plan: role-not-propagated',
    ],
    [
      'the write is denied until the wait for the role ends',
      from,
      write('not-visible', 'denied'),
      { visibleUntil: 900 },
      'failed, by plan: denied',
    ],
    [
      'the role is not visible, though this run did not change it',
      from,
      write('not-visible'),
      {},
      'failed, by plan: aws-error',
    ],
    [
      'the role is not visible to IAM itself',
      from,
      write('not-visible'),
      { ...visible, kind: 'grant' },
      'failed, by plan: aws-error',
    ],
    ['the name is taken', from, write('exists'), { kind: 'role' }, 'look'],
    [
      'the name is taken again',
      tried({ taken: 1 }),
      write('exists'),
      { kind: 'role' },
      'look after 1000',
    ],
    [
      'the role that was just created is gone',
      from,
      write('gone'),
      { ...visible, kind: 'grant' },
      'look after 250',
    ],
    ['the role is gone', from, write('gone'), { kind: 'grant' }, 'look'],
    [
      'the role is still gone',
      tried({ taken: 1 }),
      write('gone'),
      { kind: 'grant' },
      'failed, by plan: aws-error',
    ],
    [
      'the grant to remove is gone',
      from,
      write('gone'),
      { ...visible, kind: 'grant', makes: false },
      'look',
    ],
  ])('has the right next step where %s', (_, given, outcome, over, words) => {
    expect(after(given, outcome, over)).toBe(words);
  });
});

describe('the state verify', () => {
  const from = { doing: 'verify', ...begun, sent: true, verifyUntil: 5_000 } as const;
  test.each<[string, Outcome, number, string]>([
    ['the value is as wanted', read('after'), 1_000, 'changed, by reading'],
    ['others wrote the wanted value again', read('after', 'others'), 1_000, 'changed, by reading'],
    ['the value has changed', read('moved'), 1_000, 'conflict, by reading: moved'],
    ['the value is still as before', read('before'), 1_000, 'verify after 250'],
    [
      'the value stays as before until the wait ends',
      read('before'),
      5_000,
      'failed, by reading: not-read-back',
    ],
    ['the value cannot be read yet', failing('unread', 'network'), 1_000, 'verify after 250'],
    [
      'the value cannot be read until the wait ends',
      failing('unread', 'network'),
      5_000,
      'failed, by nothing: network',
    ],
    ['the read is denied', failing('unread', 'denied'), 1_000, 'failed, by nothing: denied'],
    [
      'the credentials expired',
      failing('unread', 'credentials-expired'),
      1_000,
      'failed, by nothing: credentials-expired',
    ],
  ])('has the right next step where %s', (_, outcome, now, words) => {
    expect(after(from, outcome, { now })).toBe(words);
  });
});

describe('the last look', () => {
  const from = { doing: 'last-look', ...lost } as const;
  test.each<[string, Outcome, string]>([
    ['the value is as wanted', read('after'), 'changed, by reading'],
    ['others wrote the wanted value', read('after', 'others'), 'in-sync, by reading'],
    ['the value is as before', read('before'), 'failed, by reading: network'],
    ['the value has changed', read('moved'), 'conflict, by reading: moved'],
    ['the value cannot be read', failing('unread', 'denied'), 'failed, by nothing: denied'],
  ])('ends the change correctly where %s', (_, outcome, words) => {
    expect(after(from, outcome)).toBe(words);
  });
});

test('unanswered writes of an account end within two minutes, for role, grant and setting together', () => {
  const answer = 20_000;
  let now = 0;
  let silentUntil = Infinity;
  for (const kind of ['role', 'grant', 'setting'] as const) {
    let doing = state({ doing: 'write', begun: true });
    for (;;) {
      const outcome = doing.doing === 'write' ? failing('lost', 'network') : read('before');
      if (doing.doing === 'write') {
        now += answer;
        if (silentUntil === Infinity) silentUntil = now + 40_000;
      }
      const then = next(doing, outcome, { ...at, kind, now, silentUntil });
      if (then.kind === 'end') break;
      now += then.afterMs;
      doing = then.state;
    }
  }
  expect(now).toBeLessThan(120_000);
});
