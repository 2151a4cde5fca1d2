import { describe, expect, it } from 'vitest';
import type { AccountFound } from '../../src/core/model/readings.ts';
import { known, unknown } from '../../src/core/model/model.ts';
import { emptyBook } from '../../src/core/owners/book.ts';
import type { StackSet } from '../../src/core/stack-sets/stack-sets.ts';
import { listStackSetCells, openOwners, type CellsOfStackSets } from '../../src/run/owners.ts';
import type { StackSetsAccess } from '../../src/run/stack-sets-access.ts';
import { problem } from '../support/memory-cloud.ts';

const set = (name: string, of: string): StackSet =>
  ({ name, tags: { 'dhmc:managed-by': 'stackset', 'dhmc:set': of } }) as unknown as StackSet;
const instance = (account: string, region: string, status = 'CURRENT') => ({
  account,
  region,
  status,
});

const listing = (
  sets: readonly StackSet[],
  instances: (name: string) => readonly ReturnType<typeof instance>[] | null,
) =>
  listStackSetCells({
    stackSets: () =>
      Promise.resolve({
        sets: () => Promise.resolve(known(sets)),
        async *instances(name: string) {
          await Promise.resolve();
          const page = instances(name);
          yield page === null ? unknown(problem('denied')) : known(page);
        },
      } as unknown as StackSetsAccess),
  });

describe('the cells of stack sets', () => {
  it("are the current instances of dhmc's setting sets, and no others", async () => {
    const cells = await listing(
      [
        set('s', 'setting'),
        set('one', 'single'),
        set('r', 'role'),
        { ...set('x', 'setting'), tags: {} },
      ],
      (name) =>
        name === 's'
          ? [
              instance('1', 'eu-west-1'),
              instance('1', 'us-east-1'),
              instance('2', 'eu-west-1', 'OUTDATED'),
            ]
          : [instance('3', `of-${name}`)],
    );
    expect(cells).toEqual(
      known(
        new Map([
          [
            '1',
            new Map([
              ['eu-west-1', 's'],
              ['us-east-1', 's'],
            ]),
          ],
          ['3', new Map([['of-one', 'one']])],
        ]),
      ),
    );
  });

  it('are unknown if one list of instances is', async () => {
    expect(await listing([set('s', 'setting')], () => null)).toMatchObject({ known: false });
  });
});

describe('owners during planning', () => {
  const found = (account: string, value: string | null = null): AccountFound =>
    ({
      kind: 'read',
      readings: {
        account: { id: account },
        cells: [
          {
            region: 'eu-west-1',
            setting: known({
              value,
              pending: false,
              modifiedBy:
                value === null
                  ? null
                  : `arn:aws:sts::${account}:assumed-role/stacksets-exec-0123456789abcdef/AWSCloudFormation`,
              modifiedAt: null,
            }),
          },
        ],
        outOfScope: [],
        role: known(value === null ? null : { tags: { 'dhmc:managed-by': 'stackset' } }),
        others: new Map(),
      },
    }) as unknown as AccountFound;
  const cells: CellsOfStackSets = new Map([['1', new Map([['eu-west-1', 's']])]]);
  const open = (over: Partial<Parameters<typeof openOwners>[0]> = {}) => {
    let listed = 0;
    const owners = openOwners({
      journals: Promise.resolve({ claims: emptyBook.journals, unread: [] }),
      listCells: () => {
        listed += 1;
        return Promise.resolve(known(cells));
      },
      isWanted: false,
      ...over,
    });
    return { owners, listed: () => listed };
  };

  it('list the stack sets only if something points to one, and only once', async () => {
    const { owners, listed } = open();
    await owners.see(found('1'));
    expect([listed(), owners.book.isListed]).toEqual([0, false]);
    await owners.see(found('2', 'Role'));
    await owners.see(found('3', 'Role'));
    expect([listed(), owners.book.isListed]).toEqual([1, true]);
    expect(owners.book.stackSetOf('1', 'eu-west-1')).toBe('s');
    expect(owners.book.stackSetOf('1', 'us-east-1')).toBe(null);
  });

  it('name the accounts planned earlier that have a cell of a stack set', async () => {
    const { owners } = open();
    await owners.see(found('1'));
    await owners.see(found('9'));
    expect(owners.missed().size).toBe(0);
    await owners.see(found('2', 'Role'));
    expect([...owners.missed()]).toEqual(['1']);
  });

  it('list the stack sets at once if owners are wanted', async () => {
    const { owners, listed } = open({ isWanted: true });
    await owners.see(found('1'));
    expect([listed(), owners.missed().size]).toEqual([1, 0]);
  });

  it('report what could not be read', async () => {
    const { owners } = open({
      isWanted: true,
      listCells: () => Promise.resolve(unknown(problem('denied', 'No.'))),
      journals: Promise.resolve({ claims: emptyBook.journals, unread: ['a.jsonl is damaged.'] }),
    });
    await owners.see(found('1'));
    expect(owners.book.isListed).toBe(false);
    expect(owners.notes()).toEqual([
      expect.stringContaining('a.jsonl is damaged.'),
      expect.stringContaining('could not be listed'),
    ]);
  });
});
