/**
 * The default world has every situation that coverage distinguishes, and every format reports the right conclusion.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { coverageReasons, type CoverageInstance } from '../../src/core/coverage/model.ts';
import { defaultWorld } from '../../src/sandbox/worlds/default.ts';
import { openConsole } from '../support/in-process.ts';

type Row = readonly [row: number, what: string, account: number, name: string, is: string];

/** The row numbers are those of the situations in the reference. */
const rows: readonly Row[] = [
  [1, 'DHMC manages', 103, 'build', 'dhmc proven'],
  [2, 'the profile manages', 103, 'portal', 'profile proven'],
  [3, 'a contradiction', 103, 'proxy', 'unknown unknown contradiction'],
  [4, 'another role', 103, 'moved-setting', 'unknown unknown other-role'],
  [5, 'a role, and the setting is unset', 104, 'restore-test', 'dhmc likely dhmc-ending'],
  [6, 'no role shown, no profile', 103, 'appliance', 'dhmc likely role-not-shown'],
  [
    7,
    'no role shown, a profile without the right',
    103,
    'role-not-shown',
    'dhmc likely role-not-shown',
  ],
  [8, 'a profile that is half equipped', 103, 'half', 'none proven profile-incomplete'],
  [9, 'a transition', 103, 'changing', 'none proven in-transition'],
  [10, 'lost', 103, 'silent', 'none proven connection-lost'],
  [11, 'pending after a launch', 103, 'fresh', 'none proven in-transition'],
  [11, 'pending after the setting', 103, 'waiting', 'none proven setting-recent'],
  [12, 'no metadata', 103, 'no-metadata', 'none proven imds-disabled'],
  [13, 'nothing grants it', 201, 'batch', 'none proven setting-unset'],
  [14, 'no agent', 103, 'no-agent', 'none proven no-sign-of-agent'],
  [14, 'no way to Systems Manager', 103, 'no-network', 'none proven no-sign-of-agent'],
  [14, 'an endpoint policy', 103, 'endpoint-policy', 'none proven no-sign-of-agent'],
  [14, 'a lost registration', 103, 'cloned', 'none proven no-sign-of-agent'],
  [15, 'a profile and no agent', 103, 'portal-no-agent', 'none proven profile-without-agent'],
  [16, 'an old agent with its profile', 103, 'archive', 'profile proven'],
  [16, 'an old agent without one', 103, 'left-behind', 'none proven agent-too-old'],
  [17, 'an agent of the middle years', 103, 'shipper', 'dhmc proven'],
  [18, 'a hybrid activation', 103, 'hybrid', 'activation proven'],
  [19, 'a profile without a role', 103, 'empty-profile', 'none proven profile-without-role'],
  [19, 'a profile whose role is gone', 103, 'retired-role', 'dhmc proven'],
  [20, 'stopped', 103, 'parked', 'unknown unknown'],
  [21, 'operated by AWS', 103, 'eks-auto', 'none proven operated-by-aws'],
  [21, 'operated by AWS, and managed', 103, 'eks', 'profile proven operated-by-aws'],
  [22, 'a broken role, still Online', 402, 'crm', 'dhmc likely dhmc-role-broken'],
  [22, 'a broken role', 403, 'billing', 'none proven dhmc-role-broken'],
  [23, 'nodes that may not be read', 106, 'resolver', 'unknown unknown unreadable'],
];

const accountId = (number: number): string => `21098765${String(number).padStart(4, '0')}`;

type Shown = Pick<CoverageInstance, 'id' | 'managedBy' | 'confidence' | 'reason'>;
let instances: readonly CoverageInstance[];
let table: string;
/** The row of each instance on the HTML page, by id. */
let page: ReadonlyMap<string, Shown>;

interface PageData {
  readonly texts: readonly string[];
  readonly rows: readonly (readonly (number | null | string)[])[];
}

function shownByPage(html: string): ReadonlyMap<string, Shown> {
  const json =
    /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const { texts, rows: packed } = JSON.parse(json) as PageData;
  const at = (index: unknown): string | null =>
    typeof index === 'number' ? (texts[index] ?? null) : null;
  return new Map(
    packed.map((row) => [
      String(row[0]),
      {
        id: String(row[0]),
        managedBy: at(row[9]) as Shown['managedBy'],
        confidence: at(row[10]) as Shown['confidence'],
        reason: at(row[11]) as Shown['reason'],
      },
    ]),
  );
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-situations-'));
  const console = await openConsole(defaultWorld());
  try {
    const files = [join(folder, 'c.json'), join(folder, 'c.html')] as const;
    const accounts = [...new Set(rows.map(([, , account]) => accountId(account)))];
    const ran = await console.run([
      ...['coverage', '--account', accounts.join(','), '--instances', 'all'],
      ...files.flatMap((file) => ['--report-file', file]),
    ]);
    expect(ran.status).toBe(1);
    table = ran.stdout;
    const [json, html] = files.map((file) => readFileSync(file, 'utf8'));
    instances = (JSON.parse(json ?? '') as { instances: readonly CoverageInstance[] }).instances;
    page = shownByPage(html ?? '');
  } finally {
    await console.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

const wordsOf = ({ managedBy, confidence, reason }: Shown): string =>
  [managedBy, confidence, ...(reason === null ? [] : [reason])].join(' ');

describe('coverage of the default world', () => {
  it.each(rows)('reports situation %i: %s', (_row, _what, account, name, is) => {
    const found = instances.filter(
      (one) => one.account === accountId(account) && one.name?.replace(/-\d+$/, '') === name,
    );
    expect(found.length).toBeGreaterThan(0);
    for (const instance of found) {
      expect(wordsOf(instance)).toBe(is);
      expect(instance.evidence.length).toBeGreaterThan(0);
      expect(wordsOf(page.get(instance.id) ?? instance)).toBe(is);
      expect(page.has(instance.id)).toBe(true);
      const line = table.split('\n').find((text) => text.startsWith(instance.id)) ?? '';
      const { managedBy, reason } = instance;
      const said =
        instance.state === 'stopped'
          ? 'stopped'
          : [managedBy, ...(reason === null ? [] : [reason])].join(', ');
      expect(line).toMatch(new RegExp(`: ${said}$`));
    }
  });

  it('has every reason, each with its fix in the summary', () => {
    const seen = new Set(instances.map(({ reason }) => reason));
    expect(coverageReasons.filter((reason) => !seen.has(reason))).toEqual([]);
    for (const reason of coverageReasons) expect(table).toMatch(new RegExp(`^${reason} · `, 'm'));
  });

  it('leaves out terminated instances', () => {
    expect(instances.filter(({ name }) => name === 'gone' || name === 'going')).toEqual([]);
  });
});
