/** Advice as NDJSON: one line per role, and the rest of the report in the last line. */
import type { RoleAdvice } from '../../core/advice/model.ts';
import { forJson } from '../escape.ts';
import type { AdviceParts } from './format.ts';
import { auditRow } from './words.ts';
import { withPublicProblem } from '../public-problem.ts';

/** A role as one line of JSON, without a line break. */
export const lineOf = (role: RoleAdvice): string => forJson(JSON.stringify(role));

export async function* renderNdjson({
  report,
  changes,
  lines,
}: AdviceParts): AsyncIterable<string> {
  for await (const line of lines()) yield `${line}\n`;
  const { schema, summary } = report;
  const accounts = report.accounts.map(withPublicProblem);
  const unread = report.unread.map(withPublicProblem);
  const dhmcRoles = report.dhmcRoles.map(auditRow);
  const end = { schema, summary, changes, accounts, unread, dhmcRoles };
  yield `${forJson(JSON.stringify(end))}\n`;
}
