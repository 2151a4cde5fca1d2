import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/core/model/model.ts';
import { caseOf, remedyOf, sharedHint, withoutPlace } from '../../../src/core/problems/alike.ts';
import { combined, problemFor, withFacts } from '../../../src/core/problems/hints.ts';
import {
  boundaryMissing,
  maybeNamedIn,
  namesAnother,
  regionNotEnabled,
  regionsUnproven,
} from '../../../src/core/problems/problems.ts';

const [one, two] = ['111111111111', '222222222222'] as const;
const [west, east] = ['eu-west-1', 'us-east-1'] as const;

/** The problem as version 0.1.0 wrote it to journals. */
const plain = ({ code, message, hint, requestId }: Problem): Problem => ({
  code,
  message,
  hint,
  requestId,
});

const denied = (account: string, action = 'iam:GetRole') =>
  problemFor('denied', `User: arn:aws:sts::${account}:assumed-role/R/s is not authorized`, {
    account,
    action,
    principal: `arn:aws:sts::${account}:assumed-role/R/s`,
  });

const named = (account: string, day: number, user = 'jo') =>
  namesAnother(
    {
      value: 'Team',
      pending: false,
      modifiedBy: `arn:aws:iam::${account}:user/${user}`,
      modifiedAt: `2026-01-0${String(day)}T00:00:00.000Z`,
    },
    { state: 'foreign', kind: 'foreign', isMissing: false },
  );

const quickSetup = (suffix: string) =>
  problemFor('names-another-role', '', { kind: 'quick-setup', value: `AWS-QuickSetup-${suffix}` });

const several = (account: string, region: string, action?: string): Problem =>
  combined([denied(account, action), regionNotEnabled(region, account)]) ?? denied(account);

describe('problems of two accounts', () => {
  it.each<[string, boolean, Problem, Problem]>([
    ['differ only in the account', true, denied(one), denied(two)],
    ['differ in the action', false, denied(one), denied(two, 'iam:CreateRole')],
    ['differ only in the time', true, named(one, 1), named(two, 2)],
    ['differ in the writer', false, named(one, 1), named(two, 1, 'ann')],
    ['differ in the region', true, regionNotEnabled(west, one), regionNotEnabled(east, two)],
    ['differ in the reason', false, denied(one), regionNotEnabled(east, two)],
    [
      'have the same cause with different consequences',
      false,
      regionsUnproven(denied(one)),
      denied(two),
    ],
    [
      'lack different further rights',
      false,
      withFacts(denied(one), { also: 'iam:PassRole' }),
      denied(two),
    ],
    ['name a role whose suffix is the region', true, quickSetup(west), quickSetup(east)],
    ['name different roles', false, quickSetup('app-prod-1'), quickSetup('app-prod-2')],
    ['have several reasons, which are the same', true, several(one, west), several(two, east)],
    [
      'differ in one of several reasons',
      false,
      several(one, west),
      several(two, east, 'iam:PassRole'),
    ],
    ['have no facts and equal texts', true, plain(denied(one)), plain(denied(two))],
    ['have no facts and different texts', false, plain(named(one, 1)), plain(denied(two))],
  ])('that %s are one case: %s', (_, same, first, second) => {
    const [left, right] = [caseOf(first, one), caseOf(second, two)];
    expect(left === right).toBe(same);
  });

  it('have one fix where only the messages differ', () => {
    const said = (detail: string) => problemFor('quota-exceeded', detail, { account: one, detail });
    expect(remedyOf(said('a'), one)).toBe(remedyOf(said('b'), one));
    expect(caseOf(said('a'), one)).not.toBe(caseOf(said('b'), one));
    expect(remedyOf(plain(denied(one)), one)).toBe(remedyOf(plain(denied(two)), two));
  });
});

const hintOf = (
  ...cases: readonly (readonly [Problem, account: string, region: string | null])[]
): string => sharedHint(cases.map(([problem, account, region]) => ({ problem, account, region })));

describe('one hint for many problems', () => {
  it.each<[string, readonly (readonly [Problem, string, string | null])[], string]>([
    ['is empty for no problem', [], ''],
    [
      'is right for one problem',
      [[regionNotEnabled(west, one), one, west]],
      `Enable region ${west} in account ${one}, or leave it as it is: dhmc skips the region there.`,
    ],
    [
      'is right for two regions',
      [
        [regionNotEnabled(west, one), one, west],
        [regionNotEnabled(east, one), one, east],
      ],
      `Enable each of the regions ${west}, ${east} in account ${one}, or leave it as it is: dhmc skips the region there.`,
    ],
    [
      'is right for two accounts',
      [
        [regionNotEnabled(west, one), one, west],
        [regionNotEnabled(west, two), two, west],
      ],
      `Enable region ${west} in each of these accounts, or leave it as it is: dhmc skips the region there.`,
    ],
    [
      'is right for an ARN in two accounts',
      [
        [boundaryMissing(`arn:aws:iam::${one}:policy/B`, one), one, null],
        [boundaryMissing(`arn:aws:iam::${two}:policy/B`, two), two, null],
      ],
      'Create the policy arn:aws:iam::<account>:policy/B in each of these accounts, or name another with --permissions-boundary. (<account>: the id of each account)',
    ],
    [
      'is right where an option names the account',
      [one, two].map((account) => [
        problemFor('account-not-ready', 'No.', { account }),
        account,
        null,
      ]),
      'Complete the registration of each of these accounts (payment method, verification), wait until AWS has set it up, which can take a day, and run the command again; or leave it out with --exclude-account <account>. (<account>: the id of each account)',
    ],
    [
      'is right where an option names the regions',
      [west, east].map((region) => [
        problemFor('region-without-dhmc', 'No.', { region }),
        one,
        region,
      ]),
      `Leave each of the regions ${west}, ${east} out with --exclude-region ${west},${east}.`,
    ],
    [
      'is right for lists of regions',
      [
        [maybeNamedIn([west], denied(one)), one, null],
        [maybeNamedIn([west, east], denied(two)), two, null],
      ],
      `Make ${west}, ${east} readable, or treat the role as unused there with --assume-unused ${west},${east}.`,
    ],
    [
      'is right for several reasons in two accounts',
      [one, two].map((account) => [
        combined([denied(account), regionNotEnabled(west, account)]) ?? denied(account),
        account,
        west,
      ]),
      `Grant iam:GetRole to arn:aws:iam::<account>:role/R in each of these accounts. Enable region ${west} in each of these accounts, or leave it as it is: dhmc skips the region there. (<account>: the id of each account)`,
    ],
    [
      'is right for problems without facts',
      [
        [plain(denied(one)), one, west],
        [plain(denied(two)), two, east],
      ],
      'Grant iam:GetRole to arn:aws:iam::<account>:role/R in account <account>. (<account>: the id of each account)',
    ],
  ])('%s', (_, cases, hint) => {
    expect(hintOf(...cases)).toBe(hint);
  });
});

it('withoutPlace changes nothing where the account is empty', () => {
  expect(withoutPlace('a b', '')).toBe('a b');
});
