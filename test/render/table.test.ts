import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/render/text-width.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { renderTable } from '../../src/render/table.ts';
import { buildReport } from '../support/reports.ts';
import { problemFor } from '../../src/core/problems/hints.ts';

const escape = '\u001b';
const withoutColor = (text: string): string =>
  text.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, 'g'), '');
const longest = (text: string): number => Math.max(...text.split('\n').map(widthOf));

describe('the table', () => {
  it.each([
    ['status', 80],
    ['status', 200],
    ['enable', 80],
  ] as const)('of %s at %i columns matches the golden file', async (action, columns) => {
    const report = buildReport({ accounts: 40, action });
    await expect(renderTable(report, { color: false, columns })).toMatchFileSnapshot(
      `golden/table-${action}-${columns}.txt`,
    );
  });

  it('of a dry run matches the golden file', async () => {
    const report = buildReport({ accounts: 40, action: 'enable', dryRun: true });
    await expect(renderTable(report, { color: false, columns: 100 })).toMatchFileSnapshot(
      'golden/table-dry-run.txt',
    );
  });

  it.each([60, 80, 120, 200])('fits %i columns, except for lists to copy', (columns) => {
    const text = renderTable(buildReport({ accounts: 40, action: 'status' }), {
      color: false,
      columns,
    });
    expect(longest(text.replaceAll(/^ +--exclude-region .*$/gm, ''))).toBeLessThanOrEqual(columns);
  });

  it('fits forty accounts on one screen of 200 columns, and thousands on a few', () => {
    const linesOf = (accounts: number): readonly string[] =>
      renderTable(buildReport({ accounts, action: 'status' }), {
        color: false,
        columns: 200,
      }).split('\n');
    const forty = linesOf(40);
    expect(forty.findIndex((line) => line.includes('✓ enabled   ○ disabled'))).toBeLessThan(50);
    const thousands = linesOf(4000);
    expect(thousands.findIndex((line) => line.includes('✓ enabled   ○ disabled'))).toBeLessThan(
      200,
    );
    expect(thousands.length).toBeLessThan(700);
  });

  it.each(['status', 'enable'] as const)('names every account of a folded row: %s', (action) => {
    const report = buildReport({ accounts: 150, action });
    const text = renderTable(report, { color: false, columns: 100 });
    expect(text).not.toMatch(/\d+ alike:/);
    const folded = [...text.matchAll(/(\d+) alike, listed below.*\n((?: {6}\S.*\n)+)/g)];
    expect(folded.length).toBeGreaterThan(0);
    for (const [, count, names = ''] of folded)
      expect(names.match(/\b\d{12}\b/g)).toHaveLength(Number(count));
  });

  it('names the command that lists all accounts of large folded rows and reasons', () => {
    const report = buildReport({ accounts: 4000, action: 'enable' });
    const text = renderTable(report, { color: false, columns: 200 });
    const command = `dhmc runs show ${report.run ?? ''}`;
    expect(text).toMatch(/alike, listed below[^\n]*\n {6}[^\n]* and [\d,]+ more$/m);
    expect(text).toContain(`Not every account is named here: ${command} -o csv lists all of them.`);
    expect(text).toMatch(
      /… and \d+ more accounts: dhmc runs show \S+ --only problems -o csv lists/,
    );
  });

  it('is the same with and without color', () => {
    const report = buildReport({ accounts: 40, action: 'status' });
    const colored = renderTable(report, { color: true, columns: 120 });
    expect(colored).toContain(escape);
    expect(withoutColor(colored)).toBe(renderTable(report, { color: false, columns: 120 }));
  });

  it('ends with its first lines if it is long, and keeps numbers with their nouns', () => {
    const lines = renderTable(buildReport({ accounts: 40 }), { color: false, columns: 80 })
      .trimEnd()
      .split('\n');
    const head = lines.slice(0, 2);
    expect(head[0]).toMatch(/^dhmc enable: 1 failed, /);
    expect(lines.slice(-2)).toEqual(head);
    for (const line of head) expect(line).not.toMatch(/\d$/);
  });

  it('lists the rows of a single account with values and writers', () => {
    const whole = buildReport({ accounts: 8, action: 'status' });
    const [account] = whole.accounts.slice(7);
    const report = {
      ...whole,
      accounts: account === undefined ? [] : [account],
      targets: whole.targets.filter((target) => target.account === account?.id),
    };
    const text = renderTable(report, { color: false, columns: Infinity });
    expect(text).toMatch(
      /◇ eu-west-1 +quick-setup +conflict +AWS-QuickSetup-SSM-DefaultEC2MgmtRole-eu-west-1\n +set by arn:aws:sts::\d+:assumed-role\/AWS-QuickSetup-SSM-LocalExecutionRole\/quicksetup on 2026-/,
    );
  });

  it('names the broken part of a broken setting', () => {
    const whole = buildReport({ accounts: 12, action: 'status' });
    const ours = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
    const parts = [
      [{ role: 'absent', grant: 'absent' }, 'The role that the setting names is missing.'],
      [{ role: 'broken', grant: 'attached' }, "The role's trust policy does not let"],
      [{ role: 'whole', grant: 'absent' }, 'AmazonSSMManagedEC2InstanceDefaultPolicy is not'],
    ] as const;
    for (const [states, why] of parts) {
      const targets = whole.targets.map((target) =>
        target.kind === 'setting'
          ? { ...target, from: target.state === 'broken' ? ours : target.from }
          : { ...target, state: states[target.kind] },
      );
      const text = renderTable({ ...whole, targets }, { color: false, columns: 120 });
      expect(text).toMatch(/broken · 17 cells in 1 account/);
      expect(text).toContain(why);
    }
  });

  it('gives the fix for all accounts with the same reason', () => {
    const whole = buildReport({ accounts: 60, action: 'status' });
    const problem = (account: string) =>
      problemFor('denied-by-boundary', `No entry to ${account}.`, {
        account,
        action: 'iam:GetRole',
        principal: `arn:aws:iam::${account}:role/x`,
      });
    const accounts = whole.accounts.map((account, index) =>
      index < 3 ? { ...account, problem: problem(account.id) } : account,
    );
    const locked = new Set(accounts.slice(0, 3).map(({ id }) => id));
    const targets = whole.targets.map((target) =>
      locked.has(target.account)
        ? { ...target, verdict: 'blocked' as const, problem: problem(target.account) }
        : target,
    );
    const text = renderTable({ ...whole, accounts, targets }, { color: false, columns: Infinity });
    expect(text).toContain(
      'Fix: Add iam:GetRole to the permissions boundary of arn:aws:iam::<account>:role/x in each of these accounts. (<account>: the id of each account)',
    );
  });

  it('gives, like Markdown, the fix for all accounts with an unproven list of regions', () => {
    const whole = buildReport({ accounts: 3, action: 'status' });
    const accounts = whole.accounts.map((account) => ({
      ...account,
      problem: problemFor(
        'denied',
        `The list of enabled regions could not be read in ${account.id}.`,
        { action: 'account:ListRegions', principal: 'x', account: account.id },
      ),
    }));
    const targets = whole.targets.map((target) => ({
      ...target,
      verdict: 'in-sync' as const,
      problem: null,
    }));
    const report = { ...whole, accounts, targets };
    const fix = 'Grant account:ListRegions to x in each of these accounts.';
    expect(renderTable(report, { color: false, columns: Infinity })).toContain(`Fix: ${fix}`);
    expect(renderMarkdown(report)).toContain(`**${fix}**`);
  });

  it('contains no control characters from names', () => {
    const text = renderTable(buildReport({ accounts: 40, action: 'status' }), {
      color: false,
      columns: 200,
    });
    expect(text).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/,
    );
  });

  it('folds accounts that are in-sync', () => {
    const text = renderTable(buildReport({ accounts: 40, action: 'status', clean: true }), {
      color: false,
      columns: 80,
    });
    expect(text).toContain('dhmc status: 40 in-sync of 40 accounts');
    expect(text.split('\n').length).toBeLessThan(40);
  });

  it('shows a reason once for failed targets and those they blocked', () => {
    const report = buildReport({ accounts: 1, action: 'enable', clean: true });
    const problem = {
      code: 'denied-by-scp',
      message: 'An organization policy denies it.',
      hint: 'Exempt the role.',
      requestId: null,
    } as const;
    const struck = {
      ...report,
      targets: report.targets.map((target) => ({
        ...target,
        verdict: target.kind === 'grant' ? ('failed' as const) : ('blocked' as const),
        problem,
      })),
    };
    const text = renderTable(struck, { color: false, columns: 200 });
    expect(text).toContain(
      `✗ failed and blocked · denied-by-scp · ${report.targets.length} targets in 1 account`,
    );
    expect(text.split('An organization policy denies it.')).toHaveLength(2);
  });

  it('fits thousands of accounts on a few screens', () => {
    const text = renderTable(buildReport({ accounts: 4000, action: 'status' }), {
      color: false,
      columns: 120,
    });
    expect(text.split('\n').length).toBeLessThan(400);
  });
});
