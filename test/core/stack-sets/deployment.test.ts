import { describe, expect, it } from 'vitest';
import {
  planDeployment,
  type DeploymentInput,
  type FoundSet,
} from '../../../src/core/stack-sets/deployment.ts';
import type { StackInstance, StackSet } from '../../../src/core/stack-sets/stack-sets.ts';

const value = 'service-role/Role';
const input = (more: Partial<DeploymentInput> = {}): DeploymentInput => ({
  prefix: 'dhmc',
  found: new Map(),
  units: ['r-test'],
  accounts: ['1', '2', '3'],
  unitsOf: new Map(),
  mainRegion: 'us-east-1',
  regions: ['eu-west-1', 'us-east-1'],
  pilot: null,
  cells: [],
  ownRoles: new Set(),
  active: new Set(['1', '2', '3']),
  value,
  failureTolerance: null,
  maxConcurrent: null,
  ...more,
});
const cells = (accounts: readonly string[], regions = ['eu-west-1', 'us-east-1'], of = value) =>
  accounts.flatMap((account) => regions.map((region) => ({ account, region, value: of })));
const instance = (account: string, region: string, status: string): StackInstance => ({
  account,
  region,
  status,
  detailedStatus: null,
  reason: null,
  stack: null,
  unit: 'r-test',
  drift: null,
  lastOperation: null,
});
const found = (
  name: string,
  instances: readonly StackInstance[],
  regions: readonly string[],
): readonly [string, FoundSet] => [
  name,
  {
    set: { name, arn: `arn:aws:cloudformation:us-east-1:1:stackset/${name}:0` } as StackSet,
    instances,
    autoTargets: [{ unit: 'r-test', regions }],
  },
];
/** One line for each step: `set why units filter accounts regions tolerance`. */
const lines = (given: DeploymentInput): readonly string[] =>
  planDeployment(given).steps.map((step) =>
    step.kind === 'create-set'
      ? `${step.set} create ${step.dependsOn.join()}`.trim()
      : [
          step.set,
          step.why,
          step.units.length === 1 ? step.units[0] : step.units.length,
          step.accountFilter,
          step.accounts.join('+'),
          step.regions.join('+'),
          step.preferences.failureTolerance,
          ...(step.value === null ? [] : [step.value]),
        ].join(' '),
  );

