import { describe, expect, it } from 'vitest';
import {
  askToConfirm,
  canceledText,
  describeChanges,
  describeTakenOver,
  requireConfirmation,
  requireDryRunForCheck,
  requireDryRunForPreflight,
} from '../../../src/cli/rollout/confirm.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import { readCommandLine } from '../../support/command-line.ts';

const dhmcRole = 'Own';
const cell = (account: string, region: string, from: string | null) =>
  plannedTarget(
    { kind: 'setting', account, region },
    {
      state: from === null ? 'disabled' : 'foreign',
      verdict: 'would-change',
      from,
      to: dhmcRole,
    },
  );
const planOf = (...cells: readonly ReturnType<typeof cell>[]) => ({
  notes: [],
  accounts: [...new Set(cells.map(({ account }) => account))].map((id) => ({
    account: { id, name: `n\u0007${id}`, path: '', state: 'ACTIVE', skipped: null, problem: null },
    targets: cells.filter(({ account }) => account === id),
  })),
});
const ask = (answer: string | null, plan: ReturnType<typeof planOf>) =>
  askToConfirm(
    plan,
    { dhmcRole, switches: [] },
    {
      logFormat: 'text',
      errorStyle: { color: false, columns: 200 },
      ask: () => Promise.resolve(answer),
    },
    new AbortController().signal,
  );

describe('the prompt before a change', () => {
  it.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['n', false],
    ['yess', false],
    ['1', false],
    [null, false],
  ])('is confirmed with the answer %j: %s', async (answer, expected) => {
    const { confirmed } = await ask(answer, planOf(cell('1', 'eu-west-1', null)));
    expect(confirmed).toBe(expected);
  });

  it.each([
    ['2', true],
    [' 2 ', true],
    ['02', false],
    ['3', false],
    ['y', false],
    [null, false],
  ])('on two settings of others is confirmed with the answer %j: %s', async (answer, expected) => {
    const plan = planOf(
      cell('1', 'eu-west-1', 'Theirs'),
      cell('1', 'us-east-1', 'Theirs'),
      cell('2', 'us-east-1', null),
    );
    expect((await ask(answer, plan)).confirmed).toBe(expected);
  });

  it.each([
    ['n', ''],
    [' NO ', ''],
    ['', ''],
    [null, ''],
    ['maybe', ' The answer to continue is y or yes.'],
    ['1', ' The answer to continue is y or yes.'],
  ])('says after %j which answer continues', (answer, wanted) => {
    const plan = planOf(cell('2', 'us-east-1', null));
    expect(canceledText(plan, dhmcRole, answer)).toBe(`Canceled; nothing was changed.${wanted}`);
  });

  it('says the number to type after another answer', () => {
    const own = cell('2', 'us-east-1', null);
    expect(canceledText(planOf(own, cell('1', 'eu-west-1', 'Theirs')), dhmcRole, 'y')).toBe(
      'Canceled; nothing was changed. The answer to continue is 1.',
    );
  });

  it('counts settings and accounts', () => {
    expect(describeChanges(planOf(cell('1', 'eu-west-1', null)))).toBe(
      'Set 1 setting in 1 account',
    );
    expect(
      describeChanges(planOf(cell('1', 'eu-west-1', null), cell('2', 'us-east-1', null))),
    ).toBe('Set 2 settings in 2 accounts');
  });
});

describe('describeTakenOver', () => {
  it('lists settings by account and value, with escaped names', () => {
    const plan = planOf(
      cell('1', 'eu-west-1', 'Theirs'),
      cell('1', 'us-east-1', 'Theirs'),
      cell('2', 'us-east-1', 'Other'),
    );
    expect(describeTakenOver(plan, dhmcRole)).toBe(
      [
        '--overwrite replaces 3 settings that others have set:',
        '  n\\u{7}1 (1), Theirs: eu-west-1, us-east-1',
        '  n\\u{7}2 (2), Other: us-east-1',
        '',
      ].join('\n'),
    );
  });

  it('is empty where settings name no role or ours', () => {
    const plan = planOf(cell('1', 'eu-west-1', null), cell('1', 'us-east-1', dhmcRole));
    expect(describeTakenOver(plan, dhmcRole)).toBe('');
  });
});

describe('options that need another', () => {
  it.each([
    [{ 'dry-run': false, yes: false }, { interactive: true, logFormat: 'text' }, null],
    [{ 'dry-run': true, yes: false }, { interactive: false, logFormat: 'text' }, null],
    [{ 'dry-run': false, yes: true }, { interactive: false, logFormat: 'json' }, null],
    [{ 'dry-run': false, yes: false }, { interactive: false, logFormat: 'text' }, 'not a terminal'],
    [
      { 'dry-run': false, yes: false },
      { interactive: false, logFormat: 'json' },
      'Cannot prompt with --log-format json.',
    ],
  ] as const)('with %j on %j are refused with %j', (values, terminal, message) => {
    const check = () => requireConfirmation(values, terminal);
    if (message === null) expect(check).not.toThrow();
    else expect(check).toThrow(message);
  });

  it.each([
    ['enable --org --check', {}, true],
    ['enable --org --check --dry-run', {}, false],
    ['enable --org', { DHMC_CHECK: '1' }, false],
  ])('refuse --check in %s with %j: %s', (line, environment, refused) => {
    const check = () => requireDryRunForCheck(readCommandLine(line, environment).options);
    if (refused) expect(check).toThrow('--check needs --dry-run.');
    else expect(check).not.toThrow();
  });

  it.each([
    ['enable --org --preflight', {}, true],
    ['enable --org --preflight --dry-run', {}, false],
    ['enable --org', { DHMC_PREFLIGHT: '1' }, false],
  ])('refuse --preflight in %s with %j: %s', (line, environment, refused) => {
    const check = () => requireDryRunForPreflight(readCommandLine(line, environment).options);
    if (refused) expect(check).toThrow('--preflight needs --dry-run.');
    else expect(check).not.toThrow();
  });
});
