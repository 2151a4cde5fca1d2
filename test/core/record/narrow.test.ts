import { expect, it } from 'vitest';
import { narrowReport } from '../../../src/core/record/narrow.ts';
import { foldReport } from '../../../src/core/record/report.ts';
import { plannedTarget } from '../../../src/core/planning/planned-targets.ts';
import { accountRow, caller } from '../../support/histories.ts';

it('a narrowed report has targets, accounts and counts of its part only', () => {
  const header = {
    action: 'status',
    dryRun: false,
    run: null,
    startedAt: 's',
    caller,
    organization: { id: 'o', managementAccount: '1' },
    partition: 'aws',
  } as const;
  const plan = (id: string) => ({
    type: 'account-planned' as const,
    plan: {
      account: { ...accountRow, id },
      targets: ['a', 'b'].map((region) =>
        plannedTarget(
          { kind: 'setting', account: id, region },
          { state: region === 'a' ? 'enabled' : 'disabled', verdict: 'in-sync' },
        ),
      ),
    },
  });
  const whole = foldReport(header, [plan('1'), plan('2')]).report({
    finishedAt: 'f',
    calls: 5,
    throttled: 0,
  });
  const part = narrowReport(whole, ({ account, region }) => account === '2' && region === 'a');
  expect(part.targets.map(({ account, region }) => `${account} ${region ?? ''}`)).toEqual(['2 a']);
  expect(part.accounts.map(({ id }) => id)).toEqual(['2']);
  expect(part.summary).toMatchObject({ accounts: 1, verdicts: { 'in-sync': 1 }, calls: 5 });
  expect(narrowReport(whole, () => true)).toEqual(whole);
});
