/** The report as CSV by RFC 4180: a line per target, every field quoted, nothing that a spreadsheet would run. */
import { stringify } from 'csv-stringify/sync';
import type { AccountRow, Report, Target, TargetValue } from '../core/model/model.ts';
import { forCsv } from './escape.ts';
import { accountsById, problemOf } from './targets.ts';

const valueOf = (value: TargetValue): string | null =>
  value === null || typeof value === 'string' ? value : JSON.stringify(value);

type Column = readonly [
  name: string,
  value: (target: Target, account: AccountRow | undefined) => string | number | null | undefined,
];

const columns: readonly Column[] = [
  ['account', (target) => target.account],
  ['account_name', (_, account) => account?.name],
  ['account_path', (_, account) => account?.path],
  ['account_state', (_, account) => account?.state],
  ['account_skipped', (_, account) => account?.skipped],
  ['kind', (target) => target.kind],
  ['region', (target) => target.region],
  ['state', (target) => target.state],
  ['verdict', (target) => target.verdict],
  ['from', (target) => valueOf(target.from)],
  ['to', (target) => valueOf(target.to)],
  ['modified_by', (target) => target.modifiedBy],
  ['modified_at', (target) => target.modifiedAt],
  ['problem_code', (target, account) => problemOf(target, account)?.code],
  ['problem_message', (target, account) => problemOf(target, account)?.message],
  ['problem_hint', (target, account) => problemOf(target, account)?.hint],
  ['request_id', (target, account) => problemOf(target, account)?.requestId],
  ['attempts', (target) => target.attempts],
  ['duration_ms', (target) => target.durationMs],
];

export const renderCsv = (report: Report): string => {
  const accounts = accountsById(report);
  const lines = report.targets.map((target) =>
    columns.map(([, value]) => forCsv(String(value(target, accounts.get(target.account)) ?? ''))),
  );
  return stringify([columns.map(([name]) => name), ...lines], {
    quoted: true,
    quoted_empty: true,
    record_delimiter: '\r\n',
  });
};
