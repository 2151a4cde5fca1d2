import { expect, test } from 'vitest';
import { jsonParts, renderJson } from '../../src/render/json.ts';
import { buildReport, asPublished } from '../support/reports.ts';

test('the parts form the report, whatever the names, and contain no control characters', () => {
  const report = buildReport({ accounts: 40 });
  const text = [...jsonParts(report)].join('');
  expect(JSON.parse(text)).toEqual(asPublished(report));
  expect(text).not.toMatch(/[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/);
  expect(renderJson(report)).toBe(text);
});

test('a plain report has the layout of JSON.stringify', () => {
  const report = buildReport({ accounts: 0 });
  expect(renderJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`);
});
