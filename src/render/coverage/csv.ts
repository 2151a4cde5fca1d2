/** Coverage as CSV (RFC 4180): one row per instance; the column heads are the names of the JSON report. */
import { withoutCodeMarks } from '../../core/problems/code-marks.ts';
import { stringify } from 'csv-stringify/sync';
import type { CoverageInstance } from '../../core/coverage/model.ts';
import { forCsv } from '../escape.ts';
import type { CoverageStream } from './format.ts';

type Column = readonly [string, (instance: CoverageInstance) => string | null | undefined];

const columns: readonly Column[] = [
  ['account', ({ account }) => account],
  ['region', ({ region }) => region],
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['state', ({ state }) => state],
  ['platform', ({ platform }) => platform],
  ['launchedAt', ({ launchedAt }) => launchedAt],
  ['profile', ({ profile }) => profile],
  ['profileRole', ({ profileRole }) => profileRole],
  ['managedBy', ({ managedBy }) => managedBy],
  ['confidence', ({ confidence }) => confidence],
  ['agent.version', ({ agent }) => agent?.version],
  ['agent.ping', ({ agent }) => agent?.ping],
  ['agent.lastPingAt', ({ agent }) => agent?.lastPingAt],
  ['agent.role', ({ agent }) => agent?.role],
  ['reason', ({ reason }) => reason],
  ['evidence', ({ evidence }) => evidence.join(' ')],
  ['hint', ({ hint }) => withoutCodeMarks(hint ?? '')],
];

const asCsv = (rows: string[][]): string =>
  stringify(rows, { quoted: true, quoted_empty: true, record_delimiter: '\r\n' });

export const csvStream = ({ bom }: { readonly bom: boolean }): CoverageStream => ({
  head: (bom ? '\uFEFF' : '') + asCsv([columns.map(([name]) => name)]),
  rows: (instances) =>
    asCsv(instances.map((instance) => columns.map(([, value]) => forCsv(value(instance) ?? '')))),
  end: () => [],
});
