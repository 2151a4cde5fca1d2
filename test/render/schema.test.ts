import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { problemCodes } from '../../src/core/model/model.ts';
import { UsageError } from '../../src/core/model/errors.ts';
import { parseReport } from '../../src/render/schema.ts';
import { buildReport, asPublished } from '../support/reports.ts';
import { renderJson } from '../../src/render/json.ts';

const schema = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas', name), 'utf8')) as object;
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
formats.default(ajv);
const isReport = ajv.compile(schema('report.schema.json'));
const isError = ajv.compile(schema('error.schema.json'));

describe('the published schema of reports', () => {
  it.each([
    ['a run', buildReport({ accounts: 40 })],
    ['a dry run', buildReport({ accounts: 40, dryRun: true })],
    ['a status', buildReport({ accounts: 40, action: 'status' })],
    ['a report without accounts', buildReport({ accounts: 0 })],
  ])('accepts %s', (_, report) => {
    const json = renderJson(report);
    isReport(JSON.parse(json));
    expect(isReport.errors ?? []).toEqual([]);
    expect(parseReport(json, 'report.json')).toEqual(asPublished(report));
  });

  const report = buildReport({ accounts: 1 });
  const [role, grant, setting] = report.targets;
  it.each<[string, unknown]>([
    ['another schema', { ...report, schema: 'dhmc.report/v2' }],
    ['an unknown member', { ...report, extra: 1 }],
    ['a missing member', { ...report, summary: undefined }],
    [
      'an unknown reason',
      {
        ...report,
        targets: [
          { ...setting, problem: { code: 'bad-luck', message: '', hint: '', requestId: null } },
        ],
      },
    ],
    [
      'an unknown verdict in the summary',
      { ...report, summary: { ...report.summary, verdicts: { fine: 1 } } },
    ],
    ['an invalid time', { ...report, startedAt: 'yesterday' }],
  ])('refuses %s', (_, wrong) => {
    expect(isReport(JSON.parse(JSON.stringify(wrong)))).toBe(false);
    expect(() => parseReport(JSON.stringify(wrong), 'report.json')).toThrow(UsageError);
  });

  it.each<[string, unknown]>([
    ['a role with the state of a setting', { ...report, targets: [{ ...role, state: 'enabled' }] }],
    ['a grant with a region', { ...report, targets: [{ ...grant, region: 'eu-west-1' }] }],
    [
      'a setting with a role object as its value',
      { ...report, targets: [{ ...setting, from: role?.from }] },
    ],
  ])('refuses %s', (_, wrong) => {
    expect(isReport(JSON.parse(JSON.stringify(wrong)))).toBe(false);
  });

  it('is named in the error for an invalid file, with the place', () => {
    expect(() => parseReport('{', 'old.json')).toThrow(
      'old.json is not a dhmc report: it is not JSON.',
    );
    expect(() =>
      parseReport(
        JSON.stringify({ ...report, targets: [{ ...setting, verdict: 'fine' }] }),
        'old.json',
      ),
    ).toThrow('targets.0.verdict');
  });
});

describe('the published schema of errors', () => {
  it.each(['usage', ...problemCodes])('accepts the code %s', (code) => {
    expect(
      isError({
        schema: 'dhmc.error/v1',
        action: null,
        error: { code, message: 'No.', hint: 'Do.' },
      }),
    ).toBe(true);
  });
  it('refuses an unknown code', () => {
    expect(
      isError({
        schema: 'dhmc.error/v1',
        action: 'enable',
        error: { code: 'oops', message: 'No.', hint: 'Do.' },
      }),
    ).toBe(false);
  });
});
