import { describe, expect, it } from 'vitest';
import {
  planText,
  questionOf,
  removalQuestion,
  removalText,
  undoText,
} from '../../../src/cli/stack-sets/plan-text.ts';
import type { NotCovered } from '../../../src/core/stack-sets/report.ts';
import type { Deployment, DeployStep, FoundSet } from '../../../src/core/stack-sets/deployment.ts';

const cells = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ account: String(index), region: 'eu-west-1' }));
const step = (over: Partial<DeployStep> = {}): DeployStep => ({
  kind: 'deploy',
  set: 'dhmc-setting',
  of: 'setting',
  why: 'wave',
  takesOver: true,
  wave: 2,
  units: ['ou-a'],
  accounts: ['1'],
  accountFilter: 'INTERSECTION',
  regions: ['eu-west-1'],
  value: null,
  preferences: { regions: 'at once', maxConcurrent: '100%', failureTolerance: '0' },
  cells: cells(1),
  ...over,
});
const text = (
  steps: Deployment['steps'],
  over: Partial<Parameters<typeof planText>[1]> = {},
): string =>
  planText(
    { roleSet: 'dhmc-role', settingSets: [], targetsAlone: [], steps },
    {
      units: [{ id: 'ou-a', path: 'Workloads' }],
      names: new Map([['7', 'Shop Dev']]),
      notCovered: [],
      takeOver: false,
      ...over,
    },
  );

