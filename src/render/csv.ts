/**
 * The report as CSV (RFC 4180): one row per target, every field quoted, and no field that a spreadsheet would run as a
 * formula.
 */
import { withoutCodeMarks } from '../core/problems/code-marks.ts';
import { stringify } from 'csv-stringify/sync';
import type { AccountRow, Report, Target } from '../core/model/model.ts';
import { forCsv } from './escape.ts';
import { whyBroken } from './broken.ts';
import { accountsById, problemOfTarget, targetsByAccount, valueText } from './targets.ts';

interface Row {
  readonly target: Target;
  readonly account: AccountRow | undefined;
  /** All rows of the account. */
  readonly rows: readonly Target[];
}

type Column = readonly [name: string, value: (row: Row) => string | number | null | undefined];

const columns: readonly Column[] = [
  ['account', ({ target }) => target.account],
  ['account_name', ({ account }) => account?.name],
  ['account_path', ({ account }) => account?.path],
  ['account_state', ({ account }) => account?.state],
  ['account_skipped', ({ account }) => account?.skipped],
  ['account_problem_code', ({ account }) => account?.problem?.code],
  ['account_problem_message', ({ account }) => account?.problem?.message],
  ['kind', ({ target }) => target.kind],
  ['region', ({ target }) => target.region],
  ['state', ({ target }) => target.state],
  ['verdict', ({ target }) => target.verdict],
  ['from', ({ target }) => valueText(target.from)],
  ['to', ({ target }) => valueText(target.to)],
  ['modified_by', ({ target }) => target.modifiedBy],
  ['modified_at', ({ target }) => target.modifiedAt],
  ['owner', ({ target }) => target.owner?.kind],
  ['owner_name', ({ target }) => target.owner?.name],
  ['owner_evidence', ({ target }) => target.owner?.evidence],
  ['problem_code', ({ target, account }) => problemOfTarget(target, account)?.code],
  [
    'problem_message',
    ({ target, account, rows }) =>
      problemOfTarget(target, account)?.message ?? whyBroken(target, rows),
  ],
  [
    'problem_hint',
    ({ target, account }) => withoutCodeMarks(problemOfTarget(target, account)?.hint ?? ''),
  ],
  ['request_id', ({ target, account }) => problemOfTarget(target, account)?.requestId],
  ['attempts', ({ target }) => target.attempts],
  ['duration_ms', ({ target }) => target.durationMs],
  ['wave', ({ target }) => target.wave],
];

/** The names of the columns, in order. */
export const csvColumns: readonly string[] = columns.map(([name]) => name);

const rowsInPart = 500;

const lines = (rows: readonly (readonly string[])[]): string =>
  stringify(
    rows.map((row) => [...row]),
    { quoted: true, quoted_empty: true, record_delimiter: '\r\n' },
  );

/**
 * Yields parts, so that the text of a large organization is never in memory at once. `bom`: start with a byte order
 * mark.
 */
export function* csvParts(report: Report, { bom }: { readonly bom: boolean }): Generator<string> {
  yield `${bom ? '\uFEFF' : ''}${lines([csvColumns])}`;
  const accounts = accountsById(report);
  const byAccount = targetsByAccount(report);
  for (let begin = 0; begin < report.targets.length; begin += rowsInPart) {
    yield lines(
      report.targets.slice(begin, begin + rowsInPart).map((target) => {
        const row = {
          target,
          account: accounts.get(target.account),
          rows: byAccount.get(target.account) ?? [],
        };
        return columns.map(([, value]) => forCsv(String(value(row) ?? '')));
      }),
    );
  }
}
