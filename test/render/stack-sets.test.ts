import { describe, expect, it } from 'vitest';
import {
  statusOfStackSets,
  stackSetFormats,
  summaryOfInstances,
  type ReportedInstance,
  type ReportedOperation,
  type ReportedSet,
  type StackSetReport,
} from '../../src/core/stack-sets/report.ts';
import { renderStackSets } from '../../src/render/stack-sets.ts';

const instance = (more: Partial<ReportedInstance> = {}): ReportedInstance => ({
  set: 'dhmc-setting',
  account: '111111111111',
  region: 'eu-west-1',
  status: 'CURRENT',
  detailedStatus: 'SUCCEEDED',
  drift: null,
  cell: 'enabled',
  problem: null,
  ...more,
});
const problem = (message: string) => ({
  code: 'aws-error' as const,
  message,
  hint: 'Do this.',
  requestId: null,
});
const set = (more: Partial<ReportedSet>): ReportedSet => ({
  name: 'dhmc-setting',
  arn: null,
  targets: ['r-abcd'],
  regions: ['eu-west-1'],
  autoDeployment: true,
  ...more,
});
const report = (
  instances: readonly ReportedInstance[],
  more: Partial<StackSetReport> = {},
): StackSetReport => ({
  schema: 'dhmc.stackset/v1',
  action: 'status',
  dryRun: false,
  run: null,
  startedAt: '2026-11-28T10:00:00.000Z',
  finishedAt: '2026-11-28T10:01:00.000Z',
  caller: { account: '999999999999', arn: 'arn:aws:iam::999999999999:user/me' },
  organization: { id: 'o-abcdefghij', managementAccount: '999999999999' },
  partition: 'aws',
  stopped: null,
  summary: { ...summaryOfInstances(instances), calls: 3, throttled: 0 },
  accounts: [],
  sets: [set({})],
  operations: [],
  instances,
  notCovered: [],
  ...more,
});
const style = { color: false, columns: 80 };

describe('a report of stack sets', () => {
  it('groups cells that are not set, with the fix, in a table', () => {
    const rows = ['eu-west-1', 'us-east-1'].map((region) =>
      instance({ region, cell: 'disabled', problem: problem('Not in fact.') }),
    );
    const accounts = [{ id: '111111111111', name: 'Shop' }];
    expect(renderStackSets(report([instance(), ...rows], { accounts }), 'table', style)).toBe(
      [
        'dhmc-setting         covers new accounts of the whole organization (r-abcd)',
        '  in eu-west-1',
        '',
        'Not in fact.',
        '  Do this.',
        '  dhmc-setting: Shop (111111111111), eu-west-1',
        '  dhmc-setting: Shop (111111111111), us-east-1',
        '',
        '3 stack instances in Shop (111111111111); 3 CURRENT; now: 1 enabled, 2',
        '  disabled; 2 with a problem.',
        '',
      ].join('\n'),
    );
  });

  it.each<[string, Partial<StackSetReport>, string, string]>([
    [
      'a planned deployment',
      { action: 'deploy', dryRun: true },
      'would cover new accounts of the whole organization (r-abcd) in eu-west-1',
      'Planned: 1 stack instance in 111111111111; 1 planned; no problem. Nothing was changed.',
    ],
    [
      'a planned removal',
      { action: 'remove', dryRun: true },
      'covers new accounts of the whole organization (r-abcd) in eu-west-1',
      'Nothing was changed.',
    ],
    ['a status', {}, 'covers new accounts of', '1 stack instance in 111111111111; 1 planned;'],
    [
      'a journal of a removal',
      { sets: [set({ autoDeployment: false }), set({ autoDeployment: false, targets: [] })] },
      'automatic deployment off; stack instances of the whole organization (r-abcd) in eu-west-1\n' +
        'dhmc-setting         automatic deployment off\n',
      'no problem.',
    ],
  ])('describes %s', (_, more, covers, ends) => {
    const rows = [instance({ status: 'PLANNED', cell: null })];
    const text = renderStackSets(report(rows, more), 'table', { color: false, columns: 200 });
    expect(text).toContain(covers);
    expect(text).toContain(ends);
  });

  it.each(stackSetFormats)('in the format %s escapes untrusted text', (format) => {
    const hostile = problem('\u001b[2J=cmd()|<b>x</b>\u202e');
    const accounts = [{ id: '111111111111', name: hostile.message }];
    const text = renderStackSets(
      report([instance({ problem: hostile })], { accounts }),
      format,
      style,
    );
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    if (format === 'markdown') expect(text).not.toContain('<b>');
  });
});

const operation = (more: Partial<ReportedOperation>): ReportedOperation => ({
  id: null,
  call: 'CreateStackInstances',
  set: 'dhmc-setting',
  status: 'SUCCEEDED',
  failed: 0,
  problem: null,
  ...more,
});
const wrong = instance({ cell: 'disabled', problem: problem('x') });

describe('the exit status of dhmc stackset', () => {
  it.each<[string, StackSetReport, boolean, number]>([
    ['if everything is covered', report([instance()]), true, 0],
    ['if something is not covered, without --check', report([wrong]), false, 0],
    ['if something is not covered, with --check', report([wrong]), true, 2],
    ['if a cell could not be read', report([instance({ cell: 'unknown' })]), false, 1],
    ['if a deployment left something uncovered', report([wrong], { action: 'deploy' }), false, 1],
    [
      'if an operation succeeded with failures',
      report([], { operations: [operation({ failed: 1 })] }),
      false,
      1,
    ],
    [
      'if a call was refused',
      report([], { operations: [operation({ status: 'refused' })] }),
      false,
      1,
    ],
    ['if it ended early', report([], { stopped: { message: 'x', hint: '' } }), false, 1],
  ])('is right %s', (_, given, check, status) => {
    expect(statusOfStackSets(given, { check })).toBe(status);
  });
});
