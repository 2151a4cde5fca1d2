/** The earlier advice report that `--since` names. */
import type { EarlierRole } from '../../core/advice/changes.ts';
import { adviceVerdicts } from '../../core/advice/model.ts';
import { UsageError } from '../../core/model/errors.ts';
import { isObject, parseReport, textOfReport } from '../coverage/baseline.ts';

export interface AdviceBaseline {
  readonly roles: readonly EarlierRole[];
  /** Of the report; null where it does not say. */
  readonly organization: string | null;
}

const fix =
  'Name a report that was written with `dhmc advise --report-file FILE.json`, or with --output json or ndjson.';

const isRole = (value: unknown): value is EarlierRole =>
  isObject(value) &&
  typeof value['account'] === 'string' &&
  typeof value['name'] === 'string' &&
  adviceVerdicts.some((verdict) => verdict === value['verdict']);

/** Reads it. Throws `UsageError` where it is not an advice report. */
export async function readAdviceBaseline(name: string): Promise<AdviceBaseline> {
  const documents = parseReport(await textOfReport(name, fix), name, fix);
  const report = documents.find((one) => isObject(one) && one['schema'] !== undefined);
  if (!isObject(report) || report['schema'] !== 'dhmc.advice/v1')
    throw new UsageError(`--since: "${name}" is not an advice report.`, fix);
  const roles = Array.isArray(report['roles'])
    ? report['roles']
    : documents.filter((one) => one !== report);
  if (!roles.every(isRole))
    throw new UsageError(`--since: "${name}" is not a whole advice report.`, fix);
  const { organization } = report;
  const id = isObject(organization) ? organization['id'] : undefined;
  return { roles, organization: typeof id === 'string' ? id : null };
}
