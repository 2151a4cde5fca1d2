/**
 * Measures the cost of the journal: changes of 30 ms (one write, then one read-back of the same length), 64 at a time,
 * with and without a journal on this disk. Then measures how fast a large journal is written and read, and how much
 * memory that takes.
 * Run by `npm run bench:journal`; exits with 1 if the ratio exceeds 1.1.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordEvent, RunStarted } from '../src/core/record/events.ts';
import type { PlannedTarget, TargetKey } from '../src/core/model/model.ts';
import { dhmcTrustPolicy } from '../src/core/iam/trust-policy.ts';
import { createJournal, organizationFolder, readJournal } from '../src/journal/index.ts';

const concurrency = 64;
const latencyMs = 30;
const changes = Number(process.env['BENCH_CHANGES'] ?? 6_400);
const rounds = 3;
const allowed = 1.1;

const at = '2026-11-22T10:00:00.000Z';
const value = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
const by =
  'arn:aws:sts::222222222222:assumed-role/OrganizationAccountAccessRole/dhmc-20261122-100000-abc123';
const organization = 'o-benchorg1234';

const started = (run: string): RunStarted => ({
  type: 'run-started',
  run,
  action: 'enable',
  version: '0',
  startedAt: at,
  caller: { account: '111111111111', arn: by },
  organization: { id: organization, managementAccount: '111111111111' },
  partition: 'aws',
  command: 'dhmc enable --org',
  rollsBack: null,
  scope: {
    accounts: { org: true, ous: [], accounts: [], tags: [], excludeOus: [], excludeAccounts: [] },
    regions: { regions: null, excludeRegions: [] },
    source: 'command line',
  },
  settings: {
    dhmcRole: value,
    roleNames: ['OrganizationAccountAccessRole'],
    overwrite: [],
    allowPrivilegedRole: false,
    deleteRole: false,
    assumeUnused: [],
    permissionsBoundary: null,
    roleTags: {},
    concurrency,
    homeRegion: null,
    failureTolerance: null,
    waves: null,
    needsExternalId: false,
  },
});

const cell = (index: number): TargetKey => ({
  kind: 'setting',
  account: String(200_000_000_000 + Math.floor(index / 17)),
  region: `eu-west-${String(index % 17)}`,
});

async function change(index: number, record: RecordEvent): Promise<void> {
  const target = cell(index);
  await record({ type: 'change-begun', target, at, from: null, to: value });
  await sleep(latencyMs);
  await sleep(latencyMs);
  await record({
    type: 'target-ended',
    target,
    at,
    verdict: 'changed',
    state: 'enabled',
    value,
    modifiedBy: by,
    modifiedAt: at,
    problem: null,
    attempts: 1,
    durationMs: latencyMs,
  });
}

/** Seconds for all changes, `concurrency` at a time. */
async function timed(record: RecordEvent): Promise<number> {
  const from = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < changes) await change(next++, record);
    }),
  );
  return (performance.now() - from) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

async function ratio(stateDir: string): Promise<number> {
  const without: number[] = [];
  const with_: number[] = [];
  for (let round = 0; round < rounds; round++) {
    without.push(await timed(() => Promise.resolve()));
    const run = `20261122-10000${String(round)}-abc123`;
    const journal = createJournal({ folder: organizationFolder(stateDir, organization), run });
    await journal.record(started(run));
    await journal.record({ type: 'run-confirmed', at, by: 'yes' });
    with_.push(await timed(journal.record));
    await journal.close();
  }
  const result = median(with_) / median(without);
  console.log(
    `${String(changes)} changes, ${String(concurrency)} at a time, ${String(latencyMs)} ms per call; median of ${String(rounds)} rounds`,
  );
  console.log(`without the journal  ${(changes / median(without)).toFixed(0)} changes/s`);
  console.log(`with the journal     ${(changes / median(with_)).toFixed(0)} changes/s`);
  console.log(`ratio                ${result.toFixed(3)} (at most ${String(allowed)})`);
  return result;
}

const row = (target: TargetKey): PlannedTarget => ({
  ...target,
  state: 'disabled',
  verdict: 'would-change',
  from: null,
  to: value,
  modifiedBy: null,
  modifiedAt: null,
  problem: null,
  attempts: 0,
  durationMs: 0,
  stateAfter: 'enabled',
  notes: [],
});

/** Writes and reads the journal of an `enable` of that many accounts with 17 regions, and prints time and memory. */
async function large(stateDir: string, accounts: number): Promise<void> {
  const run = '20261122-110000-abc123';
  const journal = createJournal({ folder: organizationFolder(stateDir, organization), run });
  let peak = 0;
  const measure = (): void => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  };
  const from = performance.now();
  await journal.record(started(run));
  for (let account = 0; account < accounts; account++) {
    const cells = Array.from({ length: 17 }, (_, region) => cell(account * 17 + region));
    const id = cells[0]?.account ?? '';
    const arn = `arn:aws:iam::${id}:role/${value}`;
    const role = { arn, trust: dhmcTrustPolicy };
    const whole = { state: 'whole', stateAfter: 'whole', verdict: 'in-sync' } as const;
    const targets: readonly PlannedTarget[] = [
      { ...row({ kind: 'role', account: id, region: null }), ...whole, from: role, to: role },
      ...cells.map(row),
    ];
    await journal.record({
      type: 'account-planned',
      plan: {
        account: {
          id,
          name: `Account ${id}`,
          path: 'Workloads/Prod',
          state: 'ACTIVE',
          skipped: null,
          problem: null,
        },
        targets,
      },
    });
    if (account % 500 === 0) measure();
  }
  await journal.record({ type: 'run-confirmed', at, by: 'yes' });
  for (let index = 0; index < accounts * 17; index += 64) {
    await Promise.all(
      Array.from({ length: Math.min(64, accounts * 17 - index) }, async (_, offset) => {
        const target = cell(index + offset);
        await journal.record({ type: 'change-begun', target, at, from: null, to: value });
        await journal.record({
          type: 'target-ended',
          target,
          at,
          verdict: 'changed',
          state: 'enabled',
          value,
          modifiedBy: by,
          modifiedAt: at,
          problem: null,
          attempts: 1,
          durationMs: 1,
        });
      }),
    );
    if (index % 6_400 === 0) measure();
  }
  await journal.close();
  const written = performance.now();
  const writePeak = peak;
  peak = 0;
  let events = 0;
  for await (const event of readJournal(journal.path)) {
    if (event.type !== 'run-started') events += 1;
    if (events % 5_000 === 0) measure();
  }
  const read = performance.now();
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `${String(accounts).padStart(6)} accounts × 17 regions: ${mib((await stat(journal.path)).size)} in ${String(events)} events;` +
      ` written in ${((written - from) / 1000).toFixed(1)} s with a heap of at most ${mib(writePeak)},` +
      ` read in ${((read - written) / 1000).toFixed(1)} s with at most ${mib(peak)}`,
  );
  await rm(journal.path);
}

const stateDir = await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'dhmc-bench-'));
try {
  const result = await ratio(stateDir);
  for (const accounts of [100, 1_000, 10_000]) await large(stateDir, accounts);
  process.exitCode = result <= allowed ? 0 : 1;
} finally {
  await rm(stateDir, { recursive: true, force: true });
}