describe('the plan of a deployment', () => {
  it('shows every call with its number, its targets and its preferences', () => {
    const create = {
      kind: 'create-set',
      set: 'dhmc-setting',
      of: 'setting',
      dependsOn: ['dhmc-role'],
    } as const;
    expect(text([create, step({ value: 'Own', accounts: ['1', '2'] })]).split('\n')).toEqual([
      'Target: Workloads (ou-a). CloudFormation deploys to accounts that join or are moved there.',
      'Existing accounts stay as they are, except the pilot (1 cell).',
      '',
      '  1. CreateStackSet dhmc-setting: the setting, automatic deployment on, managed execution on, after dhmc-role',
      '  2. CreateStackInstances dhmc-setting: wave 2; 1 stack instance',
      '     units ou-a; of their accounts only 1, 2',
      '     regions eu-west-1',
      '     Role=Own',
      '     regions at once, up to 100% of the accounts at once, failure tolerance 0',
      '',
      '',
    ]);
  });

  it.each([
    [{ why: 'pilot', accounts: ['7'] }, 'the pilot Shop Dev (7), which makes its unit a target'],
    [{ why: 'pilot-cell' }, 'one cell first'],
    [{ why: 'retry' }, 'outdated stack instances, once more'],
    [{ why: 'targets' }, 'no existing account'],
    [{ accountFilter: 'NONE' }, 'units ou-a; all their accounts'],
    [{ accounts: ['1', '2', '3', '4'] }, 'of their accounts only 4 accounts'],
    [{ units: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'units 6 units;'],
  ] as const)('describes a step with %j', (over, words) => {
    expect(text([step(over)])).toContain(words);
  });

  it('counts transferred settings, but not roles', () => {
    const steps = [step({ of: 'role', cells: cells(5) }), step({ cells: cells(2) })];
    expect(text(steps, { takeOver: true })).toContain(
      '2 cells of 2 accounts are transferred to the stack sets;',
    );
    expect(text([step()], { takeOver: true })).toContain(
      '1 cell of 1 account is transferred to the stack sets; the setting keeps its value.',
    );
  });

  it('names the root by its id, and escapes names', () => {
    expect(text([], { units: [{ id: 'r-1', path: '' }] })).toContain(
      'Target: the whole organization (r-1).',
    );
    expect(text([], { units: [{ id: 'ou-1', path: 'a\u0007' }] })).toContain('a\\u{7} (ou-1)');
  });

  it('lists cells that are not covered, and counts those that it omits', () => {
    const row: NotCovered = { account: null, region: 'eu-west-1', cells: null, reason: 'Off.' };
    const listed = text([], { notCovered: [row, { ...row, account: '7', cells: 2 }] });
    expect(listed).toContain(
      'Not covered:\n  eu-west-1: Off.\n  Shop Dev (7), eu-west-1, 2 cells: Off.',
    );
    const many = (count: number, over: (at: number) => Partial<NotCovered>) =>
      text([], { notCovered: Array.from({ length: count }, (_, at) => ({ ...row, ...over(at) })) });
    expect(many(12, (at) => ({ account: String(at), cells: 2 }))).toContain(
      '  12 accounts, 24 cells: Off.\n    0, 1, 2, 3, 4, 5, 6, Shop Dev (7), 8, 9 and 2 more; -o json lists all\n',
    );
    expect(many(4, (at) => ({ region: `r-${String(at)}` }))).toContain(
      '  4 regions: Off.\n    r-0, r-1, r-2, r-3\n',
    );
    const denied = (at: number) => ({
      account: `11111111111${String(at)}`,
      reason: `Denied: arn:aws:ssm:eu-west-1:11111111111${String(at)}:x.`,
    });
    expect(many(4, denied)).toMatch(
      /^ {2}4 accounts: For example: Denied: arn:aws:ssm:eu-west-1:1/m,
    );
    expect(many(21, (at) => ({ reason: `No ${String(at)}.` }))).toContain(
      '  eu-west-1: No 19.\n  and 1 more reason; -o json lists all\n',
    );
  });
});

describe('the prompt of a deployment', () => {
  const deployment = (steps: Deployment['steps']): Deployment => ({
    roleSet: 'dhmc-role',
    settingSets: [],
    targetsAlone: [],
    steps,
  });
  const create = (set: string) => ({ kind: 'create-set', set, of: 'role', dependsOn: [] }) as const;

  it('repeats the plan in one line', () => {
    const steps = [create('dhmc-role'), create('dhmc-setting'), step({ cells: cells(2) })];
    expect(questionOf(deployment(steps))).toBe(
      'Create 2 stack sets (dhmc-role, dhmc-setting), deploy 2 stack instances to 2 accounts? [y/N] ',
    );
    expect(questionOf(deployment([step({ cells: cells(1) })]))).toBe(
      'Deploy 1 stack instance to 1 account? [y/N] ',
    );
    expect(questionOf(deployment([]))).toBe('Record what is deployed? [y/N] ');
  });
});

describe('the undo command of a deployment', () => {
  const undo = (...steps: Deployment['steps']): string =>
    undoText({ steps }, (...words) => words.join(' ')).join(' ');

  it('has --reset only where the deployment enabled settings', () => {
    expect(undo(step())).toBe('Undo with: remove It keeps every setting and role as it is.');
    expect(undo(step({ takesOver: false, cells: cells(2) }))).toBe(
      'Undo with: remove --reset It resets every setting that the stack sets have by then. Without --reset, 2 settings that this deployment enabled stay on, and so does the role.',
    );
  });
});

describe('the plan of a removal', () => {
  const set = (kind: 'role' | 'setting', count: number): FoundSet => ({
    set: {
      name: `dhmc-${kind}`,
      id: 'x',
      arn: 'arn',
      tags: { 'dhmc:managed-by': 'stackset', 'dhmc:set': kind },
      parameters: {},
      units: [],
      regions: [],
      template: null,
      autoDeployment: { enabled: true, retainStacks: false, dependsOn: [] },
      managedExecution: true,
    },
    autoTargets: [],
    instances: cells(count).map((cell) => ({
      ...cell,
      status: 'CURRENT',
      detailedStatus: null,
      reason: null,
      stack: 'arn',
      unit: null,
      drift: null,
      lastOperation: null,
    })),
  });
  const held = (count: number) => cells(count).map((cell) => ({ ...cell, stackSet: 'arn' }));
  const role = { account: '0', region: 'us-east-1', stackSet: 'arn', role: 'arn' };

  it.each([
    [
      'stack sets only',
      { sets: [set('role', 0)], cells: [], roles: [], reset: true },
      'Delete 1 stack set? [y/N] ',
    ],
    [
      'settings, but no roles of the sets',
      { sets: [set('setting', 2), set('role', 0)], cells: held(2), roles: [], reset: true },
      'Reset 2 settings in 2 accounts and delete 2 stack sets? [y/N] ',
    ],
    [
      'settings and roles',
      { sets: [set('setting', 1), set('role', 1)], cells: held(1), roles: [role], reset: true },
      'Reset 1 setting in 1 account, delete 1 role and delete 2 stack sets? [y/N] ',
    ],
    [
      'settings and roles to keep',
      { sets: [set('setting', 1), set('role', 1)], cells: held(1), roles: [role], reset: false },
      "Delete 2 stack sets, keep roles and settings and tag 1 role as dhmc's? [y/N] ",
    ],
    [
      'cells and roles that an earlier removal left',
      { sets: [], cells: held(1), roles: [role], reset: true },
      "Record the cells as dhmc's and tag 1 role as dhmc's? [y/N] ",
    ],
  ])('asks about %s', (_, removal, question) => {
    expect(removalQuestion(removal)).toBe(question);
  });

  it('names and counts the settings that a reset changes', () => {
    const sets = [set('setting', 2), set('role', 0)];
    const words = removalText({ sets, cells: held(2), roles: [], reset: true });
    expect(words).toContain(
      "2. DeleteStackInstances and DeleteStackSet dhmc-setting: 2 settings in 2 accounts to AWS's default",
    );
    expect(words).toContain('dhmc-role: it created no role');
    expect(words).not.toContain("as dhmc's");
    expect(words).not.toContain('keeps what it created');
  });
});
