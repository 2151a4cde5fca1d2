/** The earlier advice report that `--since` names. */
import {
  openEarlierRoles,
  type EarlierRole,
  type EarlierRoles,
} from '../../core/advice/changes.ts';
import { adviceVerdicts } from '../../core/advice/model.ts';
import { isObject, readReportRows } from '../coverage/earlier-report.ts';

export interface AdviceBaseline {
  readonly earlier: EarlierRoles;
  /** The report's organization; null if it is not in the report. */
  readonly organization: string | null;
}

const fix =
  'Name a report that was written with `dhmc advise --report-file FILE.json`, or with --output json or ndjson.';

const isRole = (value: unknown): value is EarlierRole =>
  isObject(value) &&
  typeof value['account'] === 'string' &&
  typeof value['name'] === 'string' &&
  adviceVerdicts.some((verdict) => verdict === value['verdict']);

/** Reads the report, as one document or as lines. Throws `UsageError` if it is not an advice report. */
export async function readAdviceBaseline(name: string): Promise<AdviceBaseline> {
  const earlier = openEarlierRoles();
  const addRole = (value: unknown): boolean => {
    if (!isRole(value)) return false;
    earlier.add(value);
    return true;
  };
  const ignored = (): boolean => true;
  const { organization } = await readReportRows(name, {
    schema: 'dhmc.advice/v1',
    called: 'an advice report',
    fix,
    row: addRole,
    lists: { roles: addRole, accounts: ignored, unread: ignored, dhmcRoles: ignored },
  });
  return { earlier, organization };
}
