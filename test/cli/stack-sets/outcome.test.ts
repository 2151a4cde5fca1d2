import { describe, expect, it } from 'vitest';
import {
  cellKey,
  lookedAtNothing,
  readCells,
  reportedInstances,
  reportedSets,
  type CellState,
  unlessInterrupted,
} from '../../../src/cli/stack-sets/outcome.ts';
import type { CommandSession } from '../../../src/cli/session/session.ts';
import { silent } from '../../../src/cli/terminal/progress.ts';
import type { Problem } from '../../../src/core/model/model.ts';
import type { FoundSet } from '../../../src/core/stack-sets/deployment.ts';
import type { StackInstance, StackSet } from '../../../src/core/stack-sets/stack-sets.ts';
import { member, memoryCloud, problem } from '../../support/memory-cloud.ts';
import { settingsOf } from '../../support/run-engine.ts';

const instance = (over: Partial<StackInstance> = {}): StackInstance => ({
  account: '1',
  region: 'eu-west-1',
  status: 'CURRENT',
  detailedStatus: 'SUCCEEDED',
  reason: null,
  stack: null,
  unit: null,
  drift: null,
  lastOperation: null,
  ...over,
});
const found = (
  of: 'role' | 'setting',
  instances: readonly StackInstance[],
): ReadonlyMap<string, FoundSet> =>
  new Map([
    [
      `dhmc-${of}`,
      {
        set: {
          name: `dhmc-${of}`,
          arn: `arn:${of}`,
          tags: { 'dhmc:managed-by': 'stackset', 'dhmc:set': of },
          regions: ['us-east-1', 'eu-west-1'],
          autoDeployment: { enabled: true, retainStacks: true, dependsOn: [] },
        } as unknown as StackSet,
        instances,
        autoTargets: [
          { unit: 'ou-a', regions: ['eu-west-1'] },
          { unit: 'ou-b', regions: ['eu-north-1'] },
        ],
      },
    ],
  ]);
const rows = (
  of: 'role' | 'setting',
  one: StackInstance,
  there: CellState | null,
  { drift, unread, inactive }: { drift?: string; unread?: string; inactive?: Problem } = {},
) => {
  const key = cellKey('1', of === 'role' ? '' : 'eu-west-1');
  const byPlace = (text: string | undefined) =>
    new Map(text === undefined ? [] : [[`dhmc-${of} 1 eu-west-1`, text]]);
  return reportedInstances(
    found(of, [one]),
    {
      cells: new Map(there === null ? [] : [[key, there]]),
      inactive: new Map(inactive === undefined ? [] : [['1', inactive]]),
    },
    { differences: byPlace(drift), unread: byPlace(unread) },
  );
};
const cell = (state: CellState['state'], over: Partial<CellState> = {}): CellState => ({
  state,
  problem: null,
  value: null,
  written: { modifiedBy: null, modifiedAt: null },
  ...over,
});

describe('a stack instance, compared with the live state,', () => {
  it.each([
    ['setting', 'enabled'],
    ['role', 'whole'],
  ] as const)('has no problem where the %s is %s', (of, state) => {
    expect(rows(of, instance(), cell(state))).toMatchObject([{ cell: state, problem: null }]);
  });

  it('has no problem where the cell was not read', () => {
    expect(rows('setting', instance(), null)).toMatchObject([{ cell: null, problem: null }]);
  });

  it.each([
    ['setting', 'disabled', 'its setting is disabled'],
    ['setting', 'foreign', 'its setting is foreign'],
    ['role', 'absent', 'its role is absent'],
  ] as const)('has a problem where the %s is %s', (of, state, words) => {
    const [row] = rows(of, instance(), cell(state), { drift: 'Role: A, not B' });
    expect(row?.problem).toMatchObject({ code: 'changed-since' });
    expect(row?.problem?.message).toContain(`current, and ${words}. Drift: Role: A, not B.`);
  });

  it('has a problem where only its drift is wrong', () => {
    const [row] = rows('setting', instance(), cell('enabled'), { drift: 'Tags' });
    expect(row?.problem?.message).toBe('The stack differs from its template. Drift: Tags.');
  });

  it('has a problem where its drift could not be detected', () => {
    const [row] = rows('setting', instance(), cell('enabled'), { unread: 'denied' });
    expect(row?.problem).toMatchObject({
      code: 'aws-error',
      message: 'Its drift could not be detected: denied',
    });
    const [worse] = rows('setting', instance(), cell('disabled'), { unread: 'denied' });
    expect(worse?.problem?.code).toBe('changed-since');
  });

  it('has the problem of an inactive account, whatever its status', () => {
    const inactive = problem('account-not-ready');
    for (const status of ['CURRENT', 'OUTDATED'] as const)
      expect(rows('setting', instance({ status }), null, { inactive })).toMatchObject([
        { cell: null, problem: inactive },
      ]);
  });

  it('has the problem of a cell that could not be read', () => {
    const denied = problem('denied');
    const [row] = rows('setting', instance(), cell('unknown', { problem: denied }));
    expect(row?.problem).toEqual(denied);
  });

  it('has a hint to deploy again where its account was skipped and is active again', () => {
    const skipped = instance({
      ...{ status: 'OUTDATED', detailedStatus: 'SKIPPED_SUSPENDED_ACCOUNT' },
    });
    const [row] = rows('setting', skipped, cell('disabled'));
    expect(row?.problem).toMatchObject({
      code: 'interrupted',
      hint: expect.stringContaining('deploy') as string,
    });
    expect(rows('setting', skipped, null)[0]?.problem?.code).toBe('account-not-ready');
  });

  it("has CloudFormation's reason where it is not current", () => {
    const [row] = rows(
      'setting',
      instance({ status: 'OUTDATED', reason: 'quota' }),
      cell('enabled'),
    );
    expect(row?.problem).toMatchObject({ code: 'quota-exceeded', message: 'quota' });
  });

  it('is listed in the order of set, account and region', () => {
    const list = ['us-east-1', 'eu-west-1'].flatMap((region) =>
      ['2', '1'].map((account) => instance({ account, region })),
    );
    const keys = reportedInstances(found('setting', list), lookedAtNothing).map(
      ({ account, region }) => `${account} ${region}`,
    );
    expect(keys).toEqual(['1 eu-west-1', '1 us-east-1', '2 eu-west-1', '2 us-east-1']);
  });
});

