import { expect, test } from 'vitest';
import { jsonParts, renderJson } from '../../src/render/json.ts';
import { buildReport, asPublished } from '../support/reports.ts';

test('the parts are the report, whatever the names are, and nothing in them steers a terminal', () => {
  const report = buildReport({ accounts: 40 });
  const text = [...jsonParts(report)].join('');
  expect(JSON.parse(text)).toEqual(asPublished(report));
  expect(text).not.toMatch(/[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/);
  expect(renderJson(report)).toBe(text);
});

test('without anything out of the ordinary it is laid out as JSON.stringify would', () => {
  const report = buildReport({ accounts: 0 });
  expect(renderJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`);
});
