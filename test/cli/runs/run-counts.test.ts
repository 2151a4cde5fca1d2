import { expect, test } from 'vitest';
import { runCounts, type Counted } from '../../../src/cli/runs/run-counts.ts';
import type { RunStarted } from '../../../src/core/record/events.ts';

const run = (
  { action = 'enable', rollsBack = null }: Partial<Pick<RunStarted, 'action' | 'rollsBack'>>,
  over: Partial<Counted>,
): Counted => ({
  header: { action, rollsBack } as RunStarted,
  verdicts: {},
  changes: 0,
  inForce: 0,
  open: 0,
  handedOver: 0,
  takenBack: 0,
  ...over,
});

const withStackSets = (of: Counted): Counted => ({
  ...of,
  header: { ...of.header, stackSets: { prefix: 'dhmc', takeOver: false, pilot: '111111111111' } },
});

const rollback = { action: 'rollback', rollsBack: '20261101-090000-abc123' } as const;

test.each<[string, Counted, readonly string[]]>([
  ['no change', run({}, {}), ['0 changed']],
  ['no rollback', run({}, { changes: 3, inForce: 3 }), ['3 changed (none rolled back)']],
  [
    'a rollback of some changes',
    run({}, { changes: 3, inForce: 1 }),
    ['3 changed (2 of 3 rolled back)'],
  ],
  [
    'a rollback of all changes',
    run({}, { changes: 3, inForce: 0 }),
    ['3 changed (all rolled back)'],
  ],
  [
    'changes that were begun, separately from those that were not attempted',
    run({}, { changes: 1, inForce: 1, open: 2, verdicts: { 'not-attempted': 5, failed: 1 } }),
    ['1 changed (none rolled back)', '2 begun (result unknown)', '1 failed', '3 not-attempted'],
  ],
  [
    'settings that a rollback changed without a write',
    run(rollback, { changes: 4, inForce: 4, verdicts: { changed: 6 } }),
    ['4 changed (none rolled back)', '2 settings broken again'],
  ],
  [
    'a proof that undid its changes',
    run({ action: 'prove' }, { verdicts: { changed: 3 } }),
    ['0 changed'],
  ],
  [
    'a transfer to stack sets',
    run({ action: 'stackset-deploy' }, { handedOver: 17 }),
    ['17 cells transferred to stack sets'],
  ],
  [
    'a deployment to a pilot',
    withStackSets(run({ action: 'stackset-deploy' }, { handedOver: 2 })),
    ['2 cells of the pilot set by stack sets'],
  ],
  [
    'a removal of stack sets',
    run({ action: 'stackset-remove' }, { handedOver: 3, takenBack: 1 }),
    ['1 cell removed from stack sets'],
  ],
])('the counts of a run show %s', (_, of, texts) => {
  expect(runCounts(of)).toEqual(texts);
});
