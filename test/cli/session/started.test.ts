import { expect, it } from 'vitest';
import { startedBy } from '../../../src/cli/session/started.ts';
import type { Invocation } from '../../../src/cli/args/command.ts';
import { version } from '../../../src/cli/version.ts';
import { memoryCloud } from '../../support/memory-cloud.ts';

it('the start of a run has caller, time, command line and order', () => {
  const { cloud } = memoryCloud([]);
  const invocation = { commandLine: 'dhmc enable --org --yes' } as Invocation;
  const session = {
    cloud: { ...cloud, clockAheadMs: () => 1_500 },
    invocation,
    runId: '20261122-100000-abc123',
    startedAt: '2026-11-22T10:00:00.000Z',
  };
  expect(startedBy(session, 3)).toEqual({
    type: 'run-started',
    run: '20261122-100000-abc123',
    version,
    startedAt: '2026-11-22T10:00:00.000Z',
    order: 3,
    clockAheadMs: 1_500,
    caller: cloud.caller,
    organization: cloud.organization,
    partition: cloud.partition,
    command: 'dhmc enable --org --yes',
  });
});
