import { describe, expect, it } from 'vitest';
import { ofOneAccount, type Problem, known, unknown } from '../../../src/core/model/model.ts';
import {
  accountGone,
  attribution,
  changedSincePlanned,
  changedSinceRun,
  displayValue,
  isCallerProblem,
  isCredentialProblem,
  namesAnother,
  regionsUnproven,
  sessionRefusedIn,
  policyUnread,
} from '../../../src/core/problems/problems.ts';
import { problem } from '../../support/histories.ts';

const by = 'arn:aws:iam::111111111111:user/ann';
const at = '2026-01-02T03:04:05.000Z';

it.each([
  [by, at, `set by ${by} on ${at}`],
  [by, null, `set by ${by}`],
  [null, at, `set on ${at}; AWS does not say by whom`],
  [null, null, 'AWS does not say by whom or when'],
])('attribution with the writer %j and the time %j is "%s"', (modifiedBy, modifiedAt, text) => {
  expect(attribution({ modifiedBy, modifiedAt })).toBe(text);
});

describe('a credential problem', () => {
  const ofAccount: Problem = { ...problem('credentials-expired'), [ofOneAccount]: true };
  it.each([
    ['is the caller’s without an account', problem('credentials-expired'), true, true],
    ['is not the caller’s where it concerns one account', ofAccount, true, false],
    ['can be a wrong clock', problem('clock-skew'), true, true],
    ['is not a denied call', problem('denied'), false, false],
  ])('%s', (_, found, isCredential, isCaller) => {
    expect([isCredentialProblem(found), isCallerProblem(found)]).toEqual([isCredential, isCaller]);
  });
});

it.each([
  ['foreign', 'foreign', false, 'names Team (set by'],
  ['broken', 'broken', true, 'names Team, a role that does not exist (set by'],
  ['broken', 'broken', false, 'a role whose trust policy does not let Systems Manager assume it'],
] as const)(
  'the conflict of a setting that names another role and is %s says so',
  (state, kind, missing, text) => {
    const setting = { value: 'Team', pending: false, modifiedBy: by, modifiedAt: at };
    const found = namesAnother(setting, { state, kind, isMissing: missing });
    expect(found.message).toContain(text);
    expect(found.hint).toContain(`--overwrite=${kind}`);
  },
);

it('a problem with a cause keeps its message and adds the consequence', () => {
  const cause = problem('denied', 'AWS said no.');
  expect(regionsUnproven(cause)).toMatchObject({ code: 'denied', hint: 'hint' });
  expect(regionsUnproven(cause).message).toMatch(/were tried: AWS said no\.$/);
  expect(sessionRefusedIn('eu-west-1', '1', cause)).toMatchObject({
    code: 'credentials-invalid',
    message:
      'Region eu-west-1 is enabled in account 1, but AWS refuses the session there: AWS said no.',
  });
});

it.each([
  ['cannot be understood', known('[]'), 'invalid-response'],
  ['could not be read', unknown(problem('denied')), 'denied'],
] as const)('the problem of a policy that %s has the right code', (_, text, code) => {
  expect(policyUnread({ name: 'inline:x', text }).code).toBe(code);
});

it('the message on a change names the writer of a setting', () => {
  const setting = { modifiedBy: by, modifiedAt: null };
  expect(changedSincePlanned('a', 'b', setting).message).toBe(
    `It was a when it was planned and is b now (set by ${by}).`,
  );
  expect(changedSincePlanned('a', 'b', null).message).not.toContain('(');
  expect(changedSinceRun('a', 'b', setting).message).toBe(
    `The run set it to a; it is b now (set by ${by}).`,
  );
});

it.each([
  [by, `set by ${by} between ${at} and later`],
  [null, `set between ${at} and later; AWS does not say by whom`],
])('attribution of several settings with the writer %j has the time span', (modifiedBy, text) => {
  expect(attribution({ modifiedBy, modifiedAt: at }, 'later')).toBe(text);
});

it.each([
  ['enable', 'Leave account 1 out'],
  ['disable', 'Leave account 1 out'],
  ['rollback', 'Restore it from within account 1'],
] as const)('the hint of %s on a closed account says what to do', (action, hint) => {
  expect(accountGone('1', action).hint).toContain(hint);
});

it("displayValue says AWS's default for null", () => {
  expect([displayValue(null), displayValue('Dhmc')]).toEqual(["AWS's default", 'Dhmc']);
});