it('reports each target and region of a stack set once', () => {
  expect(reportedSets(found('role', []))).toEqual([
    {
      name: 'dhmc-role',
      arn: 'arn:role',
      targets: ['ou-a', 'ou-b'],
      regions: ['eu-north-1', 'eu-west-1', 'us-east-1'],
      autoDeployment: true,
    },
  ]);
});

describe('the cells of accounts', () => {
  const memory = () => {
    const made = memoryCloud([
      member('000000000002', ['eu-west-1']),
      member('000000000003', ['eu-west-1'], { state: 'SUSPENDED' }),
    ]);
    const { accounts } = made.cloud;
    made.cloud.accounts = async function* (selection) {
      for await (const account of accounts(selection))
        if (selection.org || selection.accounts.includes(account.id)) yield account;
    };
    return made;
  };
  const read = (accounts: readonly string[], regions: readonly string[], { cloud } = memory()) =>
    readCells(
      {
        cloud,
        signal: new AbortController().signal,
        progress: silent,
      } as unknown as CommandSession,
      accounts,
      { settings: settingsOf(), regions, names: new Map() },
    );

  it('are read in active accounts only', async () => {
    const { cells, inactive } = await read(
      ['000000000002', '000000000003', '000000000009'],
      ['eu-west-1'],
    );
    expect([...cells].map(([key, { state }]) => [key, state])).toEqual([
      ['000000000002 ', 'absent'],
      ['000000000002 eu-west-1', 'disabled'],
    ]);
    expect([...inactive].map(([account, { message }]) => `${account}: ${message}`)).toEqual([
      '000000000003: The account is SUSPENDED: its cells cannot be read.',
      '000000000009: The account is not in the organization any more: its cells cannot be read.',
    ]);
  });

  it('are not read without accounts or regions', async () => {
    const cloud = memory();
    expect((await read([], ['eu-west-1'], cloud)).cells.size).toBe(0);
    expect((await read(['000000000002'], [], cloud)).cells.size).toBe(0);
    expect(cloud.calls).toEqual([]);
  });

  it('are unknown, not absent, where an account cannot be entered', async () => {
    const cloud = memory();
    cloud.fault = ({ operation }) =>
      operation === 'AssumeRole' ? { kind: 'problem', code: 'role-not-assumable' } : null;
    const { cells } = await read(['000000000002'], ['eu-west-1'], cloud);
    expect(cells.get(cellKey('000000000002', ''))).toMatchObject({
      state: 'unknown',
      problem: { code: 'role-not-assumable' },
    });
  });
});

describe('unlessInterrupted', () => {
  const lost = new Error('lost');
  const read = (interrupted: boolean, end: Error | 'reason' | null) => {
    const controller = new AbortController();
    return unlessInterrupted(
      controller.signal,
      () => {
        if (interrupted) controller.abort();
        if (end === null) return Promise.resolve('read');
        return Promise.reject(end === 'reason' ? (controller.signal.reason as Error) : end);
      },
      'instead',
    );
  };
  it('gives the fallback for an interrupted reading', async () => {
    expect(await read(false, null)).toBe('read');
    expect(await read(true, null)).toBe('read');
    expect(await read(true, 'reason')).toBe('instead');
  });
  it('passes other errors on', async () => {
    await expect(read(true, lost)).rejects.toBe(lost);
    await expect(read(false, lost)).rejects.toBe(lost);
  });
});
