/** The earlier coverage report that `--since` names. */
import { resolve } from 'node:path';
import type { EarlierCoverage, EarlierInstance } from '../../core/coverage/changes.ts';
import { managers, type CoverageCell } from '../../core/coverage/model.ts';
import { UsageError } from '../../core/model/errors.ts';
import { FileRefused, readRegular } from '../../journal/regular-file.ts';

export interface CoverageBaseline extends EarlierCoverage {
  /** Of the report; null where it does not say. */
  readonly organization: string | null;
}

const fix =
  'Name a report that was written with `dhmc coverage --report-file FILE.json`, or with --output json or ndjson.';

type Members = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInstance = (value: unknown): value is EarlierInstance =>
  isObject(value) &&
  ['account', 'region', 'id', 'state', 'managedBy'].every(
    (name) => typeof value[name] === 'string',
  ) &&
  managers.some((who) => who === value['managedBy']);

const isCell = (value: unknown): value is Pick<CoverageCell, 'account' | 'region' | 'running'> =>
  isObject(value) && typeof value['account'] === 'string';

/** Reads it. Throws `UsageError` where it is not a coverage report. */
export async function readCoverageBaseline(name: string): Promise<CoverageBaseline> {
  const documents = parseReport(await textOfReport(name, fix), name, fix);
  const report = documents.find((one) => isObject(one) && one['schema'] !== undefined);
  if (!isObject(report) || report['schema'] !== 'dhmc.coverage/v1')
    throw new UsageError(`--since: "${name}" is not a coverage report.`, fix);
  const listed = Array.isArray(report['instances'])
    ? report['instances']
    : documents.filter((one) => one !== report);
  const { cells, organization } = report;
  if (!Array.isArray(cells) || !cells.every(isCell) || !listed.every(isInstance))
    throw new UsageError(`--since: "${name}" is not a whole coverage report.`, fix);
  const id = isObject(organization) ? organization['id'] : undefined;
  return { cells, instances: listed, organization: typeof id === 'string' ? id : null };
}

/** The documents of a report of JSON, or of lines of JSON. Throws `UsageError`. */
export function parseReport(text: string, name: string, fix: string): readonly unknown[] {
  try {
    return [JSON.parse(text) as unknown];
  } catch {
    // A report of lines is no single document.
  }
  try {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    throw new UsageError(`--since: "${name}" is not JSON.`, fix);
  }
}

/** In bytes. */
const largestReport = 500_000_000;

/** Throws `UsageError` where the file cannot be read. */
export async function textOfReport(name: string, fix: string): Promise<string> {
  try {
    return await readRegular(resolve(name), { most: largestReport });
  } catch (error) {
    if (error instanceof FileRefused)
      throw new UsageError(`--since: the file "${name}" ${error.message}.`, fix);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      code === 'ENOENT'
        ? `--since: there is no file "${name}".`
        : `--since: the file "${name}" cannot be read: ${code}.`,
      fix,
    );
  }
}
