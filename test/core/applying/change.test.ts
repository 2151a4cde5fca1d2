/** The states of one change: what follows from each outcome in each state. */
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

/** What follows, in a few words. */
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

describe('look', () => {
  test.each<[string, Partial<ChangeState>, Outcome, string]>([
    ['as planned', {}, read('before'), 'record'],
    ['as wanted already', {}, read('after'), 'in-sync, by reading'],
    ['as wanted, even by this run', {}, read('after', 'run'), 'in-sync, by reading'],
    ['moved', {}, read('moved'), 'conflict, by reading: moved'],
    ['unread', {}, failing('unread', 'denied'), 'blocked, by nothing: denied'],
    ['unread, all are silent', {}, failing('unread', 'network', 'try-again'), 'look'],
    ['unread, the run ends', {}, failing('unread', 'network', 'stopped'), 'nothing'],
    ['stopped', {}, { kind: 'stopped' }, 'nothing'],
    ['again, as planned', begun, read('before'), 'write'],
    ['again, as wanted: all writes were refused', begun, read('after'), 'in-sync, by reading'],
    ['again, as wanted by this run', begun, read('after', 'run'), 'changed, by reading'],
    ['again, as wanted: an answer was lost', lost, read('after'), 'changed, by reading'],
    [
      'again, as wanted by others: an answer was lost',
      lost,
      read('after', 'others'),
      'in-sync, by reading',
    ],
    ['again, moved: an answer was lost', lost, read('moved'), 'conflict, by reading: moved'],
    ['again, unread', begun, failing('unread', 'denied'), 'failed, by plan: denied'],
    [
      'again, unread: an answer was lost',
      lost,
      failing('unread', 'denied'),
      'failed, by nothing: denied',
    ],
    ['again, stopped', begun, { kind: 'stopped' }, 'not-attempted, by plan'],
    ['again, stopped: an answer was lost', lost, { kind: 'stopped' }, 'last-look'],
    [
      'again, the run ends: an answer was lost',
      lost,
      failing('unread', 'credentials-expired', 'stopped'),
      'failed, by nothing: credentials-expired',
    ],
    [
      'as planned, though it was taken five times',
      { ...begun, last: problem('aws-error'), tries: { ...firstState.tries, taken: 5 } },
      read('before'),
      'failed, by plan: aws-error',
    ],
  ])('%s', (_, from, outcome, words) => {
    expect(after(from, outcome)).toBe(words);
  });
});

describe('record', () => {
  test.each<[string, Outcome, string]>([
    ['recorded', { kind: 'recorded' }, 'write'],
    ['the journal cannot be written', { kind: 'not-recorded' }, 'nothing'],
    ['stopped', { kind: 'stopped' }, 'nothing'],
  ])('%s', (_, outcome, words) => {
    expect(after({ doing: 'record' }, outcome)).toBe(words);
  });
});

describe('write', () => {
  const from = { doing: 'write', begun: true } as const;
  const tried = (tries: Partial<ChangeState['tries']>) => ({
    ...from,
    tries: { ...firstState.tries, ...tries },
  });
  const visible = { visibleUntil: 2_000 };
  test.each<[string, Partial<ChangeState>, Outcome, Partial<Circumstances>, string]>([
    ['accepted', from, { kind: 'accepted' }, {}, 'verify'],
    ['refused', from, failing('refused', 'denied'), {}, 'failed, by plan: denied'],
    [
      'refused, the caller’s credentials',
      from,
      failing('refused', 'credentials-expired', 'stopped'),
      {},
      'not-attempted, by plan: credentials-expired',
    ],
    ['stopped before it', from, { kind: 'stopped' }, {}, 'not-attempted, by plan'],
    ['busy', from, write('busy'), {}, 'look after 250'],
    ['busy for long', tried({ busy: 8 }), write('busy'), {}, 'failed, by plan: concurrent-update'],
    ['lost', from, failing('lost', 'network'), {}, 'look after 250'],
    ['lost, all are silent', from, failing('lost', 'network', 'try-again'), {}, 'look'],
    [
      'lost, the run ends',
      from,
      failing('lost', 'network', 'stopped'),
      {},
      'failed, by nothing: network',
    ],
    ['lost too often', tried({ lost: 5 }), failing('lost', 'network'), {}, 'last-look'],
    ['lost for too long', from, failing('lost', 'network'), { silentUntil: 1_000 }, 'last-look'],
    ['the role is not visible yet', from, write('not-visible'), visible, 'look after 250'],
    [
      'the role is never visible',
      from,
      write('not-visible'),
      { visibleUntil: 900 },
      'failed, by plan: role-not-propagated',
    ],
    [
      'denied over the whole wait',
      from,
      write('not-visible', 'denied'),
      { visibleUntil: 900 },
      'failed, by plan: denied',
    ],
    [
      'not visible, and not changed by this run',
      from,
      write('not-visible'),
      {},
      'failed, by plan: aws-error',
    ],
    [
      'not visible to IAM itself',
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
      'the role is gone, and was made just now',
      from,
      write('gone'),
      { ...visible, kind: 'grant' },
      'look after 250',
    ],
    ['the role is gone', from, write('gone'), { kind: 'grant' }, 'look'],
    [
      'the role is gone still',
      tried({ taken: 1 }),
      write('gone'),
      { kind: 'grant' },
      'failed, by plan: aws-error',
    ],
    [
      'what is to go is gone',
      from,
      write('gone'),
      { ...visible, kind: 'grant', makes: false },
      'look',
    ],
  ])('%s', (_, given, outcome, over, words) => {
    expect(after(given, outcome, over)).toBe(words);
  });
});

describe('verify', () => {
  const from = { doing: 'verify', ...begun, sent: true, verifyUntil: 5_000 } as const;
  test.each<[string, Outcome, number, string]>([
    ['as wanted', read('after'), 1_000, 'changed, by reading'],
    ['as wanted, written again by others', read('after', 'others'), 1_000, 'changed, by reading'],
    ['moved', read('moved'), 1_000, 'conflict, by reading: moved'],
    ['as before, so far', read('before'), 1_000, 'verify after 250'],
    ['as before, for long', read('before'), 5_000, 'failed, by reading: not-read-back'],
    ['unread, so far', failing('unread', 'network'), 1_000, 'verify after 250'],
    ['unread, for long', failing('unread', 'network'), 5_000, 'failed, by nothing: network'],
    ['denied', failing('unread', 'denied'), 1_000, 'failed, by nothing: denied'],
    [
      'the credentials expired',
      failing('unread', 'credentials-expired'),
      1_000,
      'failed, by nothing: credentials-expired',
    ],
  ])('%s', (_, outcome, now, words) => {
    expect(after(from, outcome, { now })).toBe(words);
  });
});

describe('last look', () => {
  const from = { doing: 'last-look', ...lost } as const;
  test.each<[string, Outcome, string]>([
    ['as wanted', read('after'), 'changed, by reading'],
    ['as wanted, by others', read('after', 'others'), 'in-sync, by reading'],
    ['as before', read('before'), 'failed, by reading: network'],
    ['moved', read('moved'), 'conflict, by reading: moved'],
    ['unread', failing('unread', 'denied'), 'failed, by nothing: denied'],
  ])('%s', (_, outcome, words) => {
    expect(after(from, outcome)).toBe(words);
  });
});

test('writes that are never answered end within two minutes, whatever else the account has to do', () => {
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
