/** One case: an organization of a given size, with the program and the baselines. */
import { openSync, readSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, type Ended, type Server } from './processes.ts';
import { regions, type Replay, type Seen, type World } from './protocol.ts';

export type Command = 'status' | 'coverage' | 'advise' | 'enable' | 'enable again';
export type Output = 'table' | 'json' | 'csv' | 'ndjson';

export interface Size {
  readonly accounts: number;
  readonly latencyMs: number;
  readonly concurrency: number;
}

export interface Figures extends Ended {
  readonly contender: 'dhmc' | 'floor' | 'sdk';
  readonly calls: number;
  readonly processorMsPerCall: number;
  readonly inFlightPeak: number;
  readonly connections: number;
}

export interface CaseResult extends Size {
  readonly command: Command;
  readonly output: Output;
  readonly instancesPerCell: number;
  readonly contenders: readonly Figures[];
  readonly firstCellMs: number | null;
  readonly pagesBeforeFirstCell: number | null;
  /** Processor time per call: dhmc's, divided by that of the shared SDK client and by that of the floor. */
  readonly ofSdk: number | null;
  readonly ofFloor: number | null;
  /**
   * dhmc's wall time, divided by the greater of the time for the latency alone and for the SDK's processor time alone.
   */
  readonly wallOfBound: number | null;
}

export interface Bench {
  readonly folder: string;
  readonly server: Server;
  /** The built program. */
  readonly program: string;
  /** Flags of Node for the program, for profiling. */
  readonly flags: readonly string[];
}

const figures = (contender: Figures['contender'], ended: Ended, seen: Seen): Figures => {
  const calls = Object.values(seen.calls).reduce((sum, count) => sum + count, 0);
  return {
    contender,
    ...ended,
    calls,
    processorMsPerCall: ended.processorMs / calls,
    inFlightPeak: seen.inFlightPeak,
    connections: seen.connections,
  };
};

/**
 * The number of cells or roles, read from the start of the report: the complete report may need more memory than the
 * measurement.
 */
function rowsReported(folder: string, output: Output, word: 'cells' | 'roles'): number {
  const file = openSync(join(folder, 'out'), 'r');
  const head = Buffer.alloc(8192);
  const length = readSync(file, head);
  closeSync(file);
  const text = head.toString('utf8', 0, length);
  return Number(
    new RegExp(output === 'json' ? `"${word}":\\s*(\\d+)` : `([\\d,]+) ${word}`)
      .exec(text)?.[1]
      ?.replaceAll(',', ''),
  );
}

export interface CaseOptions extends Size {
  readonly command: Command;
  readonly output?: Output;
  /** For `coverage` and `advise`. */
  readonly instancesPerCell?: number;
  /** For `advise`. */
  readonly rolesPerAccount?: number;
  /** Additional report files, by their endings. */
  readonly files?: readonly string[];
  readonly slowAccount?: number;
  readonly baselines: readonly ('floor' | 'sdk')[];
}

export async function runCase(
  { folder, server, program, flags }: Bench,
  options: CaseOptions,
): Promise<CaseResult> {
  const {
    command,
    accounts,
    latencyMs,
    concurrency,
    output = 'json',
    slowAccount = null,
    instancesPerCell = 0,
    rolesPerAccount = 0,
    files = [],
    baselines,
  } = options;
  const world: World = ['enable again', 'advise'].includes(command) ? 'whole' : 'bare';
  const size = { latencyMs, slowAccount, instancesPerCell, rolesPerAccount };
  await server.setUp({ world, accounts, ...size });
  const writes = command === 'enable' || command === 'enable again';
  const stateDir = join(folder, 'state');
  const ended = await run(
    folder,
    server.url,
    [
      program,
      writes ? 'enable' : command,
      ...(writes ? ['--org', '--yes', '--state-dir', stateDir] : []),
      ...['--quiet', '--concurrency', String(concurrency), '-o', output],
      ...files.flatMap((ending) => ['--report-file', join(folder, `report.${ending}`)]),
    ],
    flags,
  );
  rmSync(stateDir, { recursive: true, force: true });
  // Formats that are written as rows are found do not start with a count.
  const word = command === 'advise' ? 'roles' : 'cells';
  const due = accounts * (command === 'advise' ? rolesPerAccount : regions.length);
  const rows = output === 'csv' || output === 'ndjson' ? due : rowsReported(folder, output, word);
  if (ended.status !== 0 || rows !== due)
    throw new Error(
      `dhmc ${command} ended with ${String(ended.status)} and ${String(rows)} ${word} of ${String(due)}.`,
    );
  const seen = await server.seen();
  const ours = figures('dhmc', ended, seen);
  const contenders = [ours];
  for (const baseline of baselines) {
    await server.setUp({ world, accounts: 0, ...size });
    const replay: Replay = { endpoint: server.url, calls: seen.calls, accounts, concurrency };
    const script = join(folder, baseline === 'floor' ? 'floor.mjs' : 'sdk-loop.mjs');
    const replayed = await run(folder, server.url, [script, JSON.stringify(replay)]);
    if (replayed.status !== 0)
      throw new Error(`The baseline ${baseline} ended with ${String(replayed.status)}.`);
    contenders.push(figures(baseline, replayed, await server.seen()));
  }
  const perCall = (name: Figures['contender']): number | null =>
    contenders.find(({ contender }) => contender === name)?.processorMsPerCall ?? null;
  const [sdk, floor] = [perCall('sdk'), perCall('floor')];
  const bound = Math.max(
    (ours.calls * latencyMs) / concurrency,
    sdk === null ? 0 : ours.calls * sdk,
  );
  return {
    command,
    output,
    instancesPerCell,
    accounts,
    latencyMs,
    concurrency,
    contenders,
    firstCellMs: seen.firstCellMs,
    pagesBeforeFirstCell: seen.pagesBeforeFirstCell,
    ofSdk: sdk === null ? null : ours.processorMsPerCall / sdk,
    ofFloor: floor === null ? null : ours.processorMsPerCall / floor,
    wallOfBound: sdk === null ? null : ours.wallMs / bound,
  };
}
