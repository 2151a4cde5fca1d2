/** Every format of the advice escapes untrusted text. */
import { expect, test } from 'vitest';
import type { AdviceReport, RoleAdvice } from '../../../src/core/advice/model.ts';
import { loadRenderer } from '../../../src/render/advice/index.ts';
import { lineOf } from '../../../src/render/advice/ndjson.ts';
import { outputFormats } from '../../../src/render/index.ts';

const hostile =
  '=1+1|`</script><img src=x onerror=alert(1)>`\u001b[31m\u202e ::set-output name=a::b\n# heading [a](javascript:b)';

const role: RoleAdvice = {
  account: '111111111111',
  name: hostile,
  arn: hostile,
  profiles: [hostile],
  instances: { running: 1, stopped: 0 },
  verdict: 'safe',
  gapMinutes: 60,
  rights: [
    { policy: hostile, disposition: 'replace', actions: [hostile], reason: hostile },
    { policy: hostile, disposition: 'move', actions: [hostile], reason: hostile },
    { policy: hostile, disposition: 'keep', actions: [hostile], reason: hostile },
  ],
  blockers: [{ reason: 'setting-unset', region: hostile, instances: [hostile], hint: hostile }],
  steps: [
    { call: null, policy: null, document: null, text: hostile },
    {
      call: 'PutRolePolicy',
      policy: hostile,
      document: {
        Version: '2012-10-17',
        // In a code block, markup is plain text.
        Statement: [{ Effect: 'Allow', Action: 'x\u202e\u001b[2J', Resource: '*' }],
      },
      text: hostile,
    },
  ],
};
const problem = { code: 'denied', message: hostile, hint: hostile, requestId: null } as const;
const report: AdviceReport = {
  schema: 'dhmc.advice/v1',
  startedAt: '2026-11-28T12:00:00.000Z',
  finishedAt: '2026-11-28T12:00:01.000Z',
  caller: { account: '111111111111', arn: hostile },
  organization: { id: 'o-aaaaaaaaaa', managementAccount: '111111111111' },
  partition: 'aws',
  summary: {
    roles: 1,
    verdicts: { safe: 1, likely: 0, 'not-yet': 0, keep: 0, unknown: 0 },
    calls: 1,
    throttled: 0,
  },
  accounts: [
    { id: '111111111111', name: hostile, path: hostile, state: 'ACTIVE', skipped: null, problem },
  ],
  unread: [{ account: '111111111111', region: hostile, problem }],
  dhmcRoles: [
    {
      account: '111111111111',
      arn: hostile,
      missing: [hostile],
      beyond: [hostile],
      dangerous: [hostile],
    },
  ],
};

async function* once<T>(value: T): AsyncIterable<T> {
  yield await Promise.resolve(value);
}

