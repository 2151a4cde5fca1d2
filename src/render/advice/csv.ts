/** Advice as CSV (RFC 4180): one row per role; the column heads are the names of the JSON report. */
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { stringify } from 'csv-stringify/sync';
import type { Disposition, RoleAdvice } from '../../core/advice/model.ts';
import { forCsv } from '../escape.ts';
import type { AdviceParts } from './format.ts';

type Column = readonly [string, (role: RoleAdvice) => string];

const rights =
  (disposition: Disposition) =>
  (role: RoleAdvice): string =>
    role.rights
      .filter((row) => row.disposition === disposition)
      .map(({ policy, actions }) => `${policy}: ${actions.join(' ')}`)
      .join('; ');

const columns: readonly Column[] = [
  ['account', ({ account }) => account],
  ['name', ({ name }) => name],
  ['arn', ({ arn }) => arn],
  ['profiles', ({ profiles }) => profiles.join(' ')],
  ['instances.running', ({ instances }) => String(instances.running)],
  ['instances.stopped', ({ instances }) => String(instances.stopped)],
  ['verdict', ({ verdict }) => verdict],
  ['gapMinutes', ({ gapMinutes }) => (gapMinutes === null ? '' : String(gapMinutes))],
  ['rights.remove', rights('remove')],
  ['rights.replace', rights('replace')],
  ['rights.move', rights('move')],
  ['rights.keep', rights('keep')],
  [
    'blockers.reason',
    ({ blockers }) => [...new Set(blockers.map(({ reason }) => reason))].join(' '),
  ],
  [
    'blockers.region',
    ({ blockers }) => [...new Set(blockers.flatMap(({ region }) => region ?? []))].join(' '),
  ],
  [
    'blockers.instances',
    ({ blockers }) => [...new Set(blockers.flatMap(({ instances }) => instances))].join(' '),
  ],
  [
    'blockers.hint',
    ({ blockers }) => [...new Set(blockers.map(({ hint }) => withoutCodeMarks(hint)))].join(' '),
  ],
  [
    'steps.text',
    ({ steps }) => steps.map(({ text }, at) => `${at + 1}. ${withoutCodeMarks(text)}`).join(' '),
  ],
];

const asCsv = (rows: string[][]): string =>
  stringify(rows, { quoted: true, quoted_empty: true, record_delimiter: '\r\n' });

export async function* renderCsv({ roles, csvBom }: AdviceParts): AsyncIterable<string> {
  yield (csvBom ? '\uFEFF' : '') + asCsv([columns.map(([name]) => name)]);
  for await (const role of roles()) yield asCsv([columns.map(([, value]) => forCsv(value(role)))]);
}
