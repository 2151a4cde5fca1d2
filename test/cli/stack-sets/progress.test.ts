import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { showOperation } from '../../../src/cli/stack-sets/progress.ts';
import type { OperationProgress } from '../../../src/run/stack-set-operation.ts';
import { memoryMessages } from '../../support/memory-terminal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const progress = (
  over: Partial<OperationProgress['operation']> = {},
  results: OperationProgress['results'] = null,
): OperationProgress => ({
  set: 'dhmc-role',
  operation: {
    ...{ id: 'op-1', action: 'CREATE', status: 'RUNNING', failed: 0 },
    ...{ reason: null, endedAt: null, ...over },
  },
  results,
});

it('reports an operation when it changes, and again after half a minute', () => {
  const { said, ...messages } = memoryMessages();
  const say = showOperation(messages);
  say(progress());
  say(progress());
  vi.advanceTimersByTime(29_999);
  say(progress());
  expect(said).toEqual(['dhmc-role: running']);
  vi.advanceTimersByTime(1);
  say(progress());
  say(progress({ status: 'SUCCEEDED' }));
  expect(said).toEqual(['dhmc-role: running', 'dhmc-role: running', 'dhmc-role: succeeded']);
});

it('distinguishes operations by id', () => {
  const { said, ...messages } = memoryMessages();
  const say = showOperation(messages);
  say(progress());
  say(progress({ id: 'op-2' }));
  say(progress());
  expect(said).toHaveLength(2);
});

it('counts results where they are known, or else the failures', () => {
  const { said, ...messages } = memoryMessages();
  const say = showOperation(messages);
  say(progress({ failed: 2 }, { SUCCEEDED: 1_200, FAILED: 2 }));
  say(progress({ failed: 2 }));
  expect(said).toEqual([
    'dhmc-role: running; stack instances: 1,200 succeeded, 2 failed',
    'dhmc-role: running, 2 failed',
  ]);
});
