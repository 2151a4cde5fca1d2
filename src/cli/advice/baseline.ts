/** The earlier advice report that `--since` names. */
import {
  openEarlierRoles,
  type EarlierRole,
  type EarlierRoles,
} from '../../core/advice/changes.ts';
import { adviceVerdicts } from '../../core/advice/model.ts';
import { UsageError } from '../../core/model/errors.ts';
import { isObject, readEarlierReport } from '../coverage/earlier-report.ts';

export interface AdviceBaseline {
  readonly earlier: EarlierRoles;
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

/** Reads it, as one document or as lines. Throws `UsageError` where it is not an advice report. */
export async function readAdviceBaseline(name: string): Promise<AdviceBaseline> {
  const earlier = openEarlierRoles();
  const heads: Readonly<Record<string, unknown>>[] = [];
  let isWhole = true;
  const addRole = (value: unknown): void => {
    if (isRole(value)) earlier.add(value);
    else isWhole = false;
  };
  await readEarlierReport(name, {
    fix,
    lists: { roles: addRole, accounts: () => {}, unread: () => {}, dhmcRoles: () => {} },
    document: (value) => {
      if (isObject(value) && value['schema'] !== undefined) heads.push(value);
      else addRole(value);
    },
  });
  const [report] = heads;
  if (report?.['schema'] !== 'dhmc.advice/v1')
    throw new UsageError(`--since: "${name}" is not an advice report.`, fix);
  if (!isWhole) throw new UsageError(`--since: "${name}" is not a whole advice report.`, fix);
  const { organization } = report;
  const id = isObject(organization) ? organization['id'] : undefined;
  return { earlier, organization: typeof id === 'string' ? id : null };
}
