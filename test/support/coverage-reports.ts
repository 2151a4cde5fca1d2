/** Coverage reports of any size, for tests of the formats. */
import { tallyReasons } from '../../src/core/coverage/reason-groups.ts';
import type {
  CoverageCell,
  CoverageInstance,
  CoverageReport,
} from '../../src/core/coverage/model.ts';
import { tallyCell, tallyCoverage } from '../../src/core/coverage/summary.ts';
import type { CoverageParts } from '../../src/render/coverage/index.ts';
import { accountId } from './simple-world.ts';

const regions = ['eu-west-1', 'us-east-1'];
const reasons = ['setting-unset', 'no-sign-of-agent', 'connection-lost'] as const;

export interface CoverageShape {
  /** Default: all instances are unmanaged. */
  readonly managed?: boolean;
  readonly accounts?: number;
  readonly instances: number;
  /** The path by account number, from 0. */
  readonly path?: (account: number) => string;
  /** The name by instance number. */
  readonly name?: (instance: number) => string;
}

const instanceAt = (
  index: number,
  { managed = false, accounts = 3, name }: CoverageShape,
): CoverageInstance => {
  const reason = managed ? null : (reasons[index % reasons.length] ?? null);
  return {
    account: accountId((index % accounts) + 1),
    region: regions[Math.floor(index / accounts) % regions.length] ?? '',
    id: `i-${index.toString(16).padStart(17, '0')}`,
    name: name?.(index) ?? `web-${String(index)}`,
    state: 'running',
    platform: 'Linux/UNIX',
    launchedAt: '2026-01-01T00:00:00.000Z',
    profile: index % 2 === 0 ? 'AppServer' : null,
    profileRole: index % 2 === 0 ? 'AppServer' : null,
    managedBy: managed ? 'dhmc' : 'none',
    confidence: 'proven',
    reason,
    agent: null,
    evidence: ['Systems Manager does not list the instance.', `Evidence ${String(index % 7)}.`],
    hint: reason === null ? null : `Look at ${reason}.`,
  };
};

/** The input of a format. The instances are generated on demand. */
export function coverageParts(
  shape: CoverageShape,
  more: Partial<Pick<CoverageParts, 'choice' | 'style' | 'csvBeside'>> = {},
): CoverageParts {
  const { accounts = 3, path = () => 'Workloads/Prod' } = shape;
  const tally = tallyCoverage();
  const groups = tallyReasons();
  const cells = new Map<string, ReturnType<typeof tallyCell>>();
  const all = function* (): Iterable<CoverageInstance> {
    for (let index = 0; index < shape.instances; index += 1) yield instanceAt(index, shape);
  };
  for (let number = 1; number <= accounts; number += 1)
    for (const region of regions) cells.set(`${accountId(number)} ${region}`, tallyCell());
  for (const instance of all()) {
    tally.addInstance(instance);
    groups.add(instance);
    cells.get(`${instance.account} ${instance.region}`)?.add(instance);
  }
  const rows = Array.from({ length: accounts }, (_, index) => ({
    id: accountId(index + 1),
    name: `account ${String(index + 1)}`,
    path: path(index),
    state: 'ACTIVE' as const,
    skipped: null,
    problem: null,
  }));
  for (const row of rows) {
    tally.addAccount();
    for (const region of regions) {
      const rest = { account: row.id, region, setting: 'disabled', role: 'absent' } as const;
      const cell: CoverageCell | undefined = cells
        .get(`${row.id} ${region}`)
        ?.cell({ ...rest, listed: true, problem: null });
      if (cell !== undefined) tally.addCell(cell, { skipped: false });
    }
  }
  const report: CoverageReport = {
    schema: 'dhmc.coverage/v1',
    startedAt: '2026-11-28T12:00:00.000Z',
    finishedAt: '2026-11-28T12:00:09.000Z',
    caller: { account: accountId(1), arn: `arn:aws:iam::${accountId(1)}:user/jo` },
    organization: { id: 'o-testtest01', managementAccount: '000000000001' },
    partition: 'aws',
    summary: tally.summary({ calls: 12, throttled: 0 }),
    changes: null,
    accounts: rows,
    cells: tally.sortedCells(rows),
  };
  const asynchronous = async function* (
    wanted: (instance: CoverageInstance) => boolean = () => true,
  ): AsyncGenerator<CoverageInstance> {
    await Promise.resolve();
    for (const instance of all()) if (wanted(instance)) yield instance;
  };
  return {
    report,
    leftOut: tally.leftOut(),
    reasons: groups.groups(),
    choice: 'unmanaged',
    style: { color: false, columns: 120 },
    csvBeside: null,
    lines: async function* () {
      for await (const instance of asynchronous()) yield JSON.stringify(instance);
    },
    instances: () => asynchronous(),
    instancesOf: (account, region) =>
      asynchronous((one) => one.account === account && one.region === region),
    ...more,
  };
}

export async function textOfParts(parts: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const part of parts) all.push(part);
  return all.join('');
}