describe('the plan of a deployment', () => {
  it('begins with the pilot, and with its role before its settings', () => {
    expect(lines(input({ pilot: '2' }))).toEqual([
      'dhmc-role create',
      'dhmc-role pilot r-test INTERSECTION 2 us-east-1 0',
      'dhmc-setting create dhmc-role',
      'dhmc-setting pilot r-test INTERSECTION 2 eu-west-1+us-east-1 0',
    ]);
  });

  it('splits calls with more than 50 units', () => {
    const units = Array.from({ length: 51 }, (_, n) => `ou-${String(n)}`);
    expect(lines(input({ pilot: '2', units })).filter((line) => line.includes('pilot'))).toEqual([
      'dhmc-role pilot 50 INTERSECTION 2 us-east-1 0',
      'dhmc-role pilot ou-50 INTERSECTION 2 us-east-1 0',
      'dhmc-setting pilot 50 INTERSECTION 2 eu-west-1+us-east-1 0',
      'dhmc-setting pilot ou-50 INTERSECTION 2 eu-west-1+us-east-1 0',
    ]);
  });

  it('names in each call only the accounts of its units and their cells', () => {
    const units = Array.from({ length: 51 }, (_, n) => `ou-${String(n)}`);
    const accounts = ['1', '2', '3', '4', '5'];
    const unitsOf = new Map(accounts.map((id) => [id, [id === '4' ? 'ou-50' : 'ou-0']]));
    unitsOf.delete('5');
    const given = input({ cells: cells(accounts, ['us-east-1']), accounts, units, unitsOf });
    expect(lines(given).filter((line) => line.includes('setting wave'))).toEqual([
      'dhmc-setting wave 50 INTERSECTION 2 us-east-1 0',
      'dhmc-setting wave 50 INTERSECTION 3+5 us-east-1 10%',
      'dhmc-setting wave ou-50 INTERSECTION 4 us-east-1 10%',
    ]);
    const made = planDeployment(given).steps.flatMap((step) =>
      step.kind === 'deploy' && step.of === 'setting'
        ? [step.cells.map(({ account }) => account)]
        : [],
    );
    expect(made).toEqual([['1'], ['2'], ['3', '5'], ['4'], [], []]);
  });

  it('takes cells over in waves (one cell, its account, a tenth, all), and creates no role there', () => {
    const accounts = Array.from({ length: 12 }, (_, n) => String(n + 10));
    expect(lines(input({ cells: cells(accounts), accounts }))).toEqual([
      'dhmc-role create',
      `dhmc-role targets r-test DIFFERENCE ${accounts.join('+')} us-east-1 0`,
      'dhmc-setting create dhmc-role',
      'dhmc-setting pilot-cell r-test INTERSECTION 10 us-east-1 0',
      'dhmc-setting wave r-test INTERSECTION 10 eu-west-1 0',
      'dhmc-setting wave r-test INTERSECTION 11+12 eu-west-1+us-east-1 0',
      `dhmc-setting wave r-test INTERSECTION ${accounts.slice(3).join('+')} eu-west-1+us-east-1 10%`,
    ]);
  });

  it.each([
    ['begins with one cell if the set has only cells that dhmc did not enable', '9', 'pilot-cell'],
    ['begins with a tenth of the accounts if the set has taken over a cell', '1', 'wave'],
  ])('%s', (_, account, why) => {
    const regions = ['eu-west-1', 'us-east-1'];
    const current = regions.map((region) => instance(account, region, 'CURRENT'));
    const given = input({
      found: new Map([found('dhmc-setting', current, regions)]),
      cells: cells(['2', '3']),
      ownRoles: new Set(['1', '2', '3']),
    });
    expect(lines(given).find((line) => line.startsWith('dhmc-setting'))).toMatch(
      new RegExp(`^dhmc-setting ${why} r-test INTERSECTION 2 `),
    );
  });

  it('groups accounts by their regions and current value', () => {
    const given = input({
      cells: [...cells(['1']), ...cells(['2'], ['us-east-1']), ...cells(['3'], undefined, 'Bare')],
      failureTolerance: '5',
    });
    expect(lines(given).filter((line) => line.includes(' wave '))).toEqual([
      'dhmc-setting wave r-test INTERSECTION 1 eu-west-1 0',
      'dhmc-setting wave r-test INTERSECTION 2 us-east-1 5',
      'dhmc-setting wave r-test INTERSECTION 3 eu-west-1+us-east-1 5 Bare',
    ]);
  });

  it('does not repeat finished steps, and retries outdated stack instances', () => {
    const role = found('dhmc-role', [instance('2', 'us-east-1', 'CURRENT')], ['us-east-1']);
    const regions = ['eu-west-1', 'us-east-1'];
    const current = regions.map((region) => instance('2', region, 'CURRENT'));
    const there = new Map([role, found('dhmc-setting', current, regions)]);
    expect(lines(input({ pilot: '2', found: there }))).toEqual([]);
    const suspended = {
      ...instance('4', 'us-east-1', 'OUTDATED'),
      detailedStatus: 'SKIPPED_SUSPENDED_ACCOUNT',
    };
    const outdated = [...current, instance('3', 'us-east-1', 'OUTDATED'), suspended];
    const given = input({
      pilot: '2',
      found: new Map([role, found('dhmc-setting', outdated, regions)]),
    });
    expect(lines(given)).toEqual(['dhmc-setting retry r-test INTERSECTION 3 us-east-1 100%']);
    expect(lines({ ...given, active: new Set(['4']) })).toEqual([
      'dhmc-setting retry r-test INTERSECTION 3+4 us-east-1 100%',
    ]);
  });

  it('takes an account with dhmc’s own role out of the role set, and retries others', () => {
    const reason = "Resource of type 'AWS::IAM::Role' with identifier 'Role' already exists.";
    const outdated = (account: string, over: Partial<StackInstance> = {}) => ({
      ...instance(account, 'us-east-1', 'OUTDATED'),
      reason,
      ...over,
    });
    const role = found(
      'dhmc-role',
      [
        outdated('1'),
        outdated('2', { reason: 'denied' }),
        outdated('3'),
        outdated('4', { stack: 'arn' }),
      ],
      ['us-east-1'],
    );
    const given = input({ found: new Map([role]), ownRoles: new Set(['1', '2', '4']) });
    expect(lines(given).slice(0, 2)).toEqual([
      'dhmc-role take-out r-test INTERSECTION 1 us-east-1 0',
      'dhmc-role retry r-test INTERSECTION 2+3+4 us-east-1 100%',
    ]);
    expect(lines({ ...given, ownRoles: new Set() })[0]).toBe(
      'dhmc-role retry r-test INTERSECTION 1+2+3+4 us-east-1 100%',
    );
  });

  it('adds regions without cells as targets of automatic deployment', () => {
    const given = input({ cells: cells(['1'], ['us-east-1']) });
    expect(lines(given).at(-1)).toBe(
      'dhmc-setting targets r-test DIFFERENCE 1+2+3 eu-west-1+us-east-1 0',
    );
    expect(planDeployment(given).targetsAlone).toHaveLength(1);
  });

  it('has another setting set where one would exceed the quota of instances', () => {
    const regions = ['eu-west-1', 'us-east-1'];
    const given = input({ cells: cells(['1', '2', '3'], regions) });
    const { settingSets, steps } = planDeployment(given, 5);
    expect(settingSets).toEqual([
      { name: 'dhmc-setting', regions: ['eu-west-1'], instances: 3 },
      { name: 'dhmc-setting-2', regions: ['us-east-1'], instances: 3 },
    ]);
    expect(steps.filter(({ kind }) => kind === 'create-set')).toMatchObject([
      { set: 'dhmc-role' },
      { set: 'dhmc-setting', dependsOn: ['dhmc-role'] },
      { set: 'dhmc-setting-2', dependsOn: ['dhmc-role'] },
    ]);
    expect(planDeployment(given, 6).settingSets).toHaveLength(1);
  });
});
