/** Instances of a coverage report, for tests. */
import type {
  CoverageCell,
  CoverageInstance,
  ManagedBy,
} from '../../../src/core/coverage/model.ts';

export const instance = (
  id: string,
  managedBy: ManagedBy,
  rest: Partial<CoverageInstance> = {},
): CoverageInstance => ({
  account: '111111111111',
  region: 'eu-west-1',
  id,
  name: null,
  state: 'running',
  platform: 'Linux/UNIX',
  launchedAt: null,
  profile: null,
  profileRole: null,
  agent: null,
  managedBy,
  confidence: 'proven',
  reason: null,
  evidence: [],
  hint: null,
  ...rest,
});

export const cell = (region: string, running: number | null = 1): CoverageCell => ({
  account: '111111111111',
  region,
  setting: 'enabled',
  role: 'whole',
  running,
  stopped: running === null ? null : 0,
  managedBy: null,
  problem: null,
});