test.each(outputFormats.flatMap((format) => [[format, true] as const, [format, false] as const]))(
  '%s escapes untrusted text (in detail: %s)',
  async (format, isDetailed) => {
    const render = await loadRenderer(format);
    let text = '';
    for await (const part of render({
      report,
      blockers: [
        {
          reason: 'setting-unset',
          roles: 1,
          instances: 1,
          accounts: 1,
          hint: hostile,
          examples: [{ account: hostile, name: hostile }],
        },
      ],
      changes: {
        changed: [{ account: hostile, name: hostile, from: 'keep', to: 'safe' }],
        new: [hostile],
        gone: [hostile],
      },
      choice: 'all',
      isDetailed,
      csvBom: false,
      style: { color: false, columns: 100 },
      lines: () => once(lineOf(role)),
      roles: () => once(role),
    }))
      text += part;
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    if (format !== 'table' && format !== 'json' && format !== 'ndjson' && format !== 'csv')
      expect(text).not.toMatch(/<img|<\/script/);
    if (format === 'csv') expect(text).not.toMatch(/(^|,)"=/m);
    if (format === 'markdown') expect(text).not.toMatch(/^# heading|\]\(javascript/m);
    if (format === 'json' || format === 'ndjson')
      for (const line of format === 'json' ? [text] : text.trim().split('\n'))
        expect(() => JSON.parse(line) as unknown).not.toThrow();
  },
);

/** A report of one role in a format. */
async function textOf(format: 'markdown' | 'csv' | 'html', one: RoleAdvice): Promise<string> {
  const render = await loadRenderer(format);
  let text = '';
  for await (const part of render({
    report,
    blockers: [],
    changes: null,
    choice: 'unmanaged',
    isDetailed: false,
    csvBom: false,
    style: { color: false, columns: 100 },
    lines: () => once(''),
    roles: () => once(one),
  }))
    text += part;
  return text;
}

test('Markdown gives the reason for keeping a role once', async () => {
  const reason = 'An application needs all of it.';
  const kept: RoleAdvice = {
    ...role,
    verdict: 'keep',
    rights: ['one', 'two'].map((policy) => ({
      ...{ policy, disposition: 'keep', actions: ['ssm:GetParameter'], reason },
    })),
    blockers: [{ reason: 'no-agent-rights', region: null, instances: [], hint: reason }],
    steps: [],
  };
  const text = await textOf('markdown', kept);
  expect(text.split(reason)).toHaveLength(2);
  expect(text).toContain('* `one`: `ssm:GetParameter`.\n* `two`: `ssm:GetParameter`.\n');
});

test('CSV has every different hint of a role', async () => {
  const blockers = ['first', 'second', 'first'].map((hint) => ({
    ...{ reason: 'setting-unset', region: null, instances: [], hint },
  })) as RoleAdvice['blockers'];
  expect(await textOf('csv', { ...role, blockers })).toContain('"first second"');
});

test('Markdown explains the terms in the section of each account', async () => {
  const render = await loadRenderer('markdown');
  const roles = ['111111111111', '222222222222'].map((account) => ({ ...role, account }));
  let text = '';
  for await (const part of render({
    report,
    blockers: [],
    changes: null,
    choice: 'unmanaged',
    isDetailed: false,
    csvBom: false,
    style: { color: false, columns: 100 },
    lines: () => once(''),
    roles: async function* () {
      for (const one of roles) yield await Promise.resolve(one);
    },
  }))
    text += part;
  const parts = text.split('\n### ').slice(1, 3);
  expect(parts).toHaveLength(2);
  for (const part of parts) {
    expect(part).toContain('Default Host Management Configuration (DHMC)');
    expect(part).toContain('the *heartbeat*');
    expect(part).toContain('(`PutRolePolicy` ');
    expect(part).toContain('them to run it again after a change');
  }
});

test.each([
  ['the first 40 roles of each verdict', false, 40],
  ['all roles if roles were named', true, 60],
])(
  'the table has %s, in the order of verdicts, and reads them once if it can',
  async (_, isDetailed, most) => {
    const render = await loadRenderer('table');
    const all = Array.from({ length: 120 }, (_each, at) => ({
      ...role,
      name: `role-${at}`,
      verdict: at % 2 === 0 ? ('not-yet' as const) : ('safe' as const),
      blockers: [],
      rights: [],
      steps: [],
    }));
    let readings = 0;
    let text = '';
    for await (const part of render({
      report,
      blockers: [],
      changes: null,
      choice: 'unmanaged',
      isDetailed,
      csvBom: false,
      style: { color: false, columns: 100 },
      lines: () => once(''),
      roles: async function* () {
        readings += 1;
        for (const one of all) yield await Promise.resolve(one);
      },
    }))
      text += part;
    const shown = [...text.matchAll(/^ {2}role-(\d+) /gm)].map(([, at]) => Number(at) % 2);
    expect(shown).toEqual([...Array<number>(most).fill(1), ...Array<number>(most).fill(0)]);
    expect(text.includes('20 more roles')).toBe(!isDetailed);
    expect(readings).toBe(isDetailed ? 5 : 1);
  },
);

test("HTML repeats the column's name in each cell, for narrow screens", async () => {
  const text = await textOf('html', role);
  for (const label of ['What', 'Policy', 'Actions', 'Why'])
    expect(text.split(`<td data-label="${label}">`)).toHaveLength(role.rights.length + 1);
  const links = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id ?? '');
  expect(links.filter((id) => !text.includes(` id="${id}"`))).toEqual([]);
});
