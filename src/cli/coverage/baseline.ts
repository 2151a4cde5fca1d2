/** The earlier coverage report that `--since` names. */
import {
  openEarlier,
  type EarlierCoverage,
  type EarlierInstance,
} from '../../core/coverage/changes.ts';
import { managers, type CoverageCell } from '../../core/coverage/model.ts';
import { UsageError } from '../../core/model/errors.ts';
import { isObject, readReportRows } from './earlier-report.ts';

export interface CoverageBaseline {
  readonly earlier: EarlierCoverage;
  /** The report's organization; null if it is not in the report. */
  readonly organization: string | null;
}

const fix =
  'Name a report that was written with `dhmc coverage --report-file FILE.json`, or with --output json or ndjson.';

const isInstance = (value: unknown): value is EarlierInstance =>
  isObject(value) &&
  ['account', 'region', 'id', 'state', 'managedBy'].every(
    (name) => typeof value[name] === 'string',
  ) &&
  managers.some((who) => who === value['managedBy']);

const isCell = (value: unknown): value is Pick<CoverageCell, 'account' | 'region' | 'running'> =>
  isObject(value) && typeof value['account'] === 'string';

export interface BaselineLimits {
  /** Largest size of the file, in bytes. */
  readonly bytes?: number;
  /** Largest number of instances kept in memory. */
  readonly instances?: number;
}

const maxInstances = 10_000_000;

/** Reads the report, as one document or as lines. Throws `UsageError` if it is not a coverage report. */
export async function readCoverageBaseline(
  name: string,
  { bytes, instances: most = maxInstances }: BaselineLimits = {},
): Promise<CoverageBaseline> {
  const earlier = openEarlier();
  const addInstance = (value: unknown): boolean => {
    if (!isInstance(value)) return false;
    earlier.addInstance(value);
    if (earlier.count() > most)
      throw new UsageError(
        `--since: "${name}" has more than ${most.toLocaleString('en')} instances, the most that are compared.`,
        'Compare parts of the organization, each with a report of its own.',
      );
    return true;
  };
  const addCell = (value: unknown): boolean => {
    if (!isCell(value)) return false;
    earlier.addCell(value);
    return true;
  };
  const { organization } = await readReportRows(name, {
    schema: 'dhmc.coverage/v1',
    called: 'a coverage report',
    fix,
    ...(bytes === undefined ? {} : { most: bytes }),
    row: addInstance,
    lists: { instances: addInstance, cells: addCell, accounts: () => true },
    needs: ['cells'],
  });
  return { earlier, organization };
}
